"""Uploads in parts: what each will become, how much of it is durable, and in which parts."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "uploads",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("id", "company_id", "work_order_id", "user_id", "kind")),
        *(sa.Column(name, _BIGINT, nullable=False) for name in ("length", "received")),
        sa.Column("metadata", _TEXT, nullable=False),
        *(sa.Column(name, _BIGINT, nullable=False) for name in ("created_at", "expires_at")),
        *(sa.Column(name, _TEXT) for name in ("name", "file_name", "step")),
        sa.Column("taken_at", _BIGINT),
        *(sa.Column(name, _TEXT) for name in ("taken_at_text", "sha256", "evidence_id")),
        sa.CheckConstraint("kind IN ('photo', 'image', 'file')", name=op.f("uploads_kind_check")),
        sa.CheckConstraint("length >= 1", name=op.f("uploads_length_check")),
        sa.CheckConstraint("received >= 0", name=op.f("uploads_received_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("uploads_pkey")),
        _refers("uploads", "company_id", "companies"),
        _refers("uploads", "work_order_id", "work_orders"),
        _refers("uploads", "user_id", "users"),
        _refers("uploads", "evidence_id", "evidence"),
        sqlite_strict=True,
    )
    op.create_index(op.f("uploads_expires_at_id_idx"), "uploads", ["expires_at", "id"])
    op.create_table(
        "upload_parts",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("upload_id", "company_id")),
        *(sa.Column(name, _BIGINT, nullable=False) for name in ("start", "size")),
        sa.Column("name", _TEXT, nullable=False),
        sa.CheckConstraint("size >= 1", name=op.f("upload_parts_size_check")),
        sa.PrimaryKeyConstraint("upload_id", "start", name=op.f("upload_parts_pkey")),
        _refers("upload_parts", "upload_id", "uploads"),
        _refers("upload_parts", "company_id", "companies"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"{table}_{column}_fkey"))
