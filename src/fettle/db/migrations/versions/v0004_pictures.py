"""What is in files, and the smaller pictures made of them; jobs are claimed by kind: slow ones hold up no others.

The files that are there already are read too, the oldest first.
"""

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
_DOUBLE: Final[sa.types.TypeEngine[Any]] = sa.Double().with_variant(sa.REAL(), "sqlite")
_LAST_FACTS: Final = ("camera_make", "camera_model", "placeholder", "look", "problem", "looks_like")
_READ: Final = (
    "'image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/tiff', 'image/bmp', 'image/avif', 'image/heic', "
    "'image/heif', 'image/heic-sequence', 'image/heif-sequence', 'application/pdf'"
)


def upgrade() -> None:
    _facts()
    _renditions()
    op.drop_index(op.f("jobs_run_at_id_idx"), "jobs")
    op.create_index(op.f("jobs_kind_run_at_id_idx"), "jobs", ["kind", "run_at", "id"])
    op.execute(
        "INSERT INTO jobs (id, company_id, kind, subject_id, created_at, run_at, attempts)"  # noqa: S608 - our text
        " SELECT name, company_id, 'READ_FACTS', name, created_at, created_at, 0 FROM files"
        f" WHERE content_type IN ({_READ})"
    )


def _facts() -> None:
    op.create_table(
        "file_facts",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("file_name", "company_id")),
        sa.Column("read_at", _BIGINT, nullable=False),
        *(sa.Column(name, sa.Integer()) for name in ("width", "height", "orientation", "pages")),
        sa.Column("captured_text", _TEXT),
        sa.Column("captured_at", _BIGINT),
        *(sa.Column(name, _DOUBLE) for name in ("latitude", "longitude", "altitude_m")),
        *(sa.Column(name, _TEXT) for name in _LAST_FACTS),
        sa.PrimaryKeyConstraint("file_name", name=op.f("file_facts_pkey")),
        _refers("file_facts", "file_name", "files.name"),
        _refers("file_facts", "company_id", "companies.id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    for at in (1, 5, 9, 13):
        quarter = sa.text(f"(substr(look, {at}, 4))")
        op.create_index(f"file_facts_look_{at}_idx", "file_facts", ["company_id", quarter])


def _renditions() -> None:
    op.create_table(
        "renditions",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("file_name", "kind", "company_id", "storage_key")),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", _TEXT, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("width", "height")),
        sa.Column("created_at", _BIGINT, nullable=False),
        sa.CheckConstraint("kind IN ('thumbnail', 'preview', 'large')", name=op.f("renditions_kind_check")),
        sa.PrimaryKeyConstraint("file_name", "kind", name=op.f("renditions_pkey")),
        sa.UniqueConstraint("storage_key", name=op.f("renditions_storage_key_key")),
        _refers("renditions", "file_name", "files.name"),
        _refers("renditions", "company_id", "companies.id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _refers(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"{table}_{column}_fkey"))
