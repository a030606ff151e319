"""Companies, users and credentials as rows."""

from typing import Any

import msgspec

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.db.work_order_lists import WORK_ORDERS
from fettle.domain.erasures import ERASED_NAME
from fettle.domain.instants import Instant
from fettle.domain.people import Company, Credential, CredentialKind, Standing, User
from fettle.domain.work_orders import WorkOrder
from fettle.services.rows import Page

COMPANIES = Table("companies", Company)
USERS = Table("users", User)
CREDENTIALS = Table("credentials", Credential)
_USER_AT = len(CREDENTIALS.fields)
_NAMES = [f"c.{name}" for name in CREDENTIALS.fields] + [f"u.{name}" for name in USERS.fields]
_FROM = " FROM credentials c JOIN users u ON u.id = c.user_id"
_CREDENTIAL_WITH_USER = f"SELECT {', '.join(_NAMES)}{_FROM} WHERE c.id = ?"

# Read twice by every request: each column that is not read saves time.
_OF_THE_USER = frozenset({"role", "is_system", "disabled_at"})
_STANDING = [f"{'u' if name in _OF_THE_USER else 'c'}.{name}" for name in Standing.__struct_fields__]
_ORDER_AT = len(_STANDING)
_ORDER = [f"o.{name}" for name in WORK_ORDERS.fields]
_FIND_STANDING = f"SELECT {', '.join(_STANDING)}{_FROM} WHERE c.id = ?"
_FIND_CALLER = {
    column: f"SELECT {', '.join(_STANDING + _ORDER)}{_FROM}"
    f" LEFT JOIN work_orders o ON o.company_id = c.company_id AND o.{column} = ? WHERE c.id = ?"
    for column in ("id", "wo_number")
}


class PeopleTables:
    """Fulfils `services.rows.PeopleRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add_company(self, company: Company) -> None:
        COMPANIES.add(self._sql, company)

    def lock_company(self, company_id: str) -> None:
        self._sql.one(f"SELECT id FROM companies WHERE id = ?{self._sql.row_lock}", company_id)  # noqa: S608 - our text

    def find_company_by_name(self, name: str) -> Company | None:
        return COMPANIES.find(self._sql, "name = ? ORDER BY id LIMIT 1", name)

    def companies(self) -> list[Company]:
        return COMPANIES.all(self._sql, "TRUE ORDER BY created_at, id")

    def add_user(self, user: User) -> None:
        USERS.add(self._sql, user)

    def find_user(self, company_id: str, user_id: str) -> User | None:
        return USERS.find(self._sql, "id = ? AND company_id = ?", user_id, company_id)

    def find_user_by_email(self, email: str) -> User | None:
        return USERS.find(self._sql, "email = ?", email)

    def system_user_id(self, company_id: str) -> str:
        row = self._sql.one("SELECT id FROM users WHERE company_id = ? AND is_system", company_id)
        if row is None:
            raise LookupError(company_id)
        return str(row[0])

    def change_user(self, user_id: str, **values: Any) -> None:
        USERS.change(self._sql, "id = ?", [user_id], values)

    def users(self, company_id: str, page: Page | None = None) -> list[User]:
        return USERS.page(self._sql, {"company_id": company_id}, "email", page)

    def count_users(self, company_id: str) -> int:
        return USERS.count(self._sql, "company_id = ?", company_id)

    def add_credential(self, credential: Credential) -> None:
        CREDENTIALS.add(self._sql, credential)

    def find_credential(self, credential_id: str) -> tuple[Credential, User] | None:
        row = self._sql.one(_CREDENTIAL_WITH_USER, credential_id)
        if row is None:
            return None
        return CREDENTIALS.read(row[:_USER_AT]), USERS.read(row[_USER_AT:])

    def find_standing(self, credential_id: str) -> Standing | None:
        row = self._sql.one(_FIND_STANDING, credential_id)
        return None if row is None else msgspec.convert(row, Standing, strict=False)

    def find_caller(self, credential_id: str, reference: str | int | None) -> tuple[Standing, WorkOrder | None] | None:
        if reference is None:
            standing = self.find_standing(credential_id)
            return None if standing is None else (standing, None)
        text = _FIND_CALLER["wo_number" if isinstance(reference, int) else "id"]
        row = self._sql.one(text, reference, credential_id)
        if row is None:
            return None
        order = None if row[_ORDER_AT] is None else WORK_ORDERS.read(row[_ORDER_AT:])
        return msgspec.convert(row[:_ORDER_AT], Standing, strict=False), order

    def change_credential(self, credential_id: str, **values: Any) -> None:
        CREDENTIALS.change(self._sql, "id = ?", [credential_id], values)

    def revoke_all_of(self, user_id: str, kind: CredentialKind, now: Instant, *, but: str | None) -> None:
        self._sql.run(
            "UPDATE credentials SET revoked_at = ? WHERE user_id = ? AND kind = ? AND revoked_at IS NULL AND id <> ?",
            *(now, user_id, kind.value, but or ""),
        )

    def blank_credentials(self, user_id: str) -> None:
        self._sql.run("UPDATE credentials SET name = ? WHERE user_id = ?", ERASED_NAME, user_id)

    def credentials(self, company_id: str, kind: CredentialKind, page: Page | None = None) -> list[Credential]:
        equal = {"company_id": company_id, "kind": kind.value}
        return CREDENTIALS.page(self._sql, equal, "created_at", page)

    def count_credentials(self, company_id: str, kind: CredentialKind) -> int:
        return CREDENTIALS.count(self._sql, "company_id = ? AND kind = ?", company_id, kind.value)
