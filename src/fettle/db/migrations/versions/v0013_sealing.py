"""How long bytes of deleted evidence stay, what may not be removed at all, and what was erased."""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
_INSTANTS: Final = (
    ("users", "erased_at"),
    ("evidence", "bytes_removed_at"),
    ("files", "removed_at"),
    ("files", "place_erased_at"),
)


def upgrade() -> None:
    days = sa.Column("retention_days", sa.Integer(), nullable=False, server_default=sa.text("3650"))
    op.add_column("company_rules", days)
    for table, column in _INSTANTS:
        op.add_column(table, sa.Column(column, _BIGINT))
    _make_indexes()
    _make_legal_holds()
    _make_erasures()


def _make_indexes() -> None:
    op.drop_index("files_checked_idx", "files")
    checked = ["company_id", sa.text("(coalesce(checked_at, created_at))"), "name"]
    _index("files_checked_idx", "files", checked, "removed_at IS NULL")
    deleted = "deleted_at IS NOT NULL AND bytes_removed_at IS NULL"
    _index("evidence_deleted_idx", "evidence", ["company_id", "deleted_at"], deleted)
    _index("evidence_source_idx", "evidence", ["object_key"], "length(object_key) = 36")


def _make_legal_holds() -> None:
    op.create_table(
        "legal_holds",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("work_order_id", "company_id")),
        sa.Column("set_at", _BIGINT, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("set_by_user_id", "reason")),
        sa.PrimaryKeyConstraint("work_order_id", name=op.f("legal_holds_pkey")),
        _refers("legal_holds", "work_order_id", "work_orders"),
        _refers("legal_holds", "company_id", "companies"),
        _refers("legal_holds", "set_by_user_id", "users"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("legal_holds_company_id_idx"), "legal_holds", ["company_id"])


def _make_erasures() -> None:
    op.create_table(
        "erasures",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("id", "company_id")),
        sa.Column("erased_at", _BIGINT, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("erased_by_user_id", "what", "reason")),
        *(sa.Column(name, _TEXT) for name in ("user_id", "work_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("erasures_pkey")),
        _refers("erasures", "company_id", "companies"),
        _refers("erasures", "erased_by_user_id", "users"),
        _refers("erasures", "user_id", "users"),
        _refers("erasures", "work_order_id", "work_orders"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("erasures_company_id_erased_at_id_idx"), "erasures", ["company_id", "erased_at", "id"])


def _index(name: str, table: str, columns: list[Any], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"{table}_{column}_fkey"))
