"""Lists below `/v1`: pages by number as far as 10,000 rows, and a cursor for walking any distance at the same cost."""

import re
from collections.abc import Callable
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from fettle.domain.errors import Detail, Invalid
from fettle.domain.limits import MAX_COUNTED
from fettle.services.rows import After, Page
from fettle.web.answers import Response, as_json
from fettle.web.cursors import decode_cursor, encode_cursor
from fettle.web.pms.shapes import Shape, sent_fields

_CURSOR: Final = re.compile(r"([1-9][0-9]{0,9})\.(.+)", re.ASCII)
LIST_ERRORS: Final = ("INVALID_PARAMETER", "PAGE_TOO_DEEP")
Item = TypeVar("Item")
Seen = TypeVar("Seen")


class ListQuery(msgspec.Struct, rename="camel", forbid_unknown_fields=True, frozen=True):
    """Which part of a list: a page by its number, or what follows a cursor. With a cursor `page` says nothing."""

    page: Annotated[int, Meta(ge=1)] = 1
    page_size: Annotated[int, Meta(ge=1, le=100)] = 20
    cursor: str | None = None


class PageMeta(Shape, frozen=True):
    """Where this page stands. `total` counts to 10,000; `totalIsExact` says whether that is all."""

    page: int
    page_size: int
    total: int
    total_is_exact: bool
    next_cursor: str | UnsetType = UNSET


class Listed(msgspec.Struct, Generic[Item], frozen=True):
    """The envelope of every list."""

    data: list[Item]
    meta: PageMeta


class Place(msgspec.Struct, frozen=True):
    """The page that a request wants: its number, how many rows it shows, and the rows to ask the services for."""

    list_name: str
    number: int
    size: int
    rows: Page


def place_of(query: ListQuery, list_name: str, sorted_by: type = str) -> Place:
    """The wanted page, with one row more to see whether there is another; `sorted_by` is the type of the sort value.

    Raises PAGE_TOO_DEEP, and INVALID_PARAMETER for a cursor of another list or order.
    """
    asked = query.page_size + 1
    if query.cursor is not None:
        number, after = _read_cursor(query.cursor, list_name, sorted_by)
        return Place(list_name, number, query.page_size, Page(asked, after))
    if query.page * query.page_size > MAX_COUNTED:
        raise Invalid("PAGE_TOO_DEEP", max=MAX_COUNTED)
    offset = (query.page - 1) * query.page_size
    return Place(list_name, query.page, query.page_size, Page(asked, None, offset))


def show_list(
    place: Place,
    items: list[Seen],
    total: int,
    shape: Callable[[Seen], Any],
    after: Callable[[Seen], tuple[Any, str]],
    *,
    is_exact: bool = True,
) -> Response:
    """The list's answer; `after` tells the sort value and the id of an item."""
    shown = items[: place.size]
    next_cursor: str | UnsetType = UNSET
    if len(items) > place.size:
        next_cursor = f"{place.number + 1}.{encode_cursor(place.list_name, After(*after(shown[-1])))}"
    meta = PageMeta(place.number, place.size, total, is_exact, next_cursor)
    return as_json(Listed([shape(item) for item in shown], meta))


def filters_of(query: ListQuery) -> dict[str, Any]:
    """The filters that were sent, by the fields' own names, without what says which page."""
    return {name: value for name, value in sent_fields(query).items() if name not in ListQuery.__struct_fields__}


def _read_cursor(cursor: str, list_name: str, sorted_by: type) -> tuple[int, After]:
    """A cursor says the number of its page too, so that `meta.page` counts on."""
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise Invalid("INVALID_PARAMETER", Detail("cursor", "cursor"))
    after = decode_cursor(list_name, match[2])
    if not isinstance(after.value, sorted_by | None) or "\0" in str(after.value):
        raise Invalid("INVALID_PARAMETER", Detail("cursor", "cursor"))
    return int(match[1]), after
