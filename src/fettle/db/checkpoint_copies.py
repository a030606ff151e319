"""Copies of checkpoints as rows."""

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.checkpoint_copies import CheckpointCopy, Destination, Fault
from fettle.domain.instants import Instant

CHECKPOINT_COPIES = Table("checkpoint_copies", CheckpointCopy)
_NOTE = """
    UPDATE checkpoint_copies SET attempts = attempts + 1, last_error = ?, delivered_at = ?, proof = ?
    WHERE id = ? AND delivered_at IS NULL
"""


class CheckpointCopyTable:
    """Fulfils `services.copy_rows.CheckpointCopyRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add_unless_there(self, copy: CheckpointCopy) -> bool:
        return CHECKPOINT_COPIES.add_unless(self._sql, copy, "(company_id, size, note, destination)")

    def find(self, copy_id: str) -> CheckpointCopy | None:
        return CHECKPOINT_COPIES.find(self._sql, "id = ?", copy_id)

    def of_sizes(self, company_id: str, smallest: int, largest: int) -> list[CheckpointCopy]:
        condition = "company_id = ? AND size >= ? AND size <= ? ORDER BY size, note, destination"
        return CHECKPOINT_COPIES.all(self._sql, condition, company_id, smallest, largest)

    def newest_stamps(self, company_id: str, largest: int, limit: int) -> list[CheckpointCopy]:
        condition = "company_id = ? AND destination = 'timestamp' AND proof IS NOT NULL AND size <= ?"
        order = "ORDER BY size DESC, note LIMIT ?"
        return CHECKPOINT_COPIES.all(self._sql, f"{condition} {order}", company_id, largest, limit)

    def note_failure(self, copy_id: str, fault: Fault) -> None:
        self._sql.run(_NOTE, fault, None, None, copy_id)

    def note_delivery(self, copy_id: str, delivered_at: Instant, proof: str | None) -> None:
        self._sql.run(_NOTE, None, delivered_at, proof, copy_id)

    def waiting_since(self) -> dict[Destination, Instant]:
        text = "SELECT destination, min(made_at) FROM checkpoint_copies WHERE delivered_at IS NULL GROUP BY destination"
        return {Destination(row[0]): int(row[1]) for row in self._sql.all(text)}
