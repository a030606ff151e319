"""What the databases refuse of notes of erasures: to change or remove one. Part of migration 0018, so it stays.

Only the reason may go, for it may name who was to be forgotten.
"""

from typing import Final

_FIXED: Final = ("id", "company_id", "erased_at", "erased_by_user_id", "what", "user_id", "work_order_id")
_MESSAGE: Final = "notes of erasures are kept"


def _is_change(same: str) -> str:
    kept = " AND ".join(f"NEW.{name} {same} OLD.{name}" for name in _FIXED)
    return f"NOT ({kept} AND (NEW.reason = OLD.reason OR NEW.reason = ''))"


def _in_sqlite() -> tuple[str, ...]:
    """A row that REPLACE removes fires no trigger of DELETE, so the row that would take its place is refused."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    is_there = "EXISTS (SELECT 1 FROM erasures WHERE id = NEW.id)"
    return (
        f"CREATE TRIGGER erasures_keeps_insert BEFORE INSERT ON erasures WHEN {is_there} {refuse}",
        f"CREATE TRIGGER erasures_keeps_update BEFORE UPDATE ON erasures WHEN {_is_change('IS')} {refuse}",
        f"CREATE TRIGGER erasures_keeps_delete BEFORE DELETE ON erasures {refuse}",
    )


def _in_postgres() -> tuple[str, ...]:
    raises = f"RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'"
    body = f"LANGUAGE plpgsql AS $$ BEGIN {raises}; END $$"
    refuse = "EXECUTE FUNCTION fettle_keeps_erasures()"
    changed = f"FOR EACH ROW WHEN ({_is_change('IS NOT DISTINCT FROM')})"
    return (
        f"CREATE OR REPLACE FUNCTION fettle_keeps_erasures() RETURNS trigger {body}",
        f"CREATE TRIGGER erasures_keeps_update BEFORE UPDATE ON erasures {changed} {refuse}",
        f"CREATE TRIGGER erasures_keeps_delete BEFORE DELETE ON erasures FOR EACH ROW {refuse}",
        f"CREATE TRIGGER erasures_keeps_truncate BEFORE TRUNCATE ON erasures FOR EACH STATEMENT {refuse}",
    )


STATEMENTS: Final = {"sqlite": _in_sqlite(), "postgresql": _in_postgres()}
