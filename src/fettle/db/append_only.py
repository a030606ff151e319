"""What the databases themselves refuse: to change or remove what is in the log. Part of migration 0010, so it stays.

Whoever owns the database can drop a trigger; that nothing was rewritten is proven by checkpoints kept elsewhere.
"""

from typing import Final

_GUARDED: Final = ("activity", "log_nodes", "checkpoints")
_FIXED: Final = ("id", "company_id", "work_order_id", "seq", "type", "added_at", "added_by_user_id", "data", "sha256")
_MESSAGE: Final = "the log is only ever added to"


def _is_change(same: str) -> str:
    """When an UPDATE of an entry is refused: a place is given once, texts may go."""
    kept = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in _FIXED)
    placed = f"(NEW.leaf_index {same} OLD.leaf_index OR OLD.leaf_index IS NULL)"
    texts = f"(NEW.texts {same} OLD.texts OR NEW.texts IS NULL)"
    return f"NOT ({kept} AND {placed} AND {texts})"


def _in_sqlite(table: str) -> tuple[str, ...]:
    when = f"WHEN {_is_change('IS')} " if table == "activity" else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    return (
        f"CREATE TRIGGER {table}_keeps_update BEFORE UPDATE ON {table} {when}{refuse}",
        f"CREATE TRIGGER {table}_keeps_delete BEFORE DELETE ON {table} {refuse}",
    )


def _in_postgres(table: str) -> tuple[str, ...]:
    when = f"WHEN ({_is_change('IS NOT DISTINCT FROM')}) " if table == "activity" else ""
    refuse = "EXECUTE FUNCTION fettle_keeps_log()"
    raises = f"RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'"
    return (
        f"CREATE OR REPLACE FUNCTION fettle_keeps_log() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {raises}; END $$",
        f"CREATE TRIGGER {table}_keeps_update BEFORE UPDATE ON {table} FOR EACH ROW {when}{refuse}",
        f"CREATE TRIGGER {table}_keeps_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {table}_keeps_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
    )


SQLITE: Final = {table: _in_sqlite(table) for table in _GUARDED}
POSTGRES: Final = {table: _in_postgres(table) for table in _GUARDED}
