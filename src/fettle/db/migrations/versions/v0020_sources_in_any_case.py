"""A photo may name the file that it is copied from in capitals; it is found by that all the same."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_NAME = "evidence_source_idx"


def upgrade() -> None:
    op.drop_index(op.f(_NAME), "evidence")
    where = sa.text("length(object_key) = 36")
    op.create_index(op.f(_NAME), "evidence", [sa.text("lower(object_key)")], sqlite_where=where, postgresql_where=where)
