"""The log that cannot be quietly rewritten: entries are hashed, chained, placed and guarded.

The entries that are there already are hashed as they are, what people wrote in them included.
"""

import hashlib
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from alembic import op

from fettle.db.append_only import POSTGRES, SQLITE
from fettle.domain.instants import exact_instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TEXT: Final = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_BIGINT: Final = sa.BigInteger().with_variant(sa.INTEGER(), "sqlite")
_ENTRIES: Final = (
    "SELECT work_order_id, seq, id, company_id, type, added_at, added_by_user_id, data FROM activity"
    " ORDER BY work_order_id, seq"
)
_AT_ONCE: Final = 1000
_LARGEST: Final = 1 << 53


def upgrade() -> None:
    for table, column in (("activity", "sha256"), ("work_orders", "log_sha256")):
        op.add_column(table, sa.Column(column, _TEXT, nullable=False, server_default=sa.text("''")))
    op.add_column("activity", sa.Column("texts", _TEXT))
    op.add_column("activity", sa.Column("leaf_index", _BIGINT))
    _chain(op.get_bind())
    _index("activity_leaf_idx", ["company_id", "leaf_index"], "leaf_index IS NOT NULL", unique=True)
    _index("activity_unplaced_idx", ["company_id", "id"], "leaf_index IS NULL", unique=False)
    _tables()
    guards = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRES
    for statements in guards.values():
        for statement in statements:
            op.get_bind().exec_driver_sql(statement)


def _chain(connection: sa.Connection) -> None:
    order, previous = None, None
    entries = connection.exec_driver_sql(_ENTRIES, execution_options={"yield_per": _AT_ONCE})
    for rows in entries.partitions():
        hashed = []
        for row in rows:
            previous = previous if row[0] == order else None
            data = _canonical(row[7])
            order, previous = row[0], _leaf_sha256(row, data, previous)
            hashed.append({"order": order, "seq": row[1], "data": data.decode(), "sha256": previous})
        _write(connection, hashed)


def _write(connection: sa.Connection, hashed: list[dict[str, Any]]) -> None:
    named = "work_order_id = :order AND seq = :seq"
    connection.execute(sa.text(f"UPDATE activity SET data = :data, sha256 = :sha256 WHERE {named}"), hashed)  # noqa: S608 - our text
    newest = sa.text("UPDATE work_orders SET log_sha256 = :sha256 WHERE id = :order AND version = :seq")
    connection.execute(newest, hashed)


def _canonical(data: str) -> bytes:
    return msgspec.json.encode(_exact(msgspec.json.decode(data)), order="sorted")


def _exact(value: Any) -> Any:
    """Whole numbers that canonical JSON cannot hold (deadlines far away) become text."""
    if isinstance(value, dict):
        return {key: _exact(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_exact(member) for member in value]
    return str(value) if isinstance(value, int) and not -_LARGEST < value < _LARGEST else value


def _leaf_sha256(row: Any, data: bytes, previous: str | None) -> str:
    order, seq, entry, company, kind, added_at, user, _ = row
    leaf = {
        "added_at": exact_instant(added_at),
        "added_by_user_id": user,
        "company_id": company,
        "data": msgspec.Raw(data),
        "format": "fettle-entry-1",
        "id": entry,
        "previous": previous,
        "seq": seq,
        "type": kind,
        "work_order_id": order,
    }
    return hashlib.sha256(b"\0" + msgspec.json.encode(leaf)).hexdigest()


def _tables() -> None:
    options = {"sqlite_strict": True, "sqlite_with_rowid": False}
    op.create_table(
        "logs",
        sa.Column("company_id", _TEXT, nullable=False),
        sa.Column("size", _BIGINT, nullable=False),
        sa.CheckConstraint("size >= 0", name=op.f("logs_size_check")),
        *_keyed("logs", "company_id"),
        **options,
    )
    op.create_table(
        "log_nodes",
        sa.Column("company_id", _TEXT, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("place", _BIGINT, nullable=False),
        sa.Column("sha256", _TEXT, nullable=False),
        *_keyed("log_nodes", "company_id", "level", "place"),
        **options,
    )
    op.create_table(
        "checkpoints",
        sa.Column("company_id", _TEXT, nullable=False),
        sa.Column("size", _BIGINT, nullable=False),
        sa.Column("root", _TEXT, nullable=False),
        sa.Column("made_at", _BIGINT, nullable=False),
        sa.Column("note", _TEXT, nullable=False),
        *_keyed("checkpoints", "company_id", "size", "note"),
        **options,
    )
    op.create_index(op.f("checkpoints_company_id_made_at_idx"), "checkpoints", ["company_id", "made_at"])


def _keyed(table: str, *key: str) -> tuple[Any, ...]:
    company = sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f(f"{table}_company_id_fkey"))
    return sa.PrimaryKeyConstraint(*key, name=op.f(f"{table}_pkey")), company


def _index(name: str, columns: list[str], condition: str, *, unique: bool) -> None:
    where = sa.text(condition)
    op.create_index(name, "activity", columns, unique=unique, sqlite_where=where, postgresql_where=where)
