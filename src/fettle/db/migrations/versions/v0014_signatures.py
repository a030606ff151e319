"""Signatures of completions, and the rule of a company that asks for them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0012"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")


def upgrade() -> None:
    rule = sa.Column("completion_signature", _TEXT, nullable=False, server_default=sa.text("'optional'"))
    op.add_column("company_rules", rule)
    op.create_table(
        "signatures",
        sa.Column("work_order_id", _TEXT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("company_id", "signer_user_id")),
        sa.Column("signed_at", _BIGINT, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("method", "statement_sha256")),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("content_sha256", "evidence_sha256")),
        *(sa.Column(name, _TEXT) for name in ("drawn_file_name", "assertion")),
        sa.CheckConstraint("method IN ('password', 'passkey')", name=op.f("signatures_method_check")),
        sa.PrimaryKeyConstraint("work_order_id", "version", name=op.f("signatures_pkey")),
        _refers("signatures", "work_order_id", "work_orders"),
        _refers("signatures", "company_id", "companies"),
        _refers("signatures", "signer_user_id", "users"),
        _refers("signatures", "drawn_file_name", "files", "name"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("signatures_drawn_file_name_idx"), "signatures", ["drawn_file_name"])


def _refers(table: str, column: str, target: str, named: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{named}"], name=op.f(f"{table}_{column}_fkey"))
