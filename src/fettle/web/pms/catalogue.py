"""Components and part numbers below `/v1`."""

from typing import Final

from msgspec import UNSET, UnsetType

from fettle.domain.catalogue import Component, ComponentType, PartNumber
from fettle.domain.instants import show_instant
from fettle.domain.people import Scope
from fettle.services.catalogue import NewComponent, NewPartNumber
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import PARAMETER, DateTime, Description, Name, Uuid, optional_uuid_of, uuid_of
from fettle.web.operations import Operations
from fettle.web.pms.paging import LIST_ERRORS, Listed, ListQuery, filters_of, place_of, show_list
from fettle.web.pms.shapes import (
    CREATED,
    REPLAYED,
    Body,
    Data,
    Made,
    Shape,
    created,
    known,
    known_instant,
    replay_headers,
    sent_fields,
    show,
)

catalogue = Operations("catalogue")

_ID: Final = "0197a0c8-5d2e-7c44-9d53-2f4d6a1b8c01"


class ComponentShape(Shape, frozen=True):
    """What is made or maintained, one by one (SN) or by the lot."""

    id: Uuid
    name: str
    component_type: ComponentType
    is_active: bool
    created_at: DateTime
    last_edited_at: DateTime | UnsetType = UNSET
    last_edited_user_id: Uuid | UnsetType = UNSET


class ComponentQuery(ListQuery, frozen=True):
    """Filters are equality."""

    name: str | UnsetType = UNSET
    component_type: ComponentType | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class ComponentBody(Body, frozen=True):
    """A component to be."""

    name: Name
    component_type: ComponentType
    is_active: bool = True


class ComponentEdit(Body, frozen=True):
    """What is to be different."""

    name: Name | UnsetType = UNSET
    component_type: ComponentType | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class PartNumberShape(Shape, frozen=True):
    """A variant of a component; the text is unique in the company."""

    id: Uuid
    part_number: str
    component_id: Uuid
    is_active: bool
    created_at: DateTime
    description: str | UnsetType = UNSET
    last_edited_at: DateTime | UnsetType = UNSET
    last_edited_user_id: Uuid | UnsetType = UNSET


class PartNumberQuery(ListQuery, frozen=True):
    """Filters are equality."""

    part_number: str | UnsetType = UNSET
    component_id: Uuid | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


class PartNumberBody(Body, frozen=True):
    """A part number to be."""

    part_number: Name
    component_id: Uuid
    description: Description | None = None
    is_active: bool = True


class PartNumberEdit(Body, frozen=True):
    """What is to be different; null clears the description."""

    part_number: Name | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET


@catalogue(
    "GET",
    "/v1/components",
    scope=Scope.READ,
    query=ComponentQuery,
    answer=Listed[ComponentShape],
    errors=LIST_ERRORS,
)
async def list_components(call: Call, query: ComponentQuery) -> Response:
    """List the components by name."""
    place = place_of(query, "v1.components")
    found = await call.services.catalogue.components(call.caller, place.rows, **filters_of(query))
    return show_list(place, found.items, found.total, _component, lambda item: (item.name, item.id))


@catalogue(
    "POST",
    "/v1/components",
    scope=Scope.CATALOGUE,
    status=201,
    body=ComponentBody,
    answer=Data[Made],
    headers=CREATED,
    errors=("INVALID_BODY", "IDEMPOTENCY_KEY_REUSED"),
    examples={"body": {"name": "Pump", "componentType": "SN"}, "answer": {"data": {"id": _ID}}},
)
async def create_component(call: Call, body: ComponentBody) -> Response:
    """Make a component."""
    new = NewComponent(body.name, body.component_type, body.is_active)
    done = await call.services.catalogue.create_component(call.intent(), new)
    return created(Made(done.id), f"/v1/components/{done.id}", done)


@catalogue("GET", "/v1/components/{componentId}", scope=Scope.READ, answer=Data[ComponentShape], errors=("NOT_FOUND",))
async def get_component(call: Call) -> Response:
    """Look at one component."""
    return show(_component(await call.services.catalogue.get_component(call.caller, call.params["componentId"])))


@catalogue(
    "PATCH",
    "/v1/components/{componentId}",
    scope=Scope.CATALOGUE,
    body=ComponentEdit,
    answer=Data[Made],
    headers=REPLAYED,
    errors=("NOT_FOUND", "INVALID_BODY", "IDEMPOTENCY_KEY_REUSED"),
    examples={"body": {"isActive": False}},
)
async def edit_component(call: Call, body: ComponentEdit) -> Response:
    """Change a component; it is never deleted, only inactive."""
    component_id = call.params["componentId"]
    done = await call.services.catalogue.change_component(call.intent(), component_id, sent_fields(body))
    return show(Made(done.id), headers=replay_headers(done))


@catalogue(
    "GET",
    "/v1/part-numbers",
    scope=Scope.READ,
    query=PartNumberQuery,
    answer=Listed[PartNumberShape],
    errors=LIST_ERRORS,
)
async def list_part_numbers(call: Call, query: PartNumberQuery) -> Response:
    """List the part numbers by their text."""
    place = place_of(query, "v1.part-numbers")
    equal = filters_of(query)
    if "component_id" in equal:
        equal["component_id"] = optional_uuid_of(equal["component_id"], "componentId", PARAMETER)
    found = await call.services.catalogue.part_numbers(call.caller, place.rows, **equal)
    return show_list(place, found.items, found.total, _part_number, lambda item: (item.part_number, item.id))


@catalogue(
    "POST",
    "/v1/part-numbers",
    scope=Scope.CATALOGUE,
    status=201,
    body=PartNumberBody,
    answer=Data[Made],
    headers=CREATED,
    errors=("INVALID_BODY", "PART_NUMBER_TAKEN", "IDEMPOTENCY_KEY_REUSED"),
    examples={"body": {"partNumber": "PU-700-B", "componentId": _ID}, "answer": {"data": {"id": _ID}}},
)
async def create_part_number(call: Call, body: PartNumberBody) -> Response:
    """Make a part number."""
    component_id = uuid_of(body.component_id, "componentId")
    new = NewPartNumber(body.part_number, component_id, body.description, body.is_active)
    done = await call.services.catalogue.create_part_number(call.intent(), new)
    return created(Made(done.id), f"/v1/part-numbers/{done.id}", done)


@catalogue(
    "GET", "/v1/part-numbers/{partNumberId}", scope=Scope.READ, answer=Data[PartNumberShape], errors=("NOT_FOUND",)
)
async def get_part_number(call: Call) -> Response:
    """Look at one part number."""
    found = await call.services.catalogue.get_part_number(call.caller, call.params["partNumberId"])
    return show(_part_number(found))


@catalogue(
    "PATCH",
    "/v1/part-numbers/{partNumberId}",
    scope=Scope.CATALOGUE,
    body=PartNumberEdit,
    answer=Data[Made],
    headers=REPLAYED,
    errors=("NOT_FOUND", "INVALID_BODY", "PART_NUMBER_TAKEN", "IDEMPOTENCY_KEY_REUSED"),
    examples={"body": {"description": None}},
)
async def edit_part_number(call: Call, body: PartNumberEdit) -> Response:
    """Change a part number; it is never deleted, only inactive."""
    part_number_id = call.params["partNumberId"]
    done = await call.services.catalogue.change_part_number(call.intent(), part_number_id, sent_fields(body))
    return show(Made(done.id), headers=replay_headers(done))


def _component(item: Component) -> ComponentShape:
    return ComponentShape(
        item.id,
        item.name,
        item.component_type,
        item.is_active,
        show_instant(item.created_at),
        known_instant(item.last_edited_at),
        known(item.last_edited_user_id),
    )


def _part_number(item: PartNumber) -> PartNumberShape:
    return PartNumberShape(
        item.id,
        item.part_number,
        item.component_id,
        item.is_active,
        show_instant(item.created_at),
        known(item.description),
        known_instant(item.last_edited_at),
        known(item.last_edited_user_id),
    )
