"""Photos that a work order requires."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "required_photos",
        sa.Column("work_order_id", _TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("company_id", "step", "label")),
        sa.Column("min_count", sa.Integer(), nullable=False),
        *_at_least("required_photos", "position", "min_count"),
        sa.PrimaryKeyConstraint("work_order_id", "position", name=op.f("required_photos_pkey")),
        sa.UniqueConstraint("work_order_id", "step", name=op.f("required_photos_work_order_id_step_key")),
        _refers("required_photos", "work_order_id", "work_orders"),
        _refers("required_photos", "company_id", "companies"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _at_least(table: str, *columns: str) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(f"{column} >= 1", name=op.f(f"{table}_{column}_check")) for column in columns]


def _refers(table: str, column: str, target: str, named: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{named}"], name=op.f(f"{table}_{column}_fkey"))
