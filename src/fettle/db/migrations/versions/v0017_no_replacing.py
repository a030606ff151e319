"""SQLite replaces nothing of the log either; signatures are guarded as the log is; time stamps have an index."""

import sqlalchemy as sa
from alembic import op

from fettle.db.append_only import LATER_POSTGRES, LATER_SQLITE

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    guards = LATER_SQLITE if op.get_bind().dialect.name == "sqlite" else LATER_POSTGRES
    for statements in guards.values():
        for statement in statements:
            op.get_bind().exec_driver_sql(statement)
    stamped = sa.text("destination = 'timestamp' AND proof IS NOT NULL")
    about = "checkpoint_copies_stamped_idx", "checkpoint_copies", ["company_id", "size"]
    op.create_index(*about, sqlite_where=stamped, postgresql_where=stamped)
