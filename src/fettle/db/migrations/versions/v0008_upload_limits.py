"""How much may be sent, and what, for a company and for one role of it."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "upload_limits",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("company_id", "role")),
        sa.Column("changed_at", _BIGINT, nullable=False),
        sa.Column("changed_by_user_id", _TEXT, nullable=False),
        *(sa.Column(name, _BIGINT) for name in ("max_file_bytes", "max_order_bytes")),
        *(sa.Column(name, _BIGINT) for name in ("max_order_files", "max_open_uploads")),
        sa.Column("allowed_types", _TEXT),
        sa.PrimaryKeyConstraint("company_id", "role", name=op.f("upload_limits_pkey")),
        _refers("company_id", "companies"),
        _refers("changed_by_user_id", "users"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("uploads_company_id_user_id_idx"), "uploads", ["company_id", "user_id"])


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"upload_limits_{column}_fkey"))
