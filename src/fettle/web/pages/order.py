"""The page of one work order: how far it has come, what was done and by whom, and what there is to do."""

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.conditions import is_unchanged
from fettle.web.pages.declaring import Pages
from fettle.web.pages.order_log import events_of
from fettle.web.pages.order_page import NEWEST, order_page, tag_of
from fettle.web.pages.order_proof import proof_of
from fettle.web.pages.people import names_among, reader_among
from fettle.web.pages.rendering import is_fragment, render

pages: Final = Pages()
_MOST_EVENTS: Final = 2000


class EarlierQuery(Struct, frozen=True):
    """The version that is shown already."""

    before: Annotated[int, Meta(ge=1, le=1 << 53)]


class PartsQuery(Struct, frozen=True):
    """How many entries of the log are shown already: nobody loses what they have unfolded."""

    events: Annotated[int, Meta(ge=1, le=_MOST_EVENTS)] = NEWEST


@pages("GET", "/orders/{id}")
async def show_order(call: Call) -> Response:
    """The whole page."""
    return await order_page(call)


@pages("GET", "/orders/{id}/parts", query=PartsQuery)
async def show_parts(call: Call, query: PartsQuery) -> Response:
    """All of it that changes. Asked again with its tag, it answers 304 before anything is read."""
    tag = header("etag", tag_of(call.order.version, call.language))
    if is_unchanged(call.headers, tag[1].decode()):
        return Response(304, headers=(tag,))
    if call.method == "HEAD":
        return Response(200, headers=(tag,))
    return await order_page(call, newest=max(NEWEST, query.events))


@pages("GET", "/orders/{id}/earlier", query=EarlierQuery)
async def show_earlier(call: Call, query: EarlierQuery) -> Response:
    """What was in the log before."""
    entries = await call.services.reading.earlier(call.caller, call.order.id, query.before, NEWEST)
    people = (await call.services.users.page(call.caller)).items
    names = names_among(people)
    template = "order_events.html" if is_fragment(call) else "order_earlier.html"
    about: dict[str, Any] = {"order": call.order, "reader": await reader_among(call, people)}
    return render(call, template, events=events_of(entries, names, call.language), **about)


@pages("GET", "/orders/{id}/verification")
async def verify(call: Call) -> Response:
    """Check the order against its log, and its log against the newest checkpoint."""
    found = await call.services.verification.of_order(call.caller, call.order.id)
    proof = proof_of(found, call.language)
    if is_fragment(call):
        return render(call, "order_proof.html", order=call.order, proof=proof)
    return await order_page(call, proof=proof)
