"""Photos that a work order requires, and templates that work orders are made from."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
_TYPES: Final = "type IN ('IMAGE', 'FILE', 'TEXT')"


def upgrade() -> None:
    _make_photos("required_photos", "work_order")
    _make_templates()
    _make_photos("template_photos", "template")
    _make_attachments()


def _make_photos(table: str, owner: str) -> None:
    op.create_table(
        table,
        sa.Column(f"{owner}_id", _TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("company_id", "step", "label")),
        sa.Column("min_count", sa.Integer(), nullable=False),
        *_at_least(table, "position", "min_count"),
        sa.PrimaryKeyConstraint(f"{owner}_id", "position", name=op.f(f"{table}_pkey")),
        sa.UniqueConstraint(f"{owner}_id", "step", name=op.f(f"{table}_{owner}_id_step_key")),
        _refers(table, f"{owner}_id", f"{owner}s"),
        _refers(table, "company_id", "companies"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _make_templates() -> None:
    op.create_table(
        "templates",
        *(sa.Column(name, _TEXT, nullable=False) for name in ("id", "company_id", "name", "component_id")),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("phase", _TEXT, nullable=False),
        sa.Column("created_at", _BIGINT, nullable=False),
        sa.Column("created_by_user_id", _TEXT, nullable=False),
        *(sa.Column(name, _TEXT) for name in ("description", "part_number_id")),
        sa.Column("changed_at", _BIGINT),
        sa.Column("changed_by_user_id", _TEXT),
        sa.Column("deleted_at", _BIGINT),
        sa.Column("deleted_by_user_id", _TEXT),
        *_at_least("templates", "quantity"),
        sa.PrimaryKeyConstraint("id", name=op.f("templates_pkey")),
        _refers("templates", "company_id", "companies"),
        _refers("templates", "component_id", "components"),
        _refers("templates", "created_by_user_id", "users"),
        _refers("templates", "part_number_id", "part_numbers"),
        *(_refers("templates", f"{did}_by_user_id", "users") for did in ("changed", "deleted")),
        sqlite_strict=True,
    )
    living = sa.text("deleted_at IS NULL")
    op.create_index(
        "templates_name_idx",
        "templates",
        ["company_id", "name"],
        unique=True,
        sqlite_where=living,
        postgresql_where=living,
    )


def _make_attachments() -> None:
    op.create_table(
        "template_attachments",
        sa.Column("template_id", _TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *(sa.Column(name, _TEXT, nullable=False) for name in ("company_id", "type", "name", "value", "file_name")),
        sa.CheckConstraint(_TYPES, name=op.f("template_attachments_type_check")),
        *_at_least("template_attachments", "position"),
        sa.PrimaryKeyConstraint("template_id", "position", name=op.f("template_attachments_pkey")),
        _refers("template_attachments", "template_id", "templates"),
        _refers("template_attachments", "company_id", "companies"),
        _refers("template_attachments", "file_name", "files", "name"),
        sqlite_strict=True,
    )
    op.create_index(op.f("template_attachments_file_name_idx"), "template_attachments", ["file_name"])


def _at_least(table: str, *columns: str) -> list[sa.CheckConstraint]:
    return [sa.CheckConstraint(f"{column} >= 1", name=op.f(f"{table}_{column}_check")) for column in columns]


def _refers(table: str, column: str, target: str, named: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.{named}"], name=op.f(f"{table}_{column}_fkey"))
