"""Components and part numbers (contract A, "Further objects")."""

from typing import Final

from msgspec import UNSET, Struct, UnsetType

from fettle.domain.catalogue import Component, ComponentType, PartNumber
from fettle.domain.instants import show_instant
from fettle.domain.people import Scope
from fettle.services.catalogue import NewComponent, NewPartNumber
from fettle.web.answers import Response, as_json
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Description, Name, Uuid, uuid_of
from fettle.web.operations import Operations
from fettle.web.serial.shapes import REPLAYED_HEADER, equal_fields, replay, show_optional

serial: Final = Operations("catalogue (Serial)")


class ShownComponent(Struct, frozen=True):
    """What is made or maintained. `pn_metadata_dataset_ids` is there for Serial's clients and always empty."""

    id: Uuid
    name: str
    component_type: ComponentType
    is_active: bool
    created_at: DateTime
    last_edited_at: DateTime | None
    last_edited_user_id: Uuid | None
    pn_metadata_dataset_ids: list[Uuid]


class ShownPartNumber(Struct, frozen=True):
    """A variant of one component."""

    id: Uuid
    part_number: str
    component_id: Uuid
    description: str | None
    is_active: bool
    created_at: DateTime
    last_edited_at: DateTime | None
    last_edited_user_id: Uuid | None


class ComponentQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Conditions, by equality."""

    name: str | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    component_type: ComponentType | UnsetType = UNSET


class CreateComponent(Struct, frozen=True, forbid_unknown_fields=True):
    """A component to be."""

    name: Name
    component_type: ComponentType
    is_active: bool = True


class PartNumberQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """A condition, by equality."""

    part_number: str | UnsetType = UNSET


class CreatePartNumber(Struct, frozen=True, forbid_unknown_fields=True):
    """A part number to be."""

    part_number: Name
    component_id: Uuid
    description: Description | None = None


@serial(
    "GET",
    "/components",
    scope=Scope.READ,
    query=ComponentQuery,
    answer=list[ShownComponent],
)
async def components(call: Call, query: ComponentQuery) -> Response:
    """List the components."""
    found = await call.services.catalogue.components(call.caller, None, **equal_fields(query))
    return as_json([_component(component) for component in found.items])


@serial(
    "POST",
    "/components",
    scope=Scope.CATALOGUE,
    body=CreateComponent,
    answer=ShownComponent,
    headers=REPLAYED_HEADER,
    examples={"body": {"name": "Circulation pump", "component_type": "SN"}},
)
async def create_component(call: Call, body: CreateComponent) -> Response:
    """Make a component."""
    new = NewComponent(body.name, body.component_type, body.is_active)
    done = await call.services.catalogue.create_component(call.intent(), new)
    made = await call.services.catalogue.get_component(call.caller, done.id)
    return as_json(_component(made), headers=replay(done.replayed))


@serial(
    "GET",
    "/part-numbers",
    scope=Scope.READ,
    query=PartNumberQuery,
    answer=list[ShownPartNumber],
)
async def part_numbers(call: Call, query: PartNumberQuery) -> Response:
    """List the part numbers."""
    found = await call.services.catalogue.part_numbers(call.caller, None, **equal_fields(query))
    return as_json([_part_number(part_number) for part_number in found.items])


@serial(
    "POST",
    "/part-numbers",
    scope=Scope.CATALOGUE,
    body=CreatePartNumber,
    answer=ShownPartNumber,
    headers=REPLAYED_HEADER,
    errors=("PART_NUMBER_TAKEN",),
    examples={
        "body": {
            "part_number": "CP-40-180",
            "component_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
            "description": "40 mm flange, 180 mm long",
        }
    },
)
async def create_part_number(call: Call, body: CreatePartNumber) -> Response:
    """Make a part number of a component."""
    component_id = uuid_of(body.component_id, "component_id")
    new = NewPartNumber(body.part_number, component_id, body.description)
    done = await call.services.catalogue.create_part_number(call.intent(), new)
    made = await call.services.catalogue.get_part_number(call.caller, done.id)
    return as_json(_part_number(made), headers=replay(done.replayed))


def _component(component: Component) -> ShownComponent:
    return ShownComponent(
        component.id,
        component.name,
        component.component_type,
        component.is_active,
        show_instant(component.created_at),
        show_optional(component.last_edited_at),
        component.last_edited_user_id,
        [],
    )


def _part_number(part_number: PartNumber) -> ShownPartNumber:
    return ShownPartNumber(
        part_number.id,
        part_number.part_number,
        part_number.component_id,
        part_number.description,
        part_number.is_active,
        show_instant(part_number.created_at),
        show_optional(part_number.last_edited_at),
        part_number.last_edited_user_id,
    )
