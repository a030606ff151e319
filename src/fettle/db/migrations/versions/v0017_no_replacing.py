"""SQLite replaces no entries, nodes or checkpoints either; signatures are guarded as the log is."""

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
