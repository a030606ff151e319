"""Personal data erased on demand: of a person, of a work order; and the list of what was erased."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, UnsetType

from fettle.domain.erasures import Erasable, Erasure, Wanted
from fettle.domain.instants import show_instant
from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import Comment, DateTime, PositiveInteger, Uuid, optional_uuid_of, uuid_of
from fettle.web.operations import Operations
from fettle.web.pms.order_shapes import CHANGED_HEADERS, Changed, show_change
from fettle.web.pms.paging import LIST_ERRORS, Listed, ListQuery, place_of, show_list
from fettle.web.pms.shapes import (
    CHANGE_ERRORS,
    ORDER_ERRORS,
    REPLAYED,
    Body,
    Data,
    Made,
    Shape,
    known,
    replay_headers,
    show,
)

erasures = Operations("erasures")
_MOST: Final = Meta(max_length=1000)


class UserErasureBody(Body, frozen=True):
    """Why, and the user's e-mail address once more, for this cannot be undone."""

    email: str
    reason: Comment


class OrderErasureBody(Body, frozen=True):
    """What to erase, and why.

    `comments` are remarks and reasons in the log: of `versions`, of what `ofUserId` wrote, or all. `captions` are
    captions, names and steps of evidence, `links` object keys and addresses, `fileNames` those that files came with,
    `places` where pictures say they were taken, `bytes` the originals themselves, all of `evidenceIds`, which `bytes`
    needs, or of all evidence. `description` is the order's. What is a file's own goes for all evidence that names it.
    """

    what: Annotated[tuple[Erasable, ...], Meta(min_length=1, max_length=len(Erasable))]
    reason: Comment
    versions: Annotated[tuple[PositiveInteger, ...], _MOST] | None = None
    of_user_id: Uuid | None = None
    evidence_ids: Annotated[tuple[Uuid, ...], _MOST] | None = None


class ErasureShape(Shape, frozen=True):
    """One erasure: of a person (`what` is then `person`), or of a work order's texts."""

    id: Uuid
    erased_at: DateTime
    erased_by_user_id: Uuid
    what: list[str]
    reason: str
    user_id: Uuid | UnsetType = UNSET
    work_order_id: Uuid | UnsetType = UNSET


@erasures(
    "POST",
    "/v1/users/{userId}/erasure",
    scope=Scope.USERS,
    body=UserErasureBody,
    answer=Data[Made],
    headers=REPLAYED,
    errors=("NOT_FOUND", "INVALID_BODY", "OWN_ACCOUNT", "LAST_ADMIN", "LEGAL_HOLD", "IDEMPOTENCY_KEY_REUSED"),
    examples={"body": {"email": "sam@example.com", "reason": "Asked for on 2 May."}},
)
async def erase_user(call: Call, body: UserErasureBody) -> Response:
    """Erase a person: names, e-mail address, password, keys and sessions. Only the id stays, for the record names it.

    It cannot be undone.
    """
    user_id = call.params["userId"]
    done = await call.services.erasures.of_user(call.intent(), user_id, body.email, body.reason)
    return show(Made(done.id), headers=replay_headers(done))


@erasures(
    "POST",
    "/v1/work-orders/{id}/erasure",
    scope=Scope.USERS,
    body=OrderErasureBody,
    answer=Data[Changed],
    headers=CHANGED_HEADERS,
    errors=(*ORDER_ERRORS, *CHANGE_ERRORS, "PRECONDITION_FAILED", "LEGAL_HOLD", "FILE_IN_USE"),
    examples={"body": {"what": ["comments"], "reason": "Names a customer."}},
)
async def erase_in_order(call: Call, body: OrderErasureBody) -> Response:
    """Erase texts or bytes of a work order, whatever its status. Hashes stay, so the log verifies as before.

    It cannot be undone.
    """
    wanted = Wanted(
        frozenset(body.what),
        body.reason,
        None if body.versions is None else frozenset(body.versions),
        optional_uuid_of(body.of_user_id, "ofUserId"),
        None if body.evidence_ids is None else frozenset(uuid_of(each, "evidenceIds") for each in body.evidence_ids),
    )
    return await show_change(call, await call.services.erasures.of_order(call.intent(), call.order.id, wanted))


@erasures("GET", "/v1/erasures", scope=Scope.USERS, query=ListQuery, answer=Listed[ErasureShape], errors=LIST_ERRORS)
async def list_erasures(call: Call, query: ListQuery) -> Response:
    """List what was erased, by whom, when and why, the oldest first."""
    place = place_of(query, "v1.erasures", int)
    found = await call.services.erasures.page(call.caller, place.rows)
    return show_list(place, found.items, found.total, _shape, lambda each: (each.erased_at, each.id))


def _shape(erasure: Erasure) -> ErasureShape:
    return ErasureShape(
        id=erasure.id,
        erased_at=show_instant(erasure.erased_at),
        erased_by_user_id=erasure.erased_by_user_id,
        what=erasure.what.split(),
        reason=erasure.reason,
        user_id=known(erasure.user_id),
        work_order_id=known(erasure.work_order_id),
    )
