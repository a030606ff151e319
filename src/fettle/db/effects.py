"""What was done under an Idempotency-Key, as rows."""

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.instants import Instant
from fettle.domain.repeats import Effect

EFFECTS = Table("effects", Effect)


class EffectTable:
    """Fulfils `services.rows.EffectRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def find(self, company_id: str, user_id: str, key: str) -> Effect | None:
        return EFFECTS.find(self._sql, "company_id = ? AND user_id = ? AND key = ?", company_id, user_id, key)

    def add(self, effect: Effect) -> None:
        EFFECTS.add(self._sql, effect)

    def delete_before(self, instant: Instant) -> int:
        return self._sql.count("DELETE FROM effects WHERE created_at < ?", instant)
