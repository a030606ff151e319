"""A work order as a PDF to hand over."""

from collections.abc import AsyncIterator
from typing import Annotated, Final, Literal, Protocol

from msgspec import UNSET, Meta, UnsetType

from fettle.domain.errors import Detail, Invalid
from fettle.domain.people import Scope
from fettle.domain.reports import Wanted
from fettle.services.zones import find_zone
from fettle.web.answers import Headers, Response
from fettle.web.calls import Call
from fettle.web.fields import PARAMETER, given
from fettle.web.operations import Operations
from fettle.web.pms.shapes import ORDER_ERRORS, Body
from fettle.web.transfer import download_headers
from fettle.web.waiting import while_wanted

reports: Final = Operations("reports")
_PDF: Final = "application/pdf"
_NAME_IN: Final = {"en": "work-order-{number}.pdf", "fr": "ordre-de-travail-{number}.pdf"}


class ReportQuery(Body, frozen=True):
    """`language` is by default that of Accept-Language, else the server's; times are in UTC without a `timeZone`."""

    language: Literal["en", "fr"] | UnsetType = UNSET
    time_zone: Annotated[str, Meta(examples=["Europe/Paris"])] | UnsetType = UNSET


@reports(
    "GET",
    "/v1/work-orders/{id}/report.pdf",
    scope=Scope.READ,
    query=ReportQuery,
    answer=bytes,
    media_type=_PDF,
    headers={"Content-Disposition": "The report's name."},
    errors=(*ORDER_ERRORS, "NO_SPACE"),
)
async def get_report(call: Call, query: ReportQuery) -> Response:
    """Get a work order as a PDF to hand over.

    The order, its approvals, documents, photos by step with caption, times, place and SHA-256, before and after side
    by side, and the log, in English or French. It is a readable copy; what proves is the record. `HEAD` makes no
    report, and tells no length.
    """
    wanted = report_wanted(query, call.language)
    name = _NAME_IN[wanted.language].format(number=call.order.wo_number)
    if call.method == "HEAD":
        return Response(200, nothing(), without_length(_PDF, name))
    making = call.services.reports.of_order(call.caller.company_id, call.order.id, wanted)
    report = await while_wanted(call.receive, making)
    return Response(200, report.chunks(), download_headers(_PDF, name, report.size))


class SaysHow(Protocol):
    """What asks for reports."""

    @property
    def language(self) -> Literal["en", "fr"] | UnsetType: ...
    @property
    def time_zone(self) -> str | UnsetType: ...


def report_wanted(query: SaysHow, language: str, code: str = PARAMETER) -> Wanted:
    """What was asked for, else in this language; raises an Invalid of this code for a zone that there is not."""
    zone_name = given(query.time_zone)
    zone = find_zone(zone_name) if zone_name is not None else None
    if zone_name is not None and zone is None:
        raise Invalid(code, Detail("timeZone", "time_zone"))
    return Wanted(given(query.language) or language, zone, zone_name)


def without_length(media_type: str, name: str) -> Headers:
    """Of what would have to be made first to know it."""
    return tuple(each for each in download_headers(media_type, name, 0) if each[0] != b"content-length")


async def nothing() -> AsyncIterator[bytes]:
    """A body that is never asked for."""
    for _ in ():
        yield b""
