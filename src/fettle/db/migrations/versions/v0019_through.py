"""Through whose key a work order was made, and its content edited, where the key named another person."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Of what is there already it is not known."""
    for column in ("created_through_user_id", "content_edited_through_user_id"):
        op.add_column("work_orders", sa.Column(column, _TEXT))
