"""Copies of checkpoints outside: where each is to go, and what came of it."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
_CHECKPOINT: Final = ["company_id", "size", "note"]


def upgrade() -> None:
    op.create_table(
        "checkpoint_copies",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("id", "company_id")),
        sa.Column("size", _BIGINT, nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("note", "destination")),
        sa.Column("made_at", _BIGINT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", _TEXT),
        sa.Column("delivered_at", _BIGINT),
        sa.Column("proof", _TEXT),
        sa.CheckConstraint("attempts >= 0", name=op.f("checkpoint_copies_attempts_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("checkpoint_copies_pkey")),
        sa.UniqueConstraint(
            *_CHECKPOINT, "destination", name=op.f("checkpoint_copies_company_id_size_note_destination_key")
        ),
        sa.ForeignKeyConstraint(
            _CHECKPOINT,
            [f"checkpoints.{name}" for name in _CHECKPOINT],
            name=op.f("checkpoint_copies_company_id_size_note_fkey"),
        ),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    waiting = sa.text("delivered_at IS NULL")
    op.create_index(
        "checkpoint_copies_waiting_idx",
        "checkpoint_copies",
        ["destination", "made_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
