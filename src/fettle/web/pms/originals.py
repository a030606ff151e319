"""All originals of a work order, or of those under a filter, as one ZIP."""

from typing import Final

from fettle.domain.people import Scope
from fettle.services.originals import Archive
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.operations import Operations
from fettle.web.pms.shapes import ORDER_ERRORS
from fettle.web.pms.work_orders import OrderConditions, filter_of
from fettle.web.transfer import download_headers

originals: Final = Operations("originals")
_ZIP: Final = "application/zip"
_ERRORS: Final = ("TOO_MANY_ORIGINALS",)
_HEADERS: Final = {"Content-Disposition": "The archive's name."}


@originals(
    "GET",
    "/v1/work-orders/{id}/originals.zip",
    scope=Scope.READ,
    answer=bytes,
    media_type=_ZIP,
    headers=_HEADERS,
    errors=(*ORDER_ERRORS, *_ERRORS),
)
async def get_of_order(call: Call) -> Response:
    """Get all originals of a work order as one ZIP.

    `manifest.json` in it lists every attachment and photo with its SHA-256, and those whose bytes are not there too. An
    answer that ends before its `Content-Length` is no archive: a file turned out to be damaged.
    """
    archive = await call.services.originals.of_order(call.caller, call.order.id)
    return _show(archive, f"work-order-{call.order.wo_number}-originals.zip")


@originals(
    "GET",
    "/v1/originals.zip",
    scope=Scope.READ,
    query=OrderConditions,
    answer=bytes,
    media_type=_ZIP,
    headers=_HEADERS,
    errors=_ERRORS,
)
async def get_of_filter(call: Call, query: OrderConditions) -> Response:
    """Get all originals of the work orders under a filter as one ZIP.

    The conditions are those of the list of work orders. More than 1,000 work orders or 10,000 files are refused.
    """
    archive = await call.services.originals.of_filter(call.caller, filter_of(query))
    return _show(archive, "originals.zip")


def _show(archive: Archive, name: str) -> Response:
    return Response(200, archive.chunks(), download_headers(_ZIP, name, archive.size))
