import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fettle.db.narrowing import end_of_prefix
from fettle.domain.work_orders import Status, WorkOrder
from fettle.services.rows import After, Page, Transaction, WorkOrderFilter
from tests.db.records import Records, new_id

SORTS = ("updated_at", "created_at", "wo_number", "deadline")
_FEW = st.integers(0, 3)
_DUE = st.integers(-3, 4)
_ORDERS = st.lists(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(Status),
            "updated_at": _FEW,
            "created_at": _FEW,
            "deadline": st.none() | st.integers(-3, 3),
        }
    ),
    max_size=12,
)
_MANY_DATABASES = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def reference(orders: list[WorkOrder], wanted: WorkOrderFilter) -> list[WorkOrder]:
    """What the list must be: a sort in Python, missing deadlines last both ways."""
    missing = -sys.maxsize if wanted.descending else sys.maxsize

    def place(order: WorkOrder) -> tuple[Any, str]:
        value = getattr(order, wanted.sort)
        return (missing if value is None else value), order.id

    held = [order for order in orders if not wanted.statuses or order.status in wanted.statuses]
    if wanted.due_from is not None:
        held = [order for order in held if order.deadline is not None and order.deadline >= wanted.due_from]
    if wanted.due_before is not None:
        held = [order for order in held if order.deadline is not None and order.deadline < wanted.due_before]
    since = wanted.updated_since
    return sorted(
        (order for order in held if since is None or order.updated_at >= since),
        key=place,
        reverse=wanted.descending,
    )


def walk(tx: Transaction, company_id: str, wanted: WorkOrderFilter, limit: int) -> list[WorkOrder]:
    """Every page, each from the place where the last one ended."""
    found: list[WorkOrder] = []
    after: After | None = None
    while page := tx.work_orders.page(company_id, wanted, Page(limit, after)):
        found += page
        after = After(getattr(page[-1], wanted.sort), page[-1].id)
    return found


@_MANY_DATABASES
@given(
    orders=_ORDERS,
    sort=st.sampled_from(SORTS),
    descending=st.booleans(),
    statuses=st.lists(st.sampled_from(Status), max_size=6),
    times=st.tuples(st.none() | _FEW, st.none() | _DUE, st.none() | _DUE),
    limit=st.integers(1, 5),
    offset=st.integers(0, 5),
)
def test_pages_are_the_sorted_list(  # noqa: PLR0917 - one for each thing that is drawn
    tx: Transaction,
    orders: list[dict[str, Any]],
    sort: str,
    descending: bool,  # noqa: FBT001 - drawn
    statuses: list[Status],
    times: tuple[int | None, int | None, int | None],
    limit: int,
    offset: int,
) -> None:
    records, strangers = Records().add_to(tx), Records().add_to(tx)
    mine = [records.add_order(tx, **values) for values in orders]
    for values in orders:
        strangers.add_order(tx, **values)
    since, due_from, due_before = times
    wanted = WorkOrderFilter(
        statuses=tuple(statuses),
        updated_since=since,
        due_from=due_from,
        due_before=due_before,
        sort=sort,
        descending=descending,
    )
    expected = reference(mine, wanted)
    company_id = records.company.id
    assert walk(tx, company_id, wanted, limit) == expected
    assert tx.work_orders.page(company_id, wanted, Page(limit, None, offset)) == expected[offset:][:limit]
    assert tx.work_orders.count(company_id, wanted, 7) == min(7, len(expected))


@pytest.mark.parametrize("sort", SORTS)
def test_filters_hold_together(tx: Transaction, records: Records, sort: str) -> None:
    wanted = WorkOrderFilter(
        statuses=(Status.DRAFT, Status.REVIEW),
        assignee_user_id=records.user.id,
        component_id=records.component.id,
        part_number_id=records.part_number.id,
        words=("oil",),
        sort=sort,
    )
    fits = {"assignee_user_id": records.user.id, "part_number_id": records.part_number.id}
    held = records.add_order(tx, **fits)
    others = [
        records.add_order(tx, **fits, status=Status.COMPLETE),
        records.add_order(tx, part_number_id=records.part_number.id),
        records.add_order(tx, assignee_user_id=records.user.id),
    ]
    for order in (held, *others):
        tx.work_orders.set_words(records.company.id, order.id, frozenset({"oil"}))
    without_the_word = records.add_order(tx, **fits)
    tx.work_orders.set_words(records.company.id, without_the_word.id, frozenset({"water"}))
    assert tx.work_orders.page(records.company.id, wanted, Page(10)) == [held]
    assert tx.work_orders.count(records.company.id, wanted, 10) == 1


def test_an_unknown_sort_is_refused(tx: Transaction, records: Records) -> None:
    with pytest.raises(KeyError):
        tx.work_orders.page(records.company.id, WorkOrderFilter(sort="name"), Page(1))


@pytest.mark.parametrize(
    ("prefixes", "found"),
    [
        (("pum",), ["pump"]),
        (("pump",), ["pump"]),
        (("pumps",), []),
        (("p", "w"), ["pump"]),
        (("p", "x"), []),
        (("100%",), ["percent"]),
        (("%",), []),
        (("_",), ["score"]),
        (("o'",), ["quote"]),
        (('"',), ["quote"]),
        (("\\",), []),
        (("é",), ["accent"]),
        (("\U0010ffff",), ["last"]),
        (("\ud7ff",), ["before the surrogates"]),
        (("",), ["pump", "percent", "score", "quote", "accent", "last", "before the surrogates"]),
    ],
)
def test_words_are_found_by_their_beginning_and_to_the_letter(
    tx: Transaction, records: Records, strangers: Records, prefixes: tuple[str, ...], found: list[str]
) -> None:
    words = {
        "pump": {"pump", "water"},
        "percent": {"100%ig", "100"},
        "score": {"_x"},
        "quote": {"o'clock", '"'},
        "accent": {"été"},
        "last": {"\U0010ffffz"},
        "before the surrogates": {"\ud7ffz"},
    }
    for records_of in (records, strangers):
        for name, of_order in words.items():
            order = records_of.add_order(tx, name=name)
            tx.work_orders.set_words(order.company_id, order.id, frozenset(of_order))
    wanted = WorkOrderFilter(words=prefixes, sort="wo_number", descending=False)
    names = [order.name for order in tx.work_orders.page(records.company.id, wanted, Page(10))]
    assert names == found
    assert tx.work_orders.count(records.company.id, wanted, 10) == len(found)


def test_words_are_replaced(tx: Transaction, records: Records) -> None:
    order = records.add_order(tx)
    for words in ({"old", "kept"}, {"kept", "new"}, {"kept", "new"}):
        tx.work_orders.set_words(records.company.id, order.id, frozenset(words))
    found = {
        word
        for word in ("old", "kept", "new")
        if tx.work_orders.page(records.company.id, WorkOrderFilter(words=(word,)), Page(1))
    }
    assert found == {"kept", "new"}


def test_common_words_and_common_components_are_walked(tx: Transaction, records: Records) -> None:
    """More than a thousand orders fulfil each condition, so none of them is fetched as a whole."""
    orders = [records.add_order(tx, status=Status.REVIEW) for _ in range(1010)]
    for order in orders:
        tx.work_orders.set_words(records.company.id, order.id, frozenset({"common"}))
    wanted = WorkOrderFilter(component_id=records.component.id, words=("com",))
    newest = sorted(orders, key=lambda order: order.updated_at, reverse=True)
    assert tx.work_orders.page(records.company.id, wanted, Page(3)) == newest[:3]
    assert tx.work_orders.count(records.company.id, wanted, 2000) == 1010
    rare = wanted._replace(words=("com", new_id()))
    assert tx.work_orders.page(records.company.id, rare, Page(3)) == []


@given(st.text(min_size=1), st.text())
def test_the_range_of_a_prefix_is_what_starts_with_it(prefix: str, other: str) -> None:
    end = end_of_prefix(prefix)
    for word in (prefix + other, other):
        is_inside = word >= prefix and (end is None or word < end)
        assert is_inside == word.startswith(prefix)
