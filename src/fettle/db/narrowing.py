"""Conditions on a list of work orders that may leave few: an assignee, a component, the beginning of a word."""

from typing import Final, NamedTuple

from fettle.db.sql import Sql

_LAST: Final = 0x10FFFF
_SURROGATES: Final = range(0xD800, 0xE000)


class Narrowing(NamedTuple):
    """Two ways to hold to a condition: fetch the ids of all orders that fulfil it, or test the order at hand."""

    ids: str
    ids_values: tuple[object, ...]
    test: str
    test_values: tuple[object, ...]

    def count_orders(self, sql: Sql, at_most: int) -> int:
        """How many orders fulfil it, counted no further than `at_most`."""
        row = sql.one(f"SELECT count(*) FROM ({self.ids} LIMIT ?) counted", *self.ids_values, at_most)  # noqa: S608 - ours
        return int(row[0]) if row else 0


def by_column(company_id: str, column: str, value: str) -> Narrowing:
    """The column has this value."""
    ids = f"SELECT id AS work_order_id FROM work_orders WHERE company_id = ? AND {column} = ?"  # noqa: S608 - ours
    return Narrowing(ids, (company_id, value), f"{column} = ?", (value,))


def by_prefix(company_id: str, prefix: str) -> Narrowing:
    """Some word starts with the prefix: a range of the byte order, so that every character means itself."""
    end = end_of_prefix(prefix)
    bounds = (prefix,) if end is None else (prefix, end)
    words = "word >= ?" if end is None else "word >= ? AND word < ?"
    ids = f"SELECT DISTINCT work_order_id FROM work_order_words WHERE company_id = ? AND {words}"  # noqa: S608 - ours
    held = f"SELECT 1 FROM work_order_words w WHERE w.work_order_id = work_orders.id AND {words}"  # noqa: S608 - ours
    return Narrowing(ids, (company_id, *bounds), f"EXISTS ({held})", bounds)


def end_of_prefix(prefix: str) -> str | None:
    """The smallest text above everything that starts with the prefix; None when nothing is above."""
    stem = prefix.rstrip(chr(_LAST))
    if not stem:
        return None
    following = ord(stem[-1]) + 1
    return stem[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)
