"""How the page of a work order is made: read in one snapshot, shown whole, or only what changes of it."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fettle.domain.approvals import ApprovalStatus, require_four_eyes
from fettle.domain.completions import DEFAULT_MEANING
from fettle.domain.errors import FettleError, Forbidden
from fettle.domain.evidence import Kind, State
from fettle.domain.people import Scope, User
from fettle.domain.pictures import is_read
from fettle.domain.roles import ROLES_OF_APPROVALS, ApprovalDeed
from fettle.domain.work_orders import Status
from fettle.services.reading import Piece, WholeOrder
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.pages.order_documents import document_of
from fettle.web.pages.order_log import events_of
from fettle.web.pages.order_moves import Bar, bar_of, moves_of, stages_of
from fettle.web.pages.order_photos import comparisons_of, groups_of, shot_of
from fettle.web.pages.order_proof import Proof
from fettle.web.pages.people import Reader, name_of, names_among, reader_among
from fettle.web.pages.rendering import is_fragment, redirect, render
from fettle.web.problems import status_of

NEWEST: Final = 30
_MOST_EVIDENCE: Final = 2000


class Refused(NamedTuple):
    """What a form of the page came back with: which one, why, and what was typed."""

    form: str
    error: FettleError
    typed: str = ""


def tag_of(version: int, language: str) -> str:
    """The ETag of what changes on the page: it is for one reader, whose browser keeps nothing for others."""
    return f'"{version}-{language}"'


async def order_page(
    call: Call, refused: Refused | None = None, *, proof: Proof | None = None, newest: int = NEWEST
) -> Response:
    """The page, or what changes of it where the rest is there already; after a refusal with what was typed."""
    services, caller = call.services, call.caller
    whole = await services.reading.whole_order(caller, call.order.id, newest, _MOST_EVIDENCE)
    people = (await services.users.page(caller)).items
    is_part = is_fragment(call)
    # A browser tells of every refusal in its console; of a form that is shown again with the reason it need not.
    status = 200 if refused is None or is_part else status_of(refused.error)
    view = _view(whole, people, await reader_among(call, people), call.language)
    about = {"refused": refused, "proof": proof, "now": services.clock.now(), **view}
    about["refusal"] = refused and bar_of(refused.error, view["names"], call.language)
    return render(call, "order_parts.html" if is_part else "order.html", status=status, **about)


async def after(call: Call) -> Response:
    """What follows on a change: the page as it is now."""
    return await order_page(call) if is_fragment(call) else redirect(f"/orders/{call.order.wo_number}")


def _view(whole: WholeOrder, people: list[User], reader: Reader, language: str) -> dict[str, Any]:
    """All that the templates name."""
    summary, order = whole.summary, whole.summary.order
    names = names_among(people)
    shots = [shot_of(piece) for piece in whole.pieces if piece.entry.kind is Kind.PHOTO]
    settled = all(_is_settled(piece) for piece in whole.pieces)
    return {
        "order": order,
        "summary": summary,
        "component": whole.component,
        "part_number": whole.part_number,
        "reader": reader,
        "names": names,
        "tag": tag_of(order.version, language) if settled else "",
        "stages": stages_of(order, whole.entries),
        "moves": moves_of(order, summary.moves, names, language),
        "meaning": DEFAULT_MEANING.to(language),
        "photos": len(shots),
        "groups": groups_of(shots, summary.required_photos),
        "comparisons": comparisons_of(shots),
        "documents": [document_of(piece, language) for piece in whole.pieces if piece.entry.kind is Kind.ATTACHMENT],
        "events": events_of(whole.entries, names, language),
        "may_photograph": order.is_open and reader.may(Scope.EVIDENCE),
        "may_comment": order.status is not Status.ARCHIVED and reader.may(Scope.COMMENTS),
        **_approvals(whole, people, reader, language),
    }


def _approvals(whole: WholeOrder, people: list[User], reader: Reader, language: str) -> Mapping[str, Any]:
    """Who was asked, whether the reader may answer, and whom the reader may ask."""
    order, approvals = whole.summary.order, whole.summary.approvals
    may = order.is_open and reader.may(Scope.APPROVALS)
    asked = {each.approver_user_id: each.status for each in approvals}
    can = ROLES_OF_APPROVALS[ApprovalDeed.APPROVE]
    pending = ApprovalStatus.PENDING
    others = [user for user in people if user.is_active and not user.is_system and user.role in can]
    return {
        "is_asked": may and reader.user.id in asked,
        "is_undecided": asked.get(reader.user.id) is pending,
        "own_work": _four_eyes(whole, reader, language),
        "may_withdraw": may and reader.user.role in ROLES_OF_APPROVALS[ApprovalDeed.WITHDRAW],
        "askable": [user for user in others if asked.get(user.id) is not pending] if may else [],
        "mentionable": [name_of(user) for user in people if user.is_active and not user.is_system],
    }


def _four_eyes(whole: WholeOrder, reader: Reader, language: str) -> Bar | None:
    """Why the reader may not approve, where that is so."""
    me = reader.user.id
    try:
        if whole.rules.four_eyes:
            require_four_eyes(whole.summary.order, me, me)
    except Forbidden as bar:
        return bar_of(bar, {}, language)
    return None


def _is_settled(piece: Piece) -> bool:
    """Whether all is known of its bytes that will be: what is read of them makes no new version."""
    file = piece.file
    is_awaited = file is not None and file.is_whole and is_read(file.content_type) and piece.facts is None
    return piece.entry.state is not State.STORED or not is_awaited
