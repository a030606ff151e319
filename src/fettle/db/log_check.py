"""A whole log as rows, for who checks it."""

from collections.abc import Sequence
from typing import Final

from fettle.db.activity import ACTIVITY
from fettle.db.completions import SIGNATURES
from fettle.db.late_photos import LATE_PHOTOS
from fettle.db.legal_holds import LEGAL_HOLDS
from fettle.db.log import CHECKPOINTS
from fettle.db.required_photos import REQUIRED_PHOTOS
from fettle.db.sql import Sql
from fettle.db.table import padded
from fettle.db.work_order_lists import WORK_ORDERS
from fettle.domain.activity import Entry
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.completions import Signature
from fettle.domain.late_photos import LatePhoto
from fettle.domain.legal_holds import LegalHold
from fettle.domain.merkle_growth import StoredNode
from fettle.domain.required_photos import RequiredPhoto
from fettle.domain.work_orders import WorkOrder

_MOST: Final = 100
_ENTRIES: Final = (
    f"SELECT {ACTIVITY.columns} FROM activity WHERE (work_order_id, seq) > (?, ?) AND company_id = ?"  # noqa: S608 - our names
    " ORDER BY work_order_id, seq LIMIT ?"
)
_WITHOUT_ORDER: Final = (
    "SELECT DISTINCT work_order_id FROM activity WHERE company_id = ? AND NOT EXISTS (SELECT 1 FROM work_orders"
    " WHERE work_orders.id = activity.work_order_id AND work_orders.company_id = activity.company_id) LIMIT ?"
)
_WITHOUT_ENTRIES: Final = (
    "SELECT wo_number FROM work_orders WHERE company_id = ? AND NOT EXISTS (SELECT 1 FROM activity"
    " WHERE activity.work_order_id = work_orders.id) LIMIT ?"
)


class LogCheckTables:
    """Fulfils `services.log_check_rows.LogCheckRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def entries(self, company_id: str, work_order_id: str, seq: int, limit: int) -> list[Entry]:
        """As they stand: a type that somebody made up is for the check to find, not for a conversion."""
        return [Entry(*row) for row in self._sql.all(_ENTRIES, work_order_id, seq, company_id, limit)]

    def leaves(self, company_id: str, first: int, last: int) -> list[StoredNode]:
        text = "SELECT leaf_index, sha256 FROM activity WHERE company_id = ? AND leaf_index >= ? AND leaf_index < ?"
        return [StoredNode(0, *row) for row in self._sql.all(f"{text} ORDER BY leaf_index", company_id, first, last)]

    def nodes(self, company_id: str, level: int, first: int, last: int) -> list[StoredNode]:
        text = "SELECT level, place, sha256 FROM log_nodes WHERE company_id = ? AND level = ? AND place >= ?"
        rows = self._sql.all(f"{text} AND place < ? ORDER BY place", company_id, level, first, last)
        return [StoredNode(*row) for row in rows]

    def strays(self, company_id: str, levels: Sequence[int], size: int) -> list[StoredNode]:
        within = " AND ".join(["NOT (level = ? AND place >= 0 AND place < ?)"] * len(levels))
        bounds = [bound for level in levels for bound in (level, size >> level)]
        text = f"SELECT level, place, sha256 FROM log_nodes WHERE company_id = ? AND {within} LIMIT ?"  # noqa: S608 - our text
        nodes = self._sql.all(text, company_id, *bounds, _MOST)
        text = "SELECT 0, leaf_index, sha256 FROM activity WHERE company_id = ? AND (leaf_index >= ? OR leaf_index < 0)"
        return [StoredNode(*row) for row in (*nodes, *self._sql.all(f"{text} LIMIT ?", company_id, size, _MOST))]

    def checkpoints(self, company_id: str, after_size: int, to_size: int) -> list[Checkpoint]:
        condition = "company_id = ? AND size > ? AND size <= ? ORDER BY size, note"
        return CHECKPOINTS.all(self._sql, condition, company_id, after_size, to_size)

    def largest_checkpoint(self, company_id: str) -> int:
        row = self._sql.one("SELECT coalesce(max(size), -1) FROM checkpoints WHERE company_id = ?", company_id)
        return int(row[0]) if row else -1

    def unplaced(self, company_id: str) -> int:
        return ACTIVITY.count(self._sql, "company_id = ? AND leaf_index IS NULL", company_id)

    def without_order(self, company_id: str) -> list[str]:
        return [str(row[0]) for row in self._sql.all(_WITHOUT_ORDER, company_id, _MOST)]

    def without_entries(self, company_id: str) -> list[int]:
        return [int(row[0]) for row in self._sql.all(_WITHOUT_ENTRIES, company_id, _MOST)]

    def orders(self, company_id: str, work_order_ids: Sequence[str]) -> list[WorkOrder]:
        marks, values = padded(work_order_ids)
        return WORK_ORDERS.all(self._sql, f"company_id = ? AND id IN {marks}", company_id, *values)

    def required_photos(self, work_order_ids: Sequence[str]) -> list[RequiredPhoto]:
        marks, values = padded(work_order_ids)
        return REQUIRED_PHOTOS.all(self._sql, f"work_order_id IN {marks} ORDER BY work_order_id, position", *values)

    def signatures(self, work_order_ids: Sequence[str]) -> list[Signature]:
        """As they stand, as entries do."""
        marks, values = padded(work_order_ids)
        text = f"SELECT {SIGNATURES.columns} FROM signatures WHERE work_order_id IN {marks}"  # noqa: S608 - our names
        return [Signature(*row) for row in self._sql.all(text, *values)]

    def legal_holds(self, work_order_ids: Sequence[str]) -> list[LegalHold]:
        marks, values = padded(work_order_ids)
        return LEGAL_HOLDS.all(self._sql, f"work_order_id IN {marks}", *values)

    def late_photos(self, work_order_ids: Sequence[str]) -> list[LatePhoto]:
        marks, values = padded(work_order_ids)
        return LATE_PHOTOS.all(self._sql, f"work_order_id IN {marks}", *values)
