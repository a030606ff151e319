"""What an erasure has to find: the packs that hold what it erases, and uploads. And its notes, which are kept now."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from fettle.db.kept_erasures import STATEMENTS

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
# Of those that are ready already nobody knows: they count as holding all work orders of their company.
_ORDERS_OF_BEFORE: Final = (
    "INSERT INTO pack_orders (pack_id, work_order_id, company_id)"
    " SELECT pack_jobs.id, work_orders.id, pack_jobs.company_id"
    " FROM pack_jobs JOIN work_orders ON work_orders.company_id = pack_jobs.company_id WHERE pack_jobs.state = 'ready'"
)


def upgrade() -> None:
    op.create_table(
        "pack_orders",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("pack_id", "work_order_id", "company_id")),
        sa.PrimaryKeyConstraint("pack_id", "work_order_id", name=op.f("pack_orders_pkey")),
        _refers("pack_id", "pack_jobs"),
        _refers("work_order_id", "work_orders"),
        _refers("company_id", "companies"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("pack_orders_work_order_id_idx"), "pack_orders", ["work_order_id"])
    op.execute(_ORDERS_OF_BEFORE)
    _forget_uploads()
    for statement in STATEMENTS[op.get_bind().dialect.name]:
        op.get_bind().exec_driver_sql(statement)


def _forget_uploads() -> None:
    """Find finished ones by what they became; those that are remembered for their keys alone need no names any more."""
    finished = sa.text("evidence_id IS NOT NULL")
    op.create_index(
        "uploads_evidence_idx", "uploads", ["evidence_id"], sqlite_where=finished, postgresql_where=finished
    )
    op.execute("UPDATE direct_uploads SET file_name = id WHERE swept_at IS NOT NULL")


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"pack_orders_{column}_fkey"))
