"""What `/v1` shows of what is in a file: facts that the bytes claim, side by side with what the client told."""

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, UnsetType

from fettle.domain.files import StoredFile
from fettle.domain.pictures import FileFacts, Problem, RenditionKind, has_renditions
from fettle.services.twins import Twin
from fettle.web.fields import Uuid
from fettle.web.pms.shapes import Shape, known


class Camera(Shape, frozen=True):
    """What the file says it was taken with."""

    make: str | UnsetType = UNSET
    model: str | UnsetType = UNSET


class Location(Shape, frozen=True):
    """Where the file says it was taken: degrees (WGS 84), metres."""

    latitude: float
    longitude: float
    altitude: float | UnsetType = UNSET


class PictureShape(Shape, frozen=True):
    """What the bytes say of themselves; nobody vouches for it.

    `width` and `height` are those of the upright picture. `capturedAt` is the camera's own time, without an offset
    where the camera wrote none. `placeholder` is a data URL of a few pixels. `problem` says why not all could be read.
    """

    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    orientation: int | UnsetType = UNSET
    pages: int | UnsetType = UNSET
    captured_at: str | UnsetType = UNSET
    location: Location | UnsetType = UNSET
    camera: Camera | UnsetType = UNSET
    placeholder: str | UnsetType = UNSET
    problem: Problem | UnsetType = UNSET


class RenditionUrls(Shape, frozen=True):
    """Paths of this server: WebP, upright, without metadata."""

    thumbnail: str
    preview: str
    large: str


class TwinShape(Shape, frozen=True):
    """Another work order with the same photo: its very bytes, or a picture that looks like it."""

    work_order_id: Uuid
    wo_number: int
    evidence_id: Uuid
    match: Literal["bytes", "look"]


def twin_shapes(twins: Sequence[Twin]) -> list[TwinShape] | UnsetType:
    """The twins, where there are any."""
    return [TwinShape(each.work_order_id, each.wo_number, each.evidence_id, each.match) for each in twins] or UNSET


def picture_shape(facts: FileFacts | None) -> PictureShape | UnsetType:
    """The facts, once they have been read."""
    if facts is None:
        return UNSET
    return PictureShape(
        width=known(facts.width),
        height=known(facts.height),
        orientation=known(facts.orientation),
        pages=known(facts.pages),
        captured_at=known(facts.captured_text),
        location=_location(facts),
        camera=_camera(facts),
        placeholder=known(facts.placeholder),
        problem=known(facts.problem),
    )


def rendition_urls(file: StoredFile | None, facts: FileFacts | None) -> RenditionUrls | UnsetType:
    """Where smaller pictures are, of a file that they can be made of as far as is known."""
    if file is None or not has_renditions(file, facts):
        return UNSET
    return RenditionUrls(*(f"/files/{file.name}/{kind}" for kind in RenditionKind))


def _location(facts: FileFacts) -> Location | UnsetType:
    if facts.latitude is None or facts.longitude is None:
        return UNSET
    return Location(facts.latitude, facts.longitude, known(facts.altitude_m))


def _camera(facts: FileFacts) -> Camera | UnsetType:
    if facts.camera_make is None and facts.camera_model is None:
        return UNSET
    return Camera(known(facts.camera_make), known(facts.camera_model))
