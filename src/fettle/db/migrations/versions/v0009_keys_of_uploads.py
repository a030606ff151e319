"""Which API key began an upload in parts, and which direct uploads were swept: their keys are remembered.

Of uploads that are under way already it is not known any more which key began them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("key_id", sa.Text(collation="C").with_variant(sa.Text(), "sqlite")))
    instant = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
    op.add_column("direct_uploads", sa.Column("swept_at", instant))
    unswept = sa.text("swept_at IS NULL")
    op.create_index(
        "direct_uploads_unswept_idx", "direct_uploads", ["id"], sqlite_where=unswept, postgresql_where=unswept
    )
