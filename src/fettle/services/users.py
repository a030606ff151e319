"""Users of a company: seen, added, changed, disabled. The rules are functions of a transaction, for every way in."""

from typing import Any

import msgspec

from fettle.domain.accounts import check_email, check_person_name, require_within
from fettle.domain.errors import Conflict, Detail, Invalid, NotFound
from fettle.domain.people import Caller, CredentialKind, Role, User
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.password_checks import PasswordChecks
from fettle.services.ports import Database
from fettle.services.rows import Items, Page, Transaction


class NewUser(msgspec.Struct, frozen=True):
    """A user to be; without a password nobody can sign in, but API keys can be made for it."""

    email: str
    first_name: str
    last_name: str
    role: Role
    password: str | None = None


class UserChange(msgspec.Struct, frozen=True):
    """What is to be different; None leaves as it is. Another password ends the user's tokens."""

    first_name: str | None = None
    last_name: str | None = None
    role: Role | None = None
    is_active: bool | None = None
    password: str | None = None


class Users:
    """See each method for what it raises beside the gate's own errors."""

    def __init__(self, database: Database, gate: Gate, passwords: PasswordChecks) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._passwords = passwords

    async def add(self, intent: Intent, new: NewUser) -> Done:
        """Add a user; raises INVALID_BODY, EMAIL_TAKEN, Forbidden for a role that has more rights than the caller."""
        require_within(intent.caller, new.role)
        password_hash = await self._passwords.hash_new(new.password)
        return await self._gate.write(intent, lambda tx, act: add_user(tx, act, new, password_hash))

    async def change(self, intent: Intent, user_id: str, change: UserChange) -> Done:
        """Change a user; what a disabled one could do ends at once.

        Raises INVALID_BODY, NotFound, LAST_ADMIN, Forbidden for a role, had or given, with more rights than the caller.
        """
        if change == UserChange():
            raise Invalid("INVALID_BODY", Detail("", "empty"))
        password_hash = await self._passwords.hash_new(change.password)

        def command(tx: Transaction, act: Act) -> Done:
            user = get_person(tx, act.company_id, user_id)
            require_within(intent.caller, user.role)
            require_within(intent.caller, change.role or user.role)
            return change_user(tx, act, user, change, password_hash)

        return await self._gate.write(intent, command)

    async def get(self, caller: Caller, user_id: str) -> User:
        """One user of the caller's company; raises NotFound."""
        user = await self._database.read(lambda tx: tx.people.find_user(caller.company_id, user_id))
        if user is None:
            raise NotFound
        return user

    async def page(self, caller: Caller, page: Page | None = None) -> Items[User]:
        """The users of the caller's company, all of them without a page."""

        def query(tx: Transaction) -> Items[User]:
            users = tx.people.users(caller.company_id, page)
            return Items(users, tx.people.count_users(caller.company_id))

        return await self._database.read(query)


def get_person(tx: Transaction, company_id: str, user_id: str) -> User:
    """A user that may be changed: raises NotFound for an unknown one, and for the server's own."""
    user = tx.people.find_user(company_id, user_id)
    if user is None or user.is_system:
        raise NotFound
    return user


def add_user(tx: Transaction, act: Act, new: NewUser, password_hash: str | None) -> Done:
    """Add a user to the company of the act; raises INVALID_BODY, EMAIL_TAKEN."""
    user = User(
        id=act.new_id(),
        company_id=act.company_id,
        email=check_email(new.email),
        first_name=check_person_name(new.first_name, "first_name"),
        last_name=check_person_name(new.last_name, "last_name"),
        role=new.role,
        created_at=act.now,
        password_hash=password_hash,
    )
    if tx.people.find_user_by_email(user.email) is not None:
        raise Conflict("EMAIL_TAKEN", Detail("email", "taken"))
    tx.people.add_user(user)
    return Done(user.id)


def change_user(tx: Transaction, act: Act, user: User, change: UserChange, password_hash: str | None) -> Done:
    """Write what differs; raises INVALID_BODY, LAST_ADMIN, NotFound for one who was erased."""
    if user.erased_at is not None:
        raise NotFound
    values = _values(act, user, change)
    if password_hash is not None:
        values["password_hash"] = password_hash
        tx.people.revoke_all_of(user.id, CredentialKind.TOKEN, act.now, but=None)
    if values.get("disabled_at") or values.get("role", Role.ADMIN) is not Role.ADMIN:
        require_another_admin(tx, user)
    if values:
        tx.people.change_user(user.id, **values)
    return Done(user.id)


def _values(act: Act, user: User, change: UserChange) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if change.first_name is not None:
        values["first_name"] = check_person_name(change.first_name, "first_name")
    if change.last_name is not None:
        values["last_name"] = check_person_name(change.last_name, "last_name")
    if change.role is not None:
        values["role"] = change.role
    if change.is_active is not None and change.is_active is not user.is_active:
        values["disabled_at"] = None if change.is_active else act.now
    return values


def require_another_admin(tx: Transaction, user: User) -> None:
    """Raise LAST_ADMIN when without this user the company has no active administrator."""
    if user.role is not Role.ADMIN or not user.is_active:
        return
    tx.people.lock_company(user.company_id)
    others = (other for other in tx.people.users(user.company_id) if other.id != user.id)
    if not any(other.role is Role.ADMIN and other.is_active and not other.is_system for other in others):
        raise Conflict("LAST_ADMIN")
