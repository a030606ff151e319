"""Files in the order of their checks, those that are damaged, and those of the same bytes."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    checked = sa.text("(coalesce(checked_at, created_at))")
    op.create_index("files_checked_idx", "files", ["company_id", checked, "name"])
    op.create_index("files_sha256_idx", "files", ["company_id", "sha256"])
    damaged = sa.text("damaged_at IS NOT NULL")
    op.create_index("files_damaged_idx", "files", ["name"], sqlite_where=damaged, postgresql_where=damaged)
