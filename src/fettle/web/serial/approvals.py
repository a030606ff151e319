"""Approvals of a work order: asked for, decided, withdrawn; all answer with the whole order."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from fettle.domain.approvals import ApprovalStatus
from fettle.domain.errors import Invalid, NotFound
from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import Comment, Uuid, optional_uuid_of, uuid_of
from fettle.web.operations import Operations
from fettle.web.serial import examples
from fettle.web.serial.paths import of_order
from fettle.web.serial.shapes import ORDER_HEADERS, WholeOrder, answer_order

serial: Final = Operations("approvals (Serial)")
_PATHS: Final = of_order("/approvals/{approver_user_id}")
_USER: Final = examples.ATTACHMENT["added_by_user_id"]


class Decision(StrEnum):
    """What an approver can say."""

    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


class Ask(Struct, frozen=True, forbid_unknown_fields=True):
    """Who asks."""

    requested_by_user_id: Uuid


class Decide(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer; without `updated_by_user_id` it is the caller's own, or the approver's for whom a key may speak.

    `comment` says why, which a rejection needs.
    """

    status: Decision
    comment: Comment | None = None
    updated_by_user_id: Uuid | None = None


@serial(
    "PUT",
    *_PATHS,
    scope=Scope.APPROVALS,
    body=Ask,
    answer=WholeOrder,
    headers=ORDER_HEADERS,
    errors=("ROLE_NOT_ALLOWED", "WORK_ORDER_CLOSED"),
    examples={"body": {"requested_by_user_id": _USER}, "answer": examples.WORK_ORDER},
)
async def ask(call: Call, body: Ask) -> Response:
    """Ask somebody to approve a work order."""
    named = uuid_of(body.requested_by_user_id, "requested_by_user_id")
    intent = call.intent(named, "requested_by_user_id")
    try:
        done = await call.services.approvals.ask(intent, call.order.id, call.params["approver_user_id"])
    except Invalid as refused:
        if any(detail.field == "approver_user_id" for detail in refused.details):
            raise NotFound from refused  # here it stands in the path
        raise
    return await answer_order(call, call.order.id, replayed=done.replayed)


@serial(
    "PATCH",
    *_PATHS,
    scope=Scope.APPROVALS,
    body=Decide,
    answer=WholeOrder,
    headers=ORDER_HEADERS,
    errors=("ROLE_NOT_ALLOWED", "FOUR_EYES", "WORK_ORDER_CLOSED"),
    examples={
        "body": {"status": "APPROVED", "comment": "Checked against the drawing.", "updated_by_user_id": _USER},
        "answer": examples.WORK_ORDER,
    },
)
async def decide(call: Call, body: Decide) -> Response:
    """Approve or reject, as the approver."""
    approver = call.params["approver_user_id"]
    named = optional_uuid_of(body.updated_by_user_id, "updated_by_user_id")
    if named is None and Scope.ON_BEHALF_OF in call.caller.scopes:
        named = approver
    intent = call.intent(named, "updated_by_user_id")
    status = ApprovalStatus(body.status)
    done = await call.services.approvals.decide(intent, call.order.id, approver, status, body.comment)
    return await answer_order(call, call.order.id, replayed=done.replayed)


class Why(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the question is taken back, which one that was answered needs."""

    reason: Comment | None = None


@serial(
    "DELETE",
    *_PATHS,
    scope=Scope.APPROVALS,
    answer=WholeOrder,
    headers=ORDER_HEADERS,
    query=Why,
    errors=("INVALID_BODY", "FOUR_EYES", "ROLE_NOT_ALLOWED", "WORK_ORDER_CLOSED"),
    examples={"query": {"reason": "The plan was drawn anew."}, "answer": examples.WORK_ORDER},
)
async def withdraw(call: Call, query: Why) -> Response:
    """Take back the question to an approver."""
    approver = call.params["approver_user_id"]
    done = await call.services.approvals.withdraw(call.intent(), call.order.id, approver, query.reason)
    return await answer_order(call, call.order.id, replayed=done.replayed)
