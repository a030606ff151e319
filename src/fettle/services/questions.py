"""What waits for somebody's answer: the work orders that they are asked to approve, with what is new to them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeVar

from fettle.domain.activity import Entry
from fettle.domain.approvals import Approval, is_own_work
from fettle.domain.errors import FettleError, Forbidden
from fettle.domain.evidence import Evidence
from fettle.domain.news import NEWS_TYPES, News, news_of
from fettle.domain.people import Caller
from fettle.domain.roles import ROLES_OF_APPROVALS, ApprovalDeed, bar_of_roles
from fettle.domain.work_orders import WorkOrder
from fettle.services.content import hash_content
from fettle.services.rows import Transaction

Of = TypeVar("Of", Approval, Evidence, Entry)


class Question(NamedTuple):
    """One of them: `others` are the answers of the other approvers, `documents` the attachments that there are.

    `content_sha256` is of the content as it is told here; `bar` is why its reader may not approve it.
    """

    order: WorkOrder
    approval: Approval
    others: list[Approval]
    documents: list[Evidence]
    news: News
    content_sha256: str
    bar: FettleError | None


class Questions(NamedTuple):
    """The most urgent of `total`; `labels` are the names of all components and part numbers that are told of, by id."""

    items: list[Question]
    total: int
    labels: dict[str, str]


def questions_of(tx: Transaction, caller: Caller, limit: int) -> Questions:
    """Those of the caller: as many statements as for one, but for the names of what is made."""
    orders = tx.work_orders.awaiting(caller.company_id, caller.user_id, limit)
    ids = [order.id for order in orders]
    approvals = _by_order(tx.approvals.of_orders(ids))
    documents, entries = _by_order(tx.evidence.attachments_of(ids)), _by_order(tx.activity.of_types(ids, NEWS_TYPES))
    has_four_eyes = tx.company_rules.of_company(caller.company_id).four_eyes
    items = []
    for order in orders:
        (mine,) = (each for each in approvals[order.id] if each.approver_user_id == caller.user_id)
        others = [each for each in approvals[order.id] if each is not mine]
        sha256 = mine.content_sha256 or hash_content(tx, order)
        bar, news = _bar(caller, order, has_four_eyes=has_four_eyes), news_of(entries[order.id], caller.user_id)
        items.append(Question(order, mine, others, documents[order.id], news, sha256, bar))
    total = tx.work_orders.count_awaiting(caller.company_id, caller.user_id)
    return Questions(items, total, _labels(tx, caller.company_id, items))


def _by_order(rows: Iterable[Of]) -> defaultdict[str, list[Of]]:
    found = defaultdict[str, list[Of]](list)
    for row in rows:
        found[row.work_order_id].append(row)
    return found


def _bar(caller: Caller, order: WorkOrder, *, has_four_eyes: bool) -> FettleError | None:
    bar = bar_of_roles(ROLES_OF_APPROVALS[ApprovalDeed.APPROVE], (caller.role,))
    if bar is None and has_four_eyes and is_own_work(order, caller.user_id, caller.user_id):
        return Forbidden("FOUR_EYES")
    return bar


def _labels(tx: Transaction, company_id: str, items: list[Question]) -> dict[str, str]:
    """One small statement for each that is named."""
    components = {item.order.component_id for item in items} | _named(items, "component_id")
    part_numbers = {item.order.part_number_id for item in items} | _named(items, "part_number_id")
    found = [tx.catalogue.find_component(company_id, each) for each in components if each]
    parts = [tx.catalogue.find_part_number(company_id, each) for each in part_numbers if each]
    return {each.id: each.name for each in found if each} | {each.id: each.part_number for each in parts if each}


def _named(items: list[Question], field: str) -> set[Any]:
    return {value for item in items for value in item.news.changes.get(field, ())}
