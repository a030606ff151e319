"""What `/v1` shows of an attachment or a photo: one shape for both, for there is one record (contract B)."""

from typing import Final, Literal

from msgspec import UNSET, UnsetType

from fettle.domain.evidence import Evidence, Kind, Type
from fettle.domain.instants import SECOND, show_instant
from fettle.domain.pictures import times_disagree
from fettle.services.reading import Piece
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import Comment, DateTime, Uuid, optional_uuid_of
from fettle.web.pms.late_shapes import LateShape, late_shape
from fettle.web.pms.paging import ListQuery, place_of, show_list
from fettle.web.pms.photo_shapes import ProgressShape, progress_shape
from fettle.web.pms.picture_shapes import (
    PictureShape,
    RenditionUrls,
    TwinShape,
    picture_shape,
    rendition_urls,
    twin_shapes,
)
from fettle.web.pms.shapes import Body, Shape, known, known_instant, replay_headers, show

# A clock that is a little ahead is no wrong clock.
_AHEAD_ALLOWED: Final = 300 * SECOND
ShownState = Literal["referenced", "stored", "missing", "damaged", "deleted", "removed"]


class Deletion(Shape, frozen=True):
    """When, by whom and why an entry was deleted."""

    at: DateTime
    by_user_id: Uuid
    reason: str | UnsetType = UNSET


class EvidenceShape(Shape, frozen=True):
    """An attachment or photo. `name` is that of its dataset; `url` a path of this server, `cdnUrl` kept as sent.

    `takenAt` is the time that the client told, `picture.capturedAt` the camera's, `receivedAt` the server's; where the
    first two differ, `timesDisagree` says so and nothing is decided. From `bytesRemovedAt` on the bytes are gone for
    good; `size` and `sha256` say what they were.
    """

    id: Uuid
    work_order_id: Uuid
    kind: Kind
    type: Type
    name: str
    state: ShownState
    received_at: DateTime
    added_by_user_id: Uuid
    file_name: Uuid
    url: str
    caption: str | UnsetType = UNSET
    text: str | UnsetType = UNSET
    step: str | UnsetType = UNSET
    original_file_name: str | UnsetType = UNSET
    content_type: str | UnsetType = UNSET
    size: int | UnsetType = UNSET
    sha256: str | UnsetType = UNSET
    taken_at: str | UnsetType = UNSET
    taken_at_is_in_future: bool | UnsetType = UNSET
    minio_object_key: str | UnsetType = UNSET
    cdn_url: str | UnsetType = UNSET
    times_disagree: bool | UnsetType = UNSET
    picture: PictureShape | UnsetType = UNSET
    renditions: RenditionUrls | UnsetType = UNSET
    elsewhere: list[TwinShape] | UnsetType = UNSET
    late: LateShape | UnsetType = UNSET
    deletion: Deletion | UnsetType = UNSET
    bytes_removed_at: DateTime | UnsetType = UNSET


class EvidenceQuery(ListQuery, frozen=True):
    """`includeDeleted=false` leaves out what was deleted."""

    include_deleted: bool = True


class DeletionBody(Body, frozen=True):
    """Why something is deleted; `deletedByUserId` says under whose name, without it under the caller's.

    A company may do without a `reason` (`/v1/company-rules`).
    """

    reason: Comment | None = None
    deleted_by_user_id: Uuid | None = None


class Deleted(Shape, frozen=True):
    """What was deleted, on which work order, and how far that has come with the photos it requires."""

    id: Uuid
    work_order_id: Uuid
    state: Literal["deleted"] = "deleted"
    photo_progress: ProgressShape | UnsetType = UNSET


def evidence_shape(piece: Piece) -> EvidenceShape:
    """What is shown of one entry."""
    entry, file, facts, twins, late = piece
    return EvidenceShape(
        id=entry.id,
        work_order_id=entry.work_order_id,
        kind=entry.kind,
        type=entry.type,
        name=entry.name,
        state=_state(entry),
        received_at=show_instant(entry.added_at),
        added_by_user_id=entry.added_by_user_id,
        file_name=entry.file_name,
        url=f"/files/{entry.file_name}",
        caption=known(entry.value or None) if _has_caption(entry) else UNSET,
        text=entry.value if entry.type is Type.TEXT else UNSET,
        step=known(entry.step),
        original_file_name=known(file.original_file_name) if file else UNSET,
        content_type=file.content_type if file else UNSET,
        size=file.size if file else UNSET,
        sha256=file.sha256 if file else UNSET,
        taken_at=known(entry.taken_at_text),
        taken_at_is_in_future=_is_in_future(entry),
        minio_object_key=known(entry.object_key),
        cdn_url=known(entry.cdn_url),
        times_disagree=times_disagree(facts, entry.taken_at) if facts and entry.taken_at is not None else UNSET,
        picture=picture_shape(facts),
        renditions=rendition_urls(file, facts),
        elsewhere=twin_shapes(twins),
        late=late_shape(late),
        deletion=_deletion(entry),
        bytes_removed_at=known_instant(entry.bytes_removed_at),
    )


async def list_evidence(call: Call, query: EvidenceQuery, kind: Kind) -> Response:
    """One page of the attachments or photos of the path's order, oldest first."""
    place = place_of(query, f"v1.{kind} {call.order.id}", int)
    reading = call.services.reading
    found = await reading.evidence(call.caller, call.order.id, kind, place.rows, deleted=query.include_deleted)
    return show_list(place, found.items, found.total, evidence_shape, lambda piece: (piece.entry.seq, piece.entry.id))


async def show_evidence(call: Call, evidence_id: str, kind: Kind) -> Response:
    """One attachment or photo of the path's order."""
    piece = await call.services.reading.get_evidence(call.caller, call.order.id, evidence_id, kind)
    return show(evidence_shape(piece))


async def delete_evidence(call: Call, body: DeletionBody, evidence_id: str, kind: Kind) -> Response:
    """Mark one attachment or photo of the path's order as deleted."""
    await call.services.reading.get_evidence(call.caller, call.order.id, evidence_id, kind)
    named = optional_uuid_of(body.deleted_by_user_id, "deletedByUserId")
    intent = call.intent(named, "deletedByUserId")
    done = await call.services.evidence.delete(intent, call.order.id, evidence_id, body.reason)
    _, progress = await call.services.reading.get_row(call.caller, call.order.id)
    answer = Deleted(id=done.id, work_order_id=call.order.id, photo_progress=progress_shape(progress))
    return show(answer, headers=replay_headers(done))


def _state(entry: Evidence) -> ShownState:
    if entry.deleted_at is not None:
        return "deleted"
    return "removed" if entry.bytes_removed_at is not None else entry.state.value


def _has_caption(entry: Evidence) -> bool:
    return entry.kind is Kind.ATTACHMENT and entry.type is not Type.TEXT


def _is_in_future(entry: Evidence) -> bool | UnsetType:
    return UNSET if entry.taken_at is None else entry.taken_at > entry.added_at + _AHEAD_ALLOWED


def _deletion(entry: Evidence) -> Deletion | UnsetType:
    if entry.deleted_at is None or entry.deleted_by_user_id is None:
        return UNSET
    return Deletion(show_instant(entry.deleted_at), entry.deleted_by_user_id, known(entry.deletion_reason))
