"""Photos that came after their work order was completed."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "late_photos",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("evidence_id", "company_id", "work_order_id", "state")),
        sa.Column("decided_at", _BIGINT),
        *(sa.Column(name, _TEXT) for name in ("decided_by_user_id", "reason")),
        sa.CheckConstraint("state IN ('late', 'accepted', 'rejected')", name=op.f("late_photos_state_check")),
        sa.PrimaryKeyConstraint("evidence_id", name=op.f("late_photos_pkey")),
        _refers("evidence_id", "evidence"),
        _refers("company_id", "companies"),
        _refers("work_order_id", "work_orders"),
        _refers("decided_by_user_id", "users"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"late_photos_{column}_fkey"))
