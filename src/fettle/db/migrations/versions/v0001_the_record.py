"""The record: companies, people, catalogue, work orders, evidence, log, approvals, files, jobs, effects."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_TYPES: Final[dict[str, Any]] = {
    "text": sa.Text(collation="C").with_variant(sa.Text(), "sqlite"),
    "integer": sa.Integer(),
    "bigint": sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"),
    "instant": sa.BigInteger().with_variant(sa.INTEGER(), "sqlite"),
    "double": sa.Double().with_variant(sa.REAL(), "sqlite"),
    "boolean": sa.Boolean().with_variant(sa.INTEGER(), "sqlite"),
}
_STATES = "'referenced', 'stored', 'missing', 'damaged'"
_STATUSES = "'DRAFT', 'REVIEW', 'PRODUCTION', 'COMPLETE', 'CANCELED', 'ARCHIVED'"
_DATA_TYPES = "'PARAMETRIC_QUANTITATIVE', 'PARAMETRIC_QUALITATIVE', 'CHECKBOX', 'LINK', 'IMAGE', 'FILE', 'UID'"


def upgrade() -> None:
    _people()
    _catalogue()
    _work_orders()
    _words()
    _evidence()
    _activity_and_approvals()
    _files()
    _jobs_and_effects()


def _people() -> None:
    _create("companies", "id name created_at:instant last_wo_number:integer", _check("last_wo_number >= 0"))
    _create(
        "users",
        "id company_id email first_name last_name role created_at:instant password_hash?"
        " is_system:boolean disabled_at:instant?",
        _check("role IN ('ADMIN', 'PLANNER', 'OPERATOR', 'VIEWER')"),
        _unique("email"),
        company_id="companies",
    )
    _index("users", "company_id email id")
    _index("users", "company_id", "users_system_of_company_idx", where="is_system", unique=True)
    _create(
        "credentials",
        "id company_id user_id kind name secret_sha256 scopes created_at:instant created_by_user_id"
        " expires_at:instant? last_used_at:instant? revoked_at:instant?",
        _check("kind IN ('KEY', 'TOKEN')"),
        company_id="companies",
        user_id="users",
        created_by_user_id="users",
    )
    _index("credentials", "company_id kind created_at id")
    _index("credentials", "user_id")


def _catalogue() -> None:
    edited = "created_at:instant last_edited_at:instant? last_edited_user_id?"
    _create(
        "components",
        f"id company_id name component_type is_active:boolean {edited}",
        _check("component_type IN ('SN', 'LOT')"),
        company_id="companies",
        last_edited_user_id="users",
    )
    _index("components", "company_id name id")
    _create(
        "part_numbers",
        f"id company_id part_number component_id description? is_active:boolean {edited}",
        _unique("company_id part_number"),
        company_id="companies",
        component_id="components",
        last_edited_user_id="users",
    )
    _index("part_numbers", "component_id")
    _create(
        "datasets",
        "id company_id name data_type created_at:instant lsl:double? usl:double? unit? is_active:boolean",
        _check(f"data_type IN ({_DATA_TYPES})"),
        _unique("company_id name data_type"),
        company_id="companies",
    )


def _work_orders() -> None:
    last, first = "coalesce(deadline, 9000000000000000000)", "coalesce(deadline, -9000000000000000000)"
    _create(
        "work_orders",
        "id company_id wo_number:integer name description? component_id part_number_id? created_at:instant"
        " created_by_user_id status phase quantity:integer assignee_user_id? deadline:instant?"
        " last_edited_at:instant? updated_at:instant version:integer",
        sa.Column("deadline_or_last", _TYPES["bigint"], sa.Computed(last, persisted=True)),
        sa.Column("deadline_or_first", _TYPES["bigint"], sa.Computed(first, persisted=True)),
        _check(f"status IN ({_STATUSES})"),
        *(_check("wo_number >= 1"), _check("quantity >= 1"), _check("version >= 1")),
        _unique("company_id wo_number"),
        company_id="companies",
        component_id="components",
        part_number_id="part_numbers",
        created_by_user_id="users",
        assignee_user_id="users",
    )
    for column in ("created_at", "deadline_or_last", "deadline_or_first"):
        _index("work_orders", f"company_id {column} id")
    _index("work_orders", "company_id status updated_at id")
    _index("work_orders", "company_id assignee_user_id")
    _index("work_orders", "company_id component_id")
    _index("work_orders", "company_id part_number_id")


def _words() -> None:
    _create(
        "work_order_words",
        "company_id word work_order_id",
        key="company_id word work_order_id",
        with_rowid=False,
        work_order_id="work_orders",
    )
    _index("work_order_words", "work_order_id word")


def _evidence() -> None:
    _create(
        "evidence",
        "id company_id work_order_id seq:integer kind type name dataset_id value state file_name"
        " added_at:instant added_by_user_id repeat_key completed_key? step? object_key? cdn_url?"
        " taken_at:instant? taken_at_text? deleted_at:instant? deleted_by_user_id? deletion_reason?",
        _check("kind IN ('attachment', 'photo')"),
        _check("type IN ('IMAGE', 'FILE', 'TEXT')"),
        _check(f"state IN ({_STATES})"),
        _check("seq >= 1"),
        _unique("work_order_id seq"),
        company_id="companies",
        work_order_id="work_orders",
        dataset_id="datasets",
        added_by_user_id="users",
        deleted_by_user_id="users",
    )
    repeat, completed = "work_order_id repeat_key", "work_order_id completed_key"
    _index("evidence", repeat, "evidence_repeat_idx", where="deleted_at IS NULL", unique=True)
    _index("evidence", completed, "evidence_completed_idx", where="completed_key IS NOT NULL")
    _index("evidence", "file_name")


def _activity_and_approvals() -> None:
    _create(
        "activity",
        "id company_id work_order_id seq:integer type added_at:instant added_by_user_id data",
        _check("seq >= 1"),
        key="work_order_id seq",
        with_rowid=False,
        company_id="companies",
        work_order_id="work_orders",
        added_by_user_id="users",
    )
    _create(
        "approvals",
        "work_order_id approver_user_id company_id requested_by_user_id requested_at:instant status"
        " last_updated_at:instant comment?",
        _check("status IN ('PENDING', 'APPROVED', 'REJECTED')"),
        key="work_order_id approver_user_id",
        with_rowid=False,
        work_order_id="work_orders",
        approver_user_id="users",
        company_id="companies",
        requested_by_user_id="users",
    )


def _files() -> None:
    _create(
        "files",
        "name company_id storage_key size:bigint sha256 content_type original_file_name? origin"
        " created_at:instant created_by_user_id checked_at:instant? damaged_at:instant?",
        _check("origin IN ('UPLOAD', 'EVIDENCE')"),
        *(_check("size >= 0"), _check("length(sha256) = 64", "sha256")),
        _unique("storage_key"),
        key="name",
        company_id="companies",
        created_by_user_id="users",
    )


def _jobs_and_effects() -> None:
    _create(
        "jobs",
        "id company_id kind subject_id created_at:instant run_at:instant attempts:integer"
        " claimed_until:instant? last_error?",
        _check("attempts >= 0"),
        with_rowid=False,
        company_id="companies",
    )
    _index("jobs", "run_at id")
    _create(
        "effects",
        "company_id user_id key fingerprint result created_at:instant",
        key="company_id user_id key",
        with_rowid=False,
        company_id="companies",
        user_id="users",
    )
    _index("effects", "created_at")


def _create(table: str, columns: str, *parts: Any, key: str = "id", with_rowid: bool = True, **refers_to: str) -> None:
    """`columns` are names, each with `:type` (text without) and a final `?` when it may be NULL."""
    ends: list[Any] = [sa.PrimaryKeyConstraint(*key.split(), name=op.f(f"{table}_pkey"))]
    for part in parts:
        if isinstance(part, sa.CheckConstraint | sa.UniqueConstraint):
            part.name = op.f(f"{table}_{part.name}")
    for column, target in refers_to.items():
        name = op.f(f"{table}_{column}_fkey")
        ends.append(sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name))
    options = {"sqlite_strict": True, "sqlite_with_rowid": with_rowid}
    op.create_table(table, *map(_column, columns.split()), *parts, *ends, **options)


def _column(spec: str) -> sa.Column[Any]:
    name, _, kind = spec.removesuffix("?").partition(":")
    return sa.Column(name, _TYPES[kind or "text"], nullable=spec.endswith("?"))


def _check(condition: str, name: str = "") -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=f"{name or condition.split(maxsplit=1)[0]}_check")


def _unique(columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns.split(), name=f"{columns.replace(' ', '_')}_key")


def _index(table: str, columns: str, name: str = "", *, where: str = "", unique: bool = False) -> None:
    condition: dict[str, Any] = {}
    if where:
        condition = {f"{engine}_where": sa.text(where) for engine in ("sqlite", "postgresql")}
    name = op.f(name or f"{table}_{columns.replace(' ', '_')}_idx")
    op.create_index(name, table, columns.split(), unique=unique, **condition)
