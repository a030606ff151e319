"""The log of a company as rows: places of entries, inner nodes of its tree, checkpoints."""

from fettle.db.activity import ACTIVITY
from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.activity import Entry
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.instants import Instant

CHECKPOINTS = Table("checkpoints", Checkpoint)
# What comes before an entry of the same work order, and was made after all that are chosen: clocks of servers differ.
_BEFORE = """
    SELECT seq FROM activity
    WHERE work_order_id = of_order AND seq = number - 1 AND leaf_index IS NULL AND id > (SELECT max(id) FROM oldest)
"""
# The oldest come first with what they follow, and of each work order in the order of its versions. Ids are in the order
# in which they were made, so their index grows at its end: a group of changes writes one page of it, not one each.
_PLACE = f"""
    WITH RECURSIVE oldest (of_order, number, id) AS (
        SELECT work_order_id, seq, id FROM activity WHERE company_id = ? AND leaf_index IS NULL ORDER BY id LIMIT ?
    ), earlier (of_order, number) AS (
        SELECT of_order, number - 1 FROM oldest WHERE number - 1 = ({_BEFORE})
        UNION ALL
        SELECT of_order, number - 1 FROM earlier WHERE number - 1 = ({_BEFORE})
    )
    UPDATE activity SET leaf_index = fresh.place
    FROM (
        SELECT of_order, number, ? + row_number() OVER (ORDER BY of_order, number) AS place
        FROM (SELECT of_order, number FROM oldest UNION ALL SELECT of_order, number FROM earlier) AS wanted
        ORDER BY of_order, number LIMIT ?
    ) AS fresh
    WHERE activity.work_order_id = fresh.of_order AND activity.seq = fresh.number
"""  # noqa: S608 - our text

# Of each company: the entry at the place after its last checkpoint, else the oldest that has no place.
_UNSIGNED_SINCE = """
    SELECT min(coalesce(
        (
            SELECT added_at FROM activity WHERE company_id = companies.id AND leaf_index = (
                SELECT coalesce(max(size), 0) FROM checkpoints WHERE company_id = companies.id
            )
        ),
        (SELECT added_at FROM activity WHERE company_id = companies.id AND leaf_index IS NULL ORDER BY id LIMIT 1)
    )) FROM companies
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
        placed = self._sql.count(_PLACE, company_id, at_most, size - 1, at_most)
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

    def unsigned_since(self) -> Instant | None:
        row = self._sql.one(_UNSIGNED_SINCE)
        return row[0] if row else None

    def add_checkpoint(self, checkpoint: Checkpoint) -> None:
        CHECKPOINTS.add(self._sql, checkpoint)

    def newest_checkpoint(self, company_id: str) -> Checkpoint | None:
        return CHECKPOINTS.find(self._sql, "company_id = ? ORDER BY size DESC, made_at DESC LIMIT 1", company_id)

    def find_checkpoint(self, company_id: str, size: int, note: str) -> Checkpoint | None:
        return CHECKPOINTS.find(self._sql, "company_id = ? AND size = ? AND note = ?", company_id, size, note)

    def checkpoints(self, company_id: str, before_size: int, limit: int) -> list[Checkpoint]:
        condition = "company_id = ? AND size < ? ORDER BY size DESC, made_at DESC LIMIT ?"
        return CHECKPOINTS.all(self._sql, condition, company_id, before_size, limit)
