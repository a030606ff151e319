"""Evidence packs made in the background."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
_STATES: Final = "state IN ('waiting', 'working', 'ready', 'failed')"


def upgrade() -> None:
    op.create_table(
        "pack_jobs",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("id", "company_id", "created_by_user_id")),
        *(sa.Column(name, _BIGINT, nullable=False) for name in ("created_at", "expires_at")),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("conditions", "language", "state")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempt", "orders_done")),
        sa.Column("bytes", _BIGINT, nullable=False),
        sa.Column("orders", sa.Integer()),
        *(sa.Column(name, _TEXT) for name in ("time_zone", "storage_key", "sha256")),
        sa.Column("ended_at", _BIGINT),
        sa.Column("problem", _TEXT),
        sa.CheckConstraint(_STATES, name=op.f("pack_jobs_state_check")),
        *(_not_negative(column) for column in ("attempt", "orders_done", "bytes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pack_jobs_pkey")),
        _refers("company_id", "companies"),
        _refers("created_by_user_id", "users"),
        sqlite_strict=True,
    )
    op.create_index(op.f("pack_jobs_company_id_created_at_id_idx"), "pack_jobs", ["company_id", "created_at", "id"])
    op.create_index(op.f("pack_jobs_expires_at_idx"), "pack_jobs", ["expires_at"])
    op.create_index(op.f("pack_jobs_storage_key_idx"), "pack_jobs", ["storage_key"], unique=True)


def _not_negative(column: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} >= 0", name=op.f(f"pack_jobs_{column}_check"))


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"pack_jobs_{column}_fkey"))
