"""What bars a move: approvals belong to a content, whose last editor is known; and the rules of each company."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
_BOOLEAN: Final = sa.Boolean().with_variant(sa.INTEGER(), "sqlite")
# As JSON has them: within a text the quotes are escaped, so nobody can have typed one of these.
_EDITED: Final = " OR ".join(
    f"activity.data LIKE '%\"{field}\":[%'"
    for field in ("name", "description", "component_id", "part_number_id", "phase", "quantity")
)
_LAST_EDITOR: Final = f"""
    UPDATE work_orders SET content_edited_by_user_id = (
        SELECT activity.added_by_user_id FROM activity WHERE activity.work_order_id = work_orders.id
        AND (activity.type IN ('ATTACHMENT_ADDED', 'ATTACHMENT_COMPLETED', 'ATTACHMENT_DELETED')
             OR (activity.type = 'EDITED' AND ({_EDITED})))
        ORDER BY activity.seq DESC LIMIT 1)
"""  # noqa: S608 - names of our own


def upgrade() -> None:
    op.add_column("approvals", sa.Column("content_sha256", _TEXT))
    op.add_column("work_orders", sa.Column("content_edited_by_user_id", _TEXT))
    op.execute(_LAST_EDITOR)
    op.create_table(
        "company_rules",
        sa.Column("company_id", _TEXT, nullable=False),
        sa.Column("changed_at", _BIGINT),
        sa.Column("changed_by_user_id", _TEXT),
        *(sa.Column(name, _BOOLEAN, nullable=False) for name in ("four_eyes", "reasons_required")),
        sa.PrimaryKeyConstraint("company_id", name=op.f("company_rules_pkey")),
        _refers("company_id", "companies"),
        _refers("changed_by_user_id", "users"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _refers(column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"company_rules_{column}_fkey"))
