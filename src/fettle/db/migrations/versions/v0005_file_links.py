"""Links that show one file to whoever has them."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "file_links",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("id", "company_id", "file_name", "created_by_user_id")),
        *(sa.Column(name, _BIGINT, nullable=False) for name in ("created_at", "expires_at")),
        sa.Column("revoked_at", _BIGINT),
        sa.PrimaryKeyConstraint("id", name=op.f("file_links_pkey")),
        _refers("company_id", "companies.id"),
        _refers("file_name", "files.name"),
        _refers("created_by_user_id", "users.id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("file_links_file_name_idx"), "file_links", ["file_name"])


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"file_links_{column}_fkey"))
