"""What can be done with a work order: make, edit, move along its life, comment, look at."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from fettle.domain.activity import Entry, EntryType, changes_between
from fettle.domain.approvals import Approval
from fettle.domain.content import CONTENT_FIELDS
from fettle.domain.errors import Detail, Invalid, WorkOrderNotFound
from fettle.domain.evidence import Evidence
from fettle.domain.instants import Instant
from fettle.domain.people import Caller
from fettle.domain.required_photos import PhotoStep, as_logged, check_photo_steps
from fettle.domain.words import words_of
from fettle.domain.work_orders import (
    Status,
    WorkOrder,
    require_commentable,
    require_editable,
    require_version,
)
from fettle.services.activity import add_recorded, record
from fettle.services.content import AskedAnew, ask_anew, record_edit
from fettle.services.gate import Act, Done, Gate, Intent, require_user
from fettle.services.moves import require_movable
from fettle.services.ports import Database
from fettle.services.required_photos import write_photo_steps
from fettle.services.rows import Page, Transaction, WorkOrderFilter


class NewWorkOrder(msgspec.Struct, frozen=True):
    """What a work order starts with."""

    name: str
    component_id: str
    quantity: int
    description: str | None = None
    part_number_id: str | None = None
    phase: str = ""
    assignee_user_id: str | None = None
    deadline: Instant | None = None
    required_photos: tuple[PhotoStep, ...] = ()


class WorkOrderView(NamedTuple):
    """A whole work order: the row and all that hangs on it, oldest first."""

    order: WorkOrder
    approvals: list[Approval]
    activity: list[Entry]
    evidence: list[Evidence]


class WorkOrders:
    """See each method for what it raises beside the gate's own errors."""

    def __init__(self, database: Database, gate: Gate) -> None:
        """Both come from `build.py`."""
        self._database = database
        self._gate = gate

    async def create(self, intent: Intent, new: NewWorkOrder) -> Done:
        """Make a DRAFT; raises INVALID_BODY for what cannot be required, and what does not fit (see `add_order`)."""
        check_photo_steps(new.required_photos)

        def command(tx: Transaction, act: Act) -> Done:
            order = add_order(tx, act, new)
            return Done(order.id, version=order.version)

        return await self._gate.write(intent, command)

    async def edit(self, intent: Intent, work_order_id: str, changes: Mapping[str, Any]) -> Done:
        """Change some fields; one that already has the value is no change.

        Raises INVALID_BODY for nothing at all or an unfit reference, PRECONDITION_FAILED,
        WORK_ORDER_NOT_DRAFT or WORK_ORDER_CLOSED.
        """
        if not changes:
            raise Invalid("INVALID_BODY", Detail("", "empty"))

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            current = {field: getattr(order, field) for field in msgspec.structs.asdict(order)}
            require_references(tx, act.company_id, {**current, **changes}, frozenset(changes))
            require_version(order, intent.versions)
            require_editable(order, frozenset(changes))
            changed = changes_between(current, changes)
            if not changed:
                return Done(order.id, version=order.version)
            columns = {field: new for field, (_, new) in changed.items()}
            log = record if changed.keys().isdisjoint(CONTENT_FIELDS) else record_edit
            version = log(tx, act, order, EntryType.EDITED, changed, columns)
            tx.work_orders.set_words(
                act.company_id, order.id, words_of_order(msgspec.structs.replace(order, **changes))
            )
            return Done(order.id, version=version)

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def move(self, intent: Intent, work_order_id: str, to: Status, comment: str | None = None) -> Done:
        """Promote or demote; the status it has already is a repeat. A draft has no decisions: they are asked for anew.

        Raises INVALID_BODY where a reason is needed, ROLE_NOT_ALLOWED, PRECONDITION_FAILED, ILLEGAL_MOVE,
        APPROVALS_MISSING, PHOTOS_MISSING, SIGNATURE_REQUIRED.
        """

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            if order.status is to:
                return Done(order.id, replayed=True)
            require_movable(tx, act, intent, order, to, comment)
            asked = ask_anew(tx, act, order) if to is Status.DRAFT else AskedAnew({}, None)
            changes = {"status": (order.status, to), **asked.changes}
            about = {"comment": comment, "content_sha256": asked.content_sha256}
            version = record(tx, act, order, EntryType.STATUS_CHANGED, changes, {"status": to}, **about)
            return Done(order.id, version=version)

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def comment(self, intent: Intent, work_order_id: str, text: str) -> Done:
        """Add a comment to the log; raises PRECONDITION_FAILED, WORK_ORDER_CLOSED."""

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            require_version(order, intent.versions)
            require_commentable(order)
            return Done(order.id, version=record(tx, act, order, EntryType.COMMENTED, comment=text))

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def get(self, caller: Caller, reference: str | int) -> WorkOrderView:
        """The whole order by id or number; raises WorkOrderNotFound."""

        def query(tx: Transaction) -> WorkOrderView:
            order = tx.work_orders.find(caller.company_id, reference)
            if order is None:
                raise WorkOrderNotFound
            return views_of(tx, [order])[0]

        return await self._database.read(query)

    async def page(self, caller: Caller, wanted: WorkOrderFilter, page: Page) -> list[WorkOrderView]:
        """Whole orders of the caller's company, one page of them."""

        def query(tx: Transaction) -> list[WorkOrderView]:
            return views_of(tx, tx.work_orders.page(caller.company_id, wanted, page))

        return await self._database.read(query)


def views_of(tx: Transaction, orders: list[WorkOrder]) -> list[WorkOrderView]:
    """The orders with all that hangs on them, in three statements however many there are."""
    views = {order.id: WorkOrderView(order, [], [], []) for order in orders}
    ids = list(views)
    for approval in tx.approvals.of_orders(ids):
        views[approval.work_order_id].approvals.append(approval)
    for entry in tx.activity.of_orders(ids):
        views[entry.work_order_id].activity.append(entry)
    for evidence in tx.evidence.of_orders(ids):
        views[evidence.work_order_id].evidence.append(evidence)
    return list(views.values())


def add_order(tx: Transaction, act: Act, new: NewWorkOrder, **about: Any) -> WorkOrder:
    """Make a DRAFT with its line in the log, which says `about` as well.

    Raises INVALID_BODY, USER_NOT_FOUND when the component, part number or assignee does not fit.
    """
    fields = msgspec.structs.asdict(new)
    steps = fields.pop("required_photos")
    require_references(tx, act.company_id, fields)
    order = _new_order(tx, act, fields)
    logged = {"status": Status.DRAFT, **fields, "required_photos": as_logged(steps) or None}
    order = add_recorded(tx, act, order, changes_between({}, logged), wo_number=order.wo_number, **about)
    tx.work_orders.set_words(act.company_id, order.id, words_of_order(order))
    if steps:
        write_photo_steps(tx, order, steps)
    return order


def _new_order(tx: Transaction, act: Act, fields: Mapping[str, Any]) -> WorkOrder:
    return WorkOrder(
        id=act.new_id(),
        company_id=act.company_id,
        wo_number=tx.work_orders.next_number(act.company_id),
        created_at=act.now,
        created_by_user_id=act.actor_id,
        status=Status.DRAFT,
        last_edited_at=None,
        updated_at=act.now,
        version=1,
        created_through_user_id=act.through_user_id,
        **fields,
    )


def require_references(
    tx: Transaction,
    company_id: str,
    fields: Mapping[str, Any],
    changed: frozenset[str] = frozenset({"component_id", "part_number_id", "assignee_user_id"}),
) -> None:
    """Raise INVALID_BODY, USER_NOT_FOUND, naming the field that was `changed` and does not fit."""
    if "component_id" in changed and tx.catalogue.find_component(company_id, fields["component_id"]) is None:
        raise Invalid("INVALID_BODY", Detail("component_id", "not_found"))
    if fields["part_number_id"] is not None and changed & {"component_id", "part_number_id"}:
        part_number = tx.catalogue.find_part_number(company_id, fields["part_number_id"])
        if part_number is None:
            raise Invalid("INVALID_BODY", Detail("part_number_id", "not_found"))
        if part_number.component_id != fields["component_id"]:
            raise Invalid("INVALID_BODY", Detail("part_number_id", "not_of_component"))
    if "assignee_user_id" in changed and fields["assignee_user_id"] is not None:
        require_user(tx, company_id, fields["assignee_user_id"], "assignee_user_id")


def words_of_order(order: WorkOrder) -> frozenset[str]:
    """What it is found by."""
    return words_of(str(order.wo_number), order.name, order.phase, order.description)
