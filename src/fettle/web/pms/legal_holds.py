"""Legal holds on work orders: as long as one lasts nothing of the order is removed or erased."""

from typing import Final

from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import Comment
from fettle.web.operations import Operations
from fettle.web.pms.order_shapes import CHANGED_HEADERS, Changed, show_change
from fettle.web.pms.shapes import CHANGE_ERRORS, ORDER_ERRORS, Body, Data

legal_holds = Operations("workOrders")
_PATH: Final = "/v1/work-orders/{id}/legal-hold"
_ERRORS: Final = (*ORDER_ERRORS, *CHANGE_ERRORS, "PRECONDITION_FAILED")


class HoldBody(Body, frozen=True):
    """Why the hold is set or lifted."""

    reason: Comment


@legal_holds(
    "PUT",
    _PATH,
    scope=Scope.USERS,
    body=HoldBody,
    answer=Data[Changed],
    headers=CHANGED_HEADERS,
    errors=_ERRORS,
    examples={"body": {"reason": "Claim 2026-114."}},
)
async def set_hold(call: Call, body: HoldBody) -> Response:
    """Hold a work order, whatever its status: nothing of it is removed or erased until the hold is lifted."""
    done = await call.services.legal_holds.set(call.intent(), call.order.id, body.reason)
    return await show_change(call, done)


@legal_holds(
    "DELETE",
    _PATH,
    scope=Scope.USERS,
    body=HoldBody,
    answer=Data[Changed],
    headers=CHANGED_HEADERS,
    errors=_ERRORS,
    examples={"body": {"reason": "Claim 2026-114 is settled."}},
)
async def lift_hold(call: Call, body: HoldBody) -> Response:
    """Lift the legal hold of a work order; what is older than the company keeps it goes soon after."""
    done = await call.services.legal_holds.lift(call.intent(), call.order.id, body.reason)
    return await show_change(call, done)
