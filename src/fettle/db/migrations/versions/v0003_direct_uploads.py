"""Photos sent straight to the store, and the secrets that sign the addresses they are sent to."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")


def upgrade() -> None:
    names = ("id", "company_id", "work_order_id", "user_id", "file_name", "content_type")
    op.create_table(
        "direct_uploads",
        *(sa.Column(name, _TEXT, nullable=False) for name in names),
        *(sa.Column(name, _BIGINT, nullable=False) for name in ("size", "created_at", "expires_at")),
        *(sa.Column(name, _TEXT) for name in ("sha256", "evidence_id")),
        sa.CheckConstraint("size >= 1", name=op.f("direct_uploads_size_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("direct_uploads_pkey")),
        _refers("direct_uploads", "company_id", "companies"),
        _refers("direct_uploads", "work_order_id", "work_orders"),
        _refers("direct_uploads", "user_id", "users"),
        _refers("direct_uploads", "evidence_id", "evidence"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "link_secrets",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("company_id", "secret")),
        sa.Column("created_at", _BIGINT, nullable=False),
        sa.PrimaryKeyConstraint("company_id", name=op.f("link_secrets_pkey")),
        _refers("link_secrets", "company_id", "companies"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"{table}_{column}_fkey"))
