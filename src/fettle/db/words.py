"""Search by the beginnings of words. A prefix is a range of the byte order, so every character means itself."""

from typing import Final, NamedTuple

from fettle.db.sql import Sql

_FEW: Final = 1000
_LAST: Final = 0x10FFFF
_SURROGATES: Final = range(0xD800, 0xE000)


class Where(NamedTuple):
    """Which rows: the tables to read with their values, and the condition with its values."""

    source: str
    source_values: tuple[object, ...]
    condition: str
    condition_values: tuple[object, ...]

    @property
    def text(self) -> str:
        """What follows FROM."""
        return f"{self.source} WHERE {self.condition}"

    @property
    def values(self) -> tuple[object, ...]:
        """The values of `text`, in its order."""
        return self.source_values + self.condition_values

    def and_(self, condition: str, *values: object) -> "Where":
        """Only those rows for which this holds as well."""
        return self._replace(
            condition=f"{self.condition} AND {condition}", condition_values=self.condition_values + values
        )


def end_of_prefix(prefix: str) -> str | None:
    """The smallest text above everything that starts with the prefix; None when nothing is above."""
    stem = prefix.rstrip(chr(_LAST))
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)


def orders_with_words(sql: Sql, company_id: str, prefixes: tuple[str, ...]) -> Where:
    """The company's work orders that have a word for each prefix.

    When a prefix is rare, its few orders are fetched and looked at (CROSS JOIN keeps SQLite to that way); when all are
    common, orders are walked as the list is sorted and each is asked for its words.
    """
    ranges = [_range(prefix) for prefix in prefixes if prefix]
    where = Where("work_orders", (), "company_id = ?", (company_id,))
    counts = [_count_at_most(sql, company_id, *wanted, _FEW + 1) for wanted in ranges]
    if counts and min(counts) <= _FEW:
        text, bounds = ranges.pop(counts.index(min(counts)))
        found = f"SELECT DISTINCT work_order_id FROM work_order_words WHERE company_id = ? AND {text}"  # noqa: S608
        source = f"({found}) found CROSS JOIN work_orders"
        where = Where(source, (company_id, *bounds), "id = work_order_id AND company_id = ?", (company_id,))
    for text, bounds in ranges:
        held = f"SELECT 1 FROM work_order_words w WHERE w.work_order_id = work_orders.id AND {text}"  # noqa: S608
        where = where.and_(f"EXISTS ({held})", *bounds)
    return where


def _range(prefix: str) -> tuple[str, tuple[str, ...]]:
    end = end_of_prefix(prefix)
    return ("word >= ?", (prefix,)) if end is None else ("word >= ? AND word < ?", (prefix, end))


def _count_at_most(sql: Sql, company_id: str, text: str, bounds: tuple[str, ...], at_most: int) -> int:
    words = f"SELECT 1 FROM work_order_words WHERE company_id = ? AND {text} LIMIT ?"  # noqa: S608 - our names
    row = sql.one(f"SELECT count(*) FROM ({words}) counted", company_id, *bounds, at_most)  # noqa: S608
    return int(row[0]) if row else 0
