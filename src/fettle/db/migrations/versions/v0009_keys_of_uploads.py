"""Which API key began an upload in parts; of those that are under way already it is not known any more."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("uploads", sa.Column("key_id", sa.Text(collation="C").with_variant(sa.Text(), "sqlite")))
