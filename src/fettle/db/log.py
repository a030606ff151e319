"""The log of a company as rows: places of entries, inner nodes of its tree, checkpoints."""

from fettle.db.activity import ACTIVITY
from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.activity import Entry
from fettle.domain.checkpoints import Checkpoint

CHECKPOINTS = Table("checkpoints", Checkpoint)
# The oldest come first, and of each work order in the order of its versions. Ids are in the order in which they were
# made, so their index grows at its end: a group of changes writes one page of it, not one each.
_PLACE = """
    UPDATE activity SET leaf_index = fresh.place
    FROM (
        SELECT work_order_id AS of_order, seq AS number, ? + row_number() OVER (ORDER BY work_order_id, seq) AS place
        FROM (
            SELECT work_order_id, seq FROM activity WHERE company_id = ? AND leaf_index IS NULL
            ORDER BY id LIMIT ?
        ) AS unplaced
    ) AS fresh
    WHERE activity.work_order_id = fresh.of_order AND activity.seq = fresh.number
"""


class LogTables:
    """Fulfils `services.log_rows.LogRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def growing(self) -> list[str]:
        rows = self._sql.all("SELECT DISTINCT company_id FROM activity WHERE leaf_index IS NULL")
        return [str(row[0]) for row in rows]

    def lock(self, company_id: str) -> int:
        self._sql.run("INSERT INTO logs (company_id, size) VALUES (?, 0) ON CONFLICT DO NOTHING", company_id)
        row = self._sql.one(f"SELECT size FROM logs WHERE company_id = ?{self._sql.row_lock}", company_id)  # noqa: S608 - our text
        if row is None:
            raise LookupError(company_id)
        return int(row[0])

    def size(self, company_id: str) -> int:
        row = self._sql.one("SELECT size FROM logs WHERE company_id = ?", company_id)
        return int(row[0]) if row else 0

    def place(self, company_id: str, size: int, at_most: int) -> int:
        placed = self._sql.count(_PLACE, size - 1, company_id, at_most)
        if placed:
            self._sql.run("UPDATE logs SET size = ? WHERE company_id = ?", size + placed, company_id)
        return placed

    def hashes(self, company_id: str, level: int, first: int, last: int) -> list[bytes]:
        if level == 0:
            text = "SELECT sha256 FROM activity WHERE company_id = ? AND leaf_index >= ? AND leaf_index < ?"
            rows = self._sql.all(f"{text} ORDER BY leaf_index", company_id, first, last)
        else:
            text = "SELECT sha256 FROM log_nodes WHERE company_id = ? AND level = ? AND place >= ? AND place < ?"
            rows = self._sql.all(f"{text} ORDER BY place", company_id, level, first, last)
        return [bytes.fromhex(row[0]) for row in rows]

    def add_node(self, company_id: str, level: int, place: int, sha256: bytes) -> None:
        text = "INSERT INTO log_nodes (company_id, level, place, sha256) VALUES (?, ?, ?, ?)"
        self._sql.run(text, company_id, level, place, sha256.hex())

    def entries(self, company_id: str, first: int, last: int) -> list[Entry]:
        condition = "company_id = ? AND leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index"
        return ACTIVITY.all(self._sql, condition, company_id, first, last)

    def add_checkpoint(self, checkpoint: Checkpoint) -> None:
        CHECKPOINTS.add(self._sql, checkpoint)

    def newest_checkpoint(self, company_id: str) -> Checkpoint | None:
        return CHECKPOINTS.find(self._sql, "company_id = ? ORDER BY size DESC, made_at DESC LIMIT 1", company_id)

    def find_checkpoint(self, company_id: str, size: int, note: str) -> Checkpoint | None:
        return CHECKPOINTS.find(self._sql, "company_id = ? AND size = ? AND note = ?", company_id, size, note)

    def checkpoints(self, company_id: str, before_size: int, limit: int) -> list[Checkpoint]:
        condition = "company_id = ? AND size < ? ORDER BY size DESC, made_at DESC LIMIT ?"
        return CHECKPOINTS.all(self._sql, condition, company_id, before_size, limit)
