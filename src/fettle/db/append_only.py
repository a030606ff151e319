"""What the databases themselves refuse: to change or remove what is in the log. Part of migrations, so it stays.

Whoever owns the database can drop a trigger; that nothing was rewritten is proven by checkpoints kept elsewhere.
"""

from collections.abc import Sequence
from typing import Final

_ENTRY: Final = ("id", "company_id", "work_order_id", "seq", "type", "added_at", "added_by_user_id", "data", "sha256")
_SIGNATURE: Final = (
    *("work_order_id", "version", "company_id", "signer_user_id", "signed_at", "method"),
    *("statement_sha256", "content_sha256", "evidence_sha256", "assertion"),
)
# What no two rows may share. SQLite removes the other one for a REPLACE, and no DELETE trigger fires for it.
_KEYS: Final = {
    "activity": (("work_order_id", "seq"), ("company_id", "leaf_index")),
    "log_nodes": (("company_id", "level", "place"),),
    "checkpoints": (("company_id", "size", "note"),),
    "signatures": (("work_order_id", "version"),),
}
_MESSAGE: Final = "the log is only ever added to"
_REFUSE: Final = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"


def _kept(columns: Sequence[str], same: str) -> str:
    return " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in columns)


def _goes(column: str, same: str) -> str:
    return f"(NEW.{column} {same} OLD.{column} OR NEW.{column} IS NULL)"


def _is_change(table: str, same: str) -> str | None:
    """When an UPDATE is refused, None for always: a place is given once, texts and drawings may go."""
    if table == "activity":
        placed = f"(NEW.leaf_index {same} OLD.leaf_index OR OLD.leaf_index IS NULL)"
        return f"NOT ({_kept(_ENTRY, same)} AND {placed} AND {_goes('texts', same)})"
    if table == "signatures":
        return f"NOT ({_kept(_SIGNATURE, same)} AND {_goes('drawn_file_name', same)})"
    return None


def _in_sqlite(table: str) -> tuple[str, ...]:
    change = _is_change(table, "IS")
    when = f"WHEN {change} " if change else ""
    return (
        f"CREATE TRIGGER {table}_keeps_update BEFORE UPDATE ON {table} {when}{_REFUSE}",
        f"CREATE TRIGGER {table}_keeps_delete BEFORE DELETE ON {table} {_REFUSE}",
    )


def _is_taken(table: str, key: Sequence[str]) -> str:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our names


def _against_replacing(table: str) -> tuple[str, ...]:
    taken = " OR ".join(_is_taken(table, key) for key in _KEYS[table])
    inserting = f"CREATE TRIGGER {table}_keeps_insert BEFORE INSERT ON {table} WHEN {taken} {_REFUSE}"
    if table != "activity":
        return (inserting,)
    taken = f"OLD.leaf_index IS NULL AND {_is_taken(table, ('company_id', 'leaf_index'))}"
    placing = f"CREATE TRIGGER {table}_keeps_place BEFORE UPDATE OF leaf_index ON {table} WHEN {taken} {_REFUSE}"
    return inserting, placing


def _in_postgres(table: str) -> tuple[str, ...]:
    change = _is_change(table, "IS NOT DISTINCT FROM")
    when = f"WHEN ({change}) " if change else ""
    refuse = "EXECUTE FUNCTION fettle_keeps_log()"
    raises = f"RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'"
    return (
        f"CREATE OR REPLACE FUNCTION fettle_keeps_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raises}; END $$",
        f"CREATE TRIGGER {table}_keeps_update BEFORE UPDATE ON {table} FOR EACH ROW {when}{refuse}",
        f"CREATE TRIGGER {table}_keeps_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {table}_keeps_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
    )


# By table, since migration 0010.
SQLITE: Final = {table: _in_sqlite(table) for table in ("activity", "log_nodes", "checkpoints")}
POSTGRES: Final = {table: _in_postgres(table) for table in SQLITE}
# What migration 0017 adds.
LATER_SQLITE: Final = {table: _against_replacing(table) for table in SQLITE} | {
    "signatures": (*_in_sqlite("signatures"), *_against_replacing("signatures"))
}
LATER_POSTGRES: Final = {"signatures": _in_postgres("signatures")}
# What a table that is made now has, by its name and the dialect.
STATEMENTS: Final = {
    table: {
        "sqlite": (*SQLITE.get(table, ()), *LATER_SQLITE.get(table, ())),
        "postgresql": (*POSTGRES.get(table, ()), *LATER_POSTGRES.get(table, ())),
    }
    for table in LATER_SQLITE
}
