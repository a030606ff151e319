"""Signatures of completions as rows."""

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.completions import Signature

SIGNATURES = Table("signatures", Signature)


class SignatureTable:
    """Fulfils `services.rule_rows.SignatureRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add(self, signature: Signature) -> None:
        SIGNATURES.add(self._sql, signature)

    def forget_drawing(self, work_order_id: str, version: int) -> None:
        key = [work_order_id, version]
        SIGNATURES.change(self._sql, "work_order_id = ? AND version = ?", key, {"drawn_file_name": None})

    def of_order(self, work_order_id: str) -> list[Signature]:
        return SIGNATURES.all(self._sql, "work_order_id = ? ORDER BY version", work_order_id)
