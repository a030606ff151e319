"""An index for what waits for somebody's answer."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("status = 'PENDING'")
    columns = ["approver_user_id"]
    op.create_index(op.f("approvals_pending_idx"), "approvals", columns, sqlite_where=where, postgresql_where=where)
