"""Components and part numbers as one types: what is offered below a field, and what can be made there."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from fettle.domain.limits import MAX_NAME_CHARACTERS
from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import PARAMETER, uuid_of
from fettle.web.pages.declaring import Pages
from fettle.web.pages.rendering import render

pages: Final = Pages()

_OFFERED: Final = 12


class ComponentsQuery(Struct, frozen=True):
    """What was typed."""

    q: Annotated[str, Meta(max_length=MAX_NAME_CHARACTERS)] = ""


class PartNumbersQuery(ComponentsQuery, frozen=True):
    """Of which component as well; without one nothing is found."""

    component: str = ""


@pages("GET", "/catalogue/components", query=ComponentsQuery)
async def offer_components(call: Call, query: ComponentsQuery) -> Response:
    """Those whose name holds what was typed."""
    text = query.q.strip()
    found = await call.services.catalogue.find_components(call.caller, text, _OFFERED)
    return _offer(call, text, [(each.id, each.name, each.component_type.value) for each in found], makes="component")


@pages("GET", "/catalogue/part-numbers", query=PartNumbersQuery)
async def offer_part_numbers(call: Call, query: PartNumbersQuery) -> Response:
    """Those of the component."""
    text = query.q.strip()
    if not query.component:
        return _offer(call, text, [], makes="nothing")
    component_id = uuid_of(query.component, "component", PARAMETER)
    found = await call.services.catalogue.find_part_numbers(call.caller, component_id, text, _OFFERED)
    return _offer(call, text, [(each.id, each.part_number, each.description) for each in found], makes="part number")


def _offer(call: Call, text: str, found: list[tuple[str, str, str | None]], *, makes: str) -> Response:
    """What is there to the letter need not be made."""
    may_make = Scope.CATALOGUE in call.caller.scopes and text and text not in {name for _, name, _ in found}
    return render(call, "catalogue_options.html", found=found, text=text, makes=makes, may_make=may_make)
