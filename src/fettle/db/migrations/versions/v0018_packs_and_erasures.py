"""Which work orders are in the packs that are ready, so that an erasure finds those that hold what it erases."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
# Of those that are ready already nobody knows: they count as holding all work orders of their company.
_ORDERS_OF_BEFORE: Final = (
    "INSERT INTO pack_orders (pack_id, work_order_id) SELECT pack_jobs.id, work_orders.id"
    " FROM pack_jobs JOIN work_orders ON work_orders.company_id = pack_jobs.company_id WHERE pack_jobs.state = 'ready'"
)


def upgrade() -> None:
    op.create_table(
        "pack_orders",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("pack_id", "work_order_id")),
        sa.PrimaryKeyConstraint("pack_id", "work_order_id", name=op.f("pack_orders_pkey")),
        _refers("pack_id", "pack_jobs"),
        _refers("work_order_id", "work_orders"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("pack_orders_work_order_id_idx"), "pack_orders", ["work_order_id"])
    op.execute(_ORDERS_OF_BEFORE)


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"pack_orders_{column}_fkey"))
