"""Evidence packs of many work orders, made in the background."""

from typing import Annotated, Final, Literal

from msgspec import UNSET, Meta, UnsetType

from fettle.domain.instants import show_instant
from fettle.domain.pack_jobs import PackJob, PackState
from fettle.domain.people import Scope
from fettle.services.pack_jobs import Asked
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.fields import BODY, DateTime, Uuid
from fettle.web.operations import BYTES, Operations
from fettle.web.pms.log_shapes import Count
from fettle.web.pms.reports import report_wanted
from fettle.web.pms.shapes import CREATED, REPLAYED, Data, Made, Shape, known, known_instant, replay_headers, show
from fettle.web.pms.work_orders import OrderConditions, filter_of
from fettle.web.stored_files import FileQuery, answer_file

pack_jobs: Final = Operations("evidence packs")
_PATH: Final = "/v1/evidence-packs"


class PackBody(OrderConditions, frozen=True):
    """The conditions of the list of work orders, and the language and zone of the reports."""

    language: Literal["en", "fr"] | UnsetType = UNSET
    time_zone: Annotated[str, Meta(examples=["Europe/Paris"])] | UnsetType = UNSET


class ProgressShape(Shape, frozen=True):
    """How many work orders are in it, of how many once that is known, and how many bytes are written."""

    orders_done: Count
    bytes: Count
    orders: Count | UnsetType = UNSET


class PackShape(Shape, frozen=True):
    """A pack in the making; `problem` is the code of the error that it failed with, `contentUrl` where its bytes are.

    It is removed at `expiresAt`.
    """

    id: Uuid
    state: PackState
    progress: ProgressShape
    created_at: DateTime
    created_by_user_id: Uuid
    expires_at: DateTime
    ended_at: DateTime | UnsetType = UNSET
    sha256: str | UnsetType = UNSET
    content_url: str | UnsetType = UNSET
    problem: str | UnsetType = UNSET


@pack_jobs(
    "POST",
    _PATH,
    scope=Scope.READ,
    status=202,
    body=PackBody,
    answer=Data[PackShape],
    headers=CREATED,
    errors=("INVALID_BODY", "IDEMPOTENCY_KEY_REUSED", "TOO_MANY_ORIGINALS", "TOO_MANY_PACKS"),
    examples={"body": {"status": ["COMPLETE"], "language": "fr", "timeZone": "Europe/Paris"}},
)
async def add_pack(call: Call, body: PackBody) -> Response:
    """Ask for one evidence pack of all work orders under a filter; it is made in the background.

    At most 1,000 work orders and 10,000 files; 20 packs are kept for a company, each for 7 days.
    """
    asked = Asked(filter_of(body, BODY), report_wanted(body, call.language, BODY))
    done = await call.services.pack_jobs.add(call.intent(), asked)
    made = _shape(await call.services.pack_jobs.get(call.caller, done.id))
    return show(made, 202, (header("location", f"{_PATH}/{done.id}"), *replay_headers(done)))


@pack_jobs("GET", _PATH, scope=Scope.READ, answer=Data[list[PackShape]])
async def list_packs(call: Call) -> Response:
    """List the packs that are there or in the making, the newest first."""
    return show([_shape(pack) for pack in await call.services.pack_jobs.of_company(call.caller)])


@pack_jobs("GET", f"{_PATH}/{{packId}}", scope=Scope.READ, answer=Data[PackShape], errors=("NOT_FOUND",))
async def get_pack(call: Call) -> Response:
    """Look how far a pack is."""
    return show(_shape(await call.services.pack_jobs.get(call.caller, call.params["packId"])))


@pack_jobs(
    "GET",
    f"{_PATH}/{{packId}}/content",
    scope=Scope.READ,
    query=FileQuery,
    answer=bytes,
    media_type=BYTES,
    redirects=True,
    headers={"ETag": "The SHA-256 of the bytes.", "Repr-Digest": "The SHA-256 of the whole file (RFC 9530)."},
    errors=("NOT_FOUND", "PACK_NOT_READY", "BYTES_DAMAGED"),
)
async def get_content(call: Call, query: FileQuery) -> Response:
    """Get a pack that is ready: a ZIP that can be verified without this server."""
    return await answer_file(call, await call.services.pack_jobs.file_of(call.caller, call.params["packId"]), query)


@pack_jobs(
    "DELETE",
    f"{_PATH}/{{packId}}",
    scope=Scope.READ,
    answer=Data[Made],
    headers=REPLAYED,
    errors=("NOT_FOUND",),
)
async def delete_pack(call: Call) -> Response:
    """Give a pack up, in the making or ready; the record stays as it is."""
    done = await call.services.pack_jobs.remove(call.intent(), call.params["packId"])
    return show(Made(done.id), headers=replay_headers(done))


def _shape(pack: PackJob) -> PackShape:
    return PackShape(
        id=pack.id,
        state=pack.state,
        progress=ProgressShape(pack.orders_done, pack.bytes, known(pack.orders)),
        created_at=show_instant(pack.created_at),
        created_by_user_id=pack.created_by_user_id,
        expires_at=show_instant(pack.expires_at),
        ended_at=known_instant(pack.ended_at),
        sha256=known(pack.sha256),
        content_url=UNSET if pack.storage_key is None else f"{_PATH}/{pack.id}/content",
        problem=known(pack.problem),
    )
