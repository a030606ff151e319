"""All that there is of a work order, with its proofs, as one ZIP that can be verified without the server."""

from typing import Final

from msgspec import UNSET, UnsetType

from fettle.domain.packed_orders import pack_file_name
from fettle.domain.people import Scope
from fettle.services.evidence_packs import PackWanted
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import given
from fettle.web.operations import Operations
from fettle.web.pms.log_shapes import Count
from fettle.web.pms.reports import ReportQuery, nothing, report_wanted, without_length
from fettle.web.pms.shapes import ORDER_ERRORS
from fettle.web.transfer import download_headers
from fettle.web.waiting import while_wanted

evidence_packs: Final = Operations("evidence packs")
_ZIP: Final = "application/zip"


class PackQuery(ReportQuery, frozen=True):
    """As of a report; `since` is the size of a checkpoint that was kept, from which the pack is to prove growth."""

    since: Count | UnsetType = UNSET


@evidence_packs(
    "GET",
    "/v1/work-orders/{id}/evidence-pack",
    scope=Scope.READ,
    query=PackQuery,
    answer=bytes,
    media_type=_ZIP,
    headers={"Content-Disposition": "The pack's name."},
    errors=(*ORDER_ERRORS, "TOO_MANY_ORIGINALS", "NO_SPACE"),
)
async def get_of_order(call: Call, query: PackQuery) -> Response:
    """Get the evidence pack of a work order: a ZIP that can be verified without this server.

    Every original, the manifest, the log with its proofs, the signed checkpoint, the public key, and the report. The
    newest 1,000 earlier checkpoints are proven to be part of the log, and that of `since`. An answer that ends before
    its `Content-Length` is no pack: a file turned out to be damaged, or a text was erased. `HEAD` makes no pack,
    and tells no length.
    """
    wanted = PackWanted(report_wanted(query, call.language), given(query.since))
    name = pack_file_name(wanted.report.language, call.order.wo_number)
    if call.method == "HEAD":
        return Response(200, nothing(), without_length(_ZIP, name))
    making = call.services.evidence_packs.of_order(call.caller.company_id, call.order.id, wanted)
    pack = await while_wanted(call.receive, making)
    return Response(200, pack.chunks(), download_headers(_ZIP, name, pack.size))
