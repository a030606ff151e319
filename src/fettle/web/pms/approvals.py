"""Approvals of a work order below `/v1`: asked for, seen, given or rejected, withdrawn."""

from typing import Annotated, Final, Literal

from msgspec import Meta

from fettle.domain.approvals import ApprovalStatus
from fettle.domain.errors import NotFound
from fettle.domain.people import Scope
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.fields import Comment, Uuid, optional_uuid_of, sha256_of, uuid_of
from fettle.web.operations import Operations
from fettle.web.pms.order_shapes import (
    CHANGED_HEADERS,
    CREATED_HEADERS,
    ApprovalShape,
    Changed,
    approval_shape,
    show_change,
)
from fettle.web.pms.shapes import CHANGE_ERRORS, ORDER_ERRORS, Body, Data, show

approvals = Operations("approvals")

_ONE: Final = "/v1/work-orders/{id}/approvals/{approverUserId}"
_CHANGE_ERRORS: Final = (
    *ORDER_ERRORS,
    *CHANGE_ERRORS,
    "PRECONDITION_FAILED",
    "ROLE_NOT_ALLOWED",
    "WORK_ORDER_CLOSED",
)


class ApprovalRequest(Body, frozen=True):
    """Who is asked; `requestedByUserId` says in whose name, without it in the caller's."""

    approver_user_id: Uuid
    requested_by_user_id: Uuid | None = None


class Decision(Body, frozen=True):
    """The approver's answer; `comment` says why, which a rejection needs.

    `contentSha256` is that of the content which the approver saw: the answer counts for no other.
    """

    status: Literal["APPROVED", "REJECTED"]
    comment: Comment | None = None
    updated_by_user_id: Uuid | None = None
    content_sha256: Annotated[str, Meta(extra_json_schema={"minLength": 64, "maxLength": 64})] | None = None


@approvals(
    "POST",
    "/v1/work-orders/{id}/approvals",
    scope=Scope.APPROVALS,
    status=201,
    body=ApprovalRequest,
    answer=Data[Changed],
    headers=CREATED_HEADERS,
    errors=_CHANGE_ERRORS,
    examples={"body": {"approverUserId": "0197a0c8-5d2e-7c44-9d53-2f4d6a1b8c01"}},
)
async def ask(call: Call, body: ApprovalRequest) -> Response:
    """Ask somebody to approve; asking again while the answer is awaited changes nothing."""
    named = optional_uuid_of(body.requested_by_user_id, "requestedByUserId")
    approver = uuid_of(body.approver_user_id, "approverUserId")
    done = await call.services.approvals.ask(call.intent(named, "requestedByUserId"), call.order.id, approver)
    location = f"/v1/work-orders/{call.order.id}/approvals/{approver}"
    return await show_change(call, done, 201, (header("location", location),))


@approvals(
    "GET",
    "/v1/work-orders/{id}/approvals",
    scope=Scope.READ,
    answer=Data[list[ApprovalShape]],
    errors=ORDER_ERRORS,
)
async def list_approvals(call: Call) -> Response:
    """List the approvals of a work order, all of them, in the order in which they were asked."""
    summary = await call.services.reading.work_order(call.caller, call.order.id)
    return show([approval_shape(approval) for approval in summary.approvals])


@approvals("GET", _ONE, scope=Scope.READ, answer=Data[ApprovalShape], errors=(*ORDER_ERRORS, "NOT_FOUND"))
async def get_approval(call: Call) -> Response:
    """Look at one approval."""
    summary = await call.services.reading.work_order(call.caller, call.order.id)
    for approval in summary.approvals:
        if approval.approver_user_id == call.params["approverUserId"]:
            return show(approval_shape(approval))
    raise NotFound


@approvals(
    "PATCH",
    _ONE,
    scope=Scope.APPROVALS,
    body=Decision,
    answer=Data[Changed],
    headers=CHANGED_HEADERS,
    errors=(*_CHANGE_ERRORS, "NOT_FOUND", "FOUR_EYES", "CONTENT_CHANGED"),
    examples={"body": {"status": "APPROVED", "comment": "Checked against the drawing."}},
)
async def decide(call: Call, body: Decision) -> Response:
    """Approve or reject, as the approver."""
    named = optional_uuid_of(body.updated_by_user_id, "updatedByUserId")
    done = await call.services.approvals.decide(
        call.intent(named, "updatedByUserId"),
        call.order.id,
        call.params["approverUserId"],
        ApprovalStatus(body.status),
        body.comment,
        sha256_of(body.content_sha256, "contentSha256"),
    )
    return await show_change(call, done)


class Withdrawal(Body, frozen=True):
    """Why the request is withdrawn, which one that was answered needs."""

    reason: Comment | None = None


@approvals(
    "DELETE",
    _ONE,
    scope=Scope.APPROVALS,
    query=Withdrawal,
    answer=Data[Changed],
    headers=CHANGED_HEADERS,
    errors=(*_CHANGE_ERRORS, "FOUR_EYES", "NOT_FOUND"),
    examples={"query": {"reason": "The plan was drawn anew."}},
)
async def withdraw(call: Call, query: Withdrawal) -> Response:
    """Withdraw the request for an approval.

    What was answered is withdrawn with a reason only, and under four eyes not by those whose work it is.
    """
    approver = call.params["approverUserId"]
    return await show_change(
        call, await call.services.approvals.withdraw(call.intent(), call.order.id, approver, query.reason)
    )
