"""An index for the work orders of a status that are due in some time."""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["company_id", "status", "deadline_or_last", "id"]
    op.create_index(op.f("work_orders_company_id_status_deadline_or_last_id_idx"), "work_orders", columns)
