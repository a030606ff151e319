"""Signatures of completions, the passkeys they are given with, and the rule of a company that asks for them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
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
    _make_passkeys()
    op.create_index(op.f("signatures_drawn_file_name_idx"), "signatures", ["drawn_file_name"])


def _make_passkeys() -> None:
    texts = ("id", "company_id", "user_id", "name", "credential_id", "public_key")
    op.create_table(
        "passkeys",
        *(sa.Column(name, _TEXT, nullable=False) for name in texts),
        *(sa.Column(name, _BIGINT, nullable=False) for name in ("sign_count", "created_at")),
        sa.Column("last_used_at", _BIGINT),
        sa.PrimaryKeyConstraint("id", name=op.f("passkeys_pkey")),
        sa.UniqueConstraint("credential_id", name=op.f("passkeys_credential_id_key")),
        _refers("passkeys", "company_id", "companies"),
        _refers("passkeys", "user_id", "users"),
        sqlite_strict=True,
    )
    columns = ["user_id", "created_at", "id"]
    op.create_index(op.f("passkeys_user_id_created_at_id_idx"), "passkeys", columns)
    texts = ("user_id", "purpose", "subject", "company_id", "nonce", "sha256")
    op.create_table(
        "passkey_challenges",
        *(sa.Column(name, _TEXT, nullable=False) for name in texts),
        sa.Column("expires_at", _BIGINT, nullable=False),
        sa.CheckConstraint("purpose IN ('register', 'sign')", name=op.f("passkey_challenges_purpose_check")),
        sa.PrimaryKeyConstraint("user_id", "purpose", "subject", name=op.f("passkey_challenges_pkey")),
        _refers("passkey_challenges", "user_id", "users"),
        _refers("passkey_challenges", "company_id", "companies"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _refers(table: str, column: str, target: str, named: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{named}"], name=op.f(f"{table}_{column}_fkey"))
