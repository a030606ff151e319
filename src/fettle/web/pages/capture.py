"""Taking photos: the page that a work order's label leads to, and what a device still has to send."""

from collections.abc import Sequence
from typing import Final

from fettle.domain.people import Scope
from fettle.domain.required_photos import StepProgress, progress_of
from fettle.domain.work_orders import Status
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.pages.declaring import Pages
from fettle.web.pages.people import reader_of
from fettle.web.pages.rendering import render

pages: Final = Pages()

# A completed one still takes what was taken before.
_CLOSED_FOR_GOOD: Final = frozenset({Status.CANCELED, Status.ARCHIVED})


@pages("GET", "/orders/{id}/capture")
async def show_capture(call: Call) -> Response:
    """Camera first; chosen is the first step that still needs a photo. What is taken, the page's script sends."""
    summary = await call.services.reading.work_order(call.caller, call.order.id)
    return render(
        call,
        "capture.html",
        reader=await reader_of(call),
        order=summary.order,
        steps=summary.required_photos,
        progress=progress_of(summary.required_photos),
        chosen=_first_missing(summary.required_photos),
        may_add=Scope.EVIDENCE in call.caller.scopes,
        takes_photos=Scope.EVIDENCE in call.caller.scopes and summary.order.status not in _CLOSED_FOR_GOOD,
    )


@pages("GET", "/waiting")
async def show_waiting(call: Call) -> Response:
    """Every photo that the device keeps, of all work orders; only its own script knows which."""
    return render(call, "waiting.html", reader=await reader_of(call))


def _first_missing(steps: Sequence[StepProgress]) -> StepProgress | None:
    return next((step for step in steps if step.missing), None)
