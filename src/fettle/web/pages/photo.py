"""One photo of a work order, with all that is known of it; and what becomes of one that came late."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal

from msgspec import Meta, Struct

from fettle.domain.dates import shown_place, shown_size
from fettle.domain.errors import FettleError
from fettle.domain.evidence import Kind
from fettle.domain.instants import show_instant
from fettle.domain.late_photos import LateState
from fettle.domain.limits import MAX_COMMENT_CHARACTERS
from fettle.domain.people import Scope
from fettle.domain.pictures import times_disagree
from fettle.domain.reasons import require_reason
from fettle.domain.report_words import LATE, NOT_THERE
from fettle.domain.roles import ROLES_OF_LATE_PHOTOS
from fettle.domain.sentences import Sentence
from fettle.services.reading import Piece
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.pages.declaring import Pages
from fettle.web.pages.order_moves import bar_of
from fettle.web.pages.order_photos import shot_of
from fettle.web.pages.people import names_among, reader_among
from fettle.web.pages.rendering import is_fragment, redirect, render
from fettle.web.problems import status_of

pages: Final = Pages()
_CAME_LATE: Final = Sentence("It came after the order was completed:", "Arrivée après la fin de l'ordre :")


class LateForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of it, and why."""

    state: Literal["accepted", "rejected"]
    comment: Annotated[str, Meta(max_length=2 * MAX_COMMENT_CHARACTERS)] = ""


@pages("GET", "/orders/{id}/photos/{photoId}")
async def show_photo(call: Call) -> Response:
    """The photo and its facts, or these alone beside a picture that is there already."""
    return await _page(call)


@pages("POST", "/orders/{id}/photos/{photoId}/late", scope=Scope.WORK_ORDERS, fields=LateForm, status=303)
async def decide_late(call: Call, form: LateForm) -> Response:
    """Accept or reject a photo that came after the order was completed."""
    order, photo_id = call.order, call.params["photoId"]
    reason, state = form.comment.replace("\r\n", "\n").strip(), LateState(form.state)
    try:
        require_reason(reason, "comment")
        await call.services.late_photos.decide(call.intent(), order.id, photo_id, state, reason)
    except FettleError as error:
        return await _page(call, error)
    return await _page(call) if is_fragment(call) else redirect(f"/orders/{order.wo_number}/photos/{photo_id}")


async def _page(call: Call, error: FettleError | None = None) -> Response:
    services, caller, order = call.services, call.caller, call.order
    piece = await services.reading.get_evidence(caller, order.id, call.params["photoId"], Kind.PHOTO)
    people = (await services.users.page(caller)).items
    names = names_among(people)
    reader, is_part = await reader_among(call, people), is_fragment(call)
    about: dict[str, Any] = {
        "order": order,
        "reader": reader,
        "names": names,
        "refusal": error and bar_of(error, {}, call.language),
        "may_decide": reader.may(Scope.WORK_ORDERS) and reader.user.role in ROLES_OF_LATE_PHOTOS,
        **_facts(piece, names, call.language),
    }
    status = 200 if error is None or is_part else status_of(error)
    return render(call, "photo_facts.html" if is_part else "photo.html", status=status, **about)


def _facts(piece: Piece, names: Mapping[str, str], language: str) -> dict[str, Any]:
    shot, file, facts = shot_of(piece), piece.file, piece.facts
    camera = [each for each in (facts.camera_make, facts.camera_model) if each] if facts else []
    return {
        "shot": shot,
        "entry": piece.entry,
        "file": file,
        "facts": facts,
        "late": _late(piece, names, language),
        "is_undecided": piece.late is not None and piece.late.state is LateState.LATE,
        "twins": piece.twins,
        "camera": " ".join(camera),
        "coordinates": _coordinates(piece, language),
        "size": shown_size(file.size, language) if file is not None else None,
        "not_there": NOT_THERE[shot.state].to(language) if shot.state in NOT_THERE else None,
        "times_disagree": facts is not None and times_disagree(facts, piece.entry.taken_at),
    }


def _coordinates(piece: Piece, language: str) -> str | None:
    facts = piece.facts
    if facts is None or facts.latitude is None or facts.longitude is None:
        return None
    return shown_place(facts.latitude, facts.longitude, language)


def _late(piece: Piece, names: Mapping[str, str], language: str) -> str | None:
    late = piece.late
    if late is None:
        return None
    who, when = names.get(late.decided_by_user_id or "", "Fettle"), show_instant(late.decided_at or 0)[:10]
    said = LATE[late.state].to(language).format(who=who, when=when, reason=late.reason or "…")
    return f"{_CAME_LATE.to(language)} {said}"
