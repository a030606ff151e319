"""Templates of work orders below `/v1`: made from fields or from an order, looked at, changed, deleted."""

from typing import Any, Final

from msgspec import UNSET, UnsetType

from fettle.domain.people import Scope
from fettle.services.templates import NewTemplate
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import Description, Name, Phase, PositiveInteger, Uuid, optional_uuid_of
from fettle.web.operations import Operations
from fettle.web.pms.order_fields import kept_fields, require_fields
from fettle.web.pms.paging import LIST_ERRORS, Listed, ListQuery, place_of, show_list
from fettle.web.pms.photo_shapes import StepBodies
from fettle.web.pms.shapes import CREATED, REPLAYED, Body, Data, Made, created, replay_headers, sent_fields, show
from fettle.web.pms.template_shapes import TemplateDetail, TemplateRow, template_detail, template_row

templates = Operations("templates")

_ALL: Final = "/v1/work-order-templates"
_ONE: Final = "/v1/work-order-templates/{templateId}"
_EXAMPLE: Final = {
    "name": "Pump: yearly overhaul",
    "componentId": "0197a0c8-5d2e-7c44-9d53-2f4d6a1b8c01",
    "quantity": 1,
    "requiredPhotos": [{"step": "before", "label": "Before the work", "minCount": 1}],
}
_ERRORS: Final = ("INVALID_BODY", "TEMPLATE_NAME_TAKEN", "IDEMPOTENCY_KEY_REUSED")


class NewTemplateBody(Body, frozen=True):
    """A template to be.

    `fromWorkOrderId` gives what is not named here, and with `withAttachments` the attachments that are there with their
    bytes; without it `componentId` and `quantity` are needed.
    """

    name: Name
    from_work_order_id: Uuid | None = None
    with_attachments: bool = True
    component_id: Uuid | UnsetType = UNSET
    quantity: PositiveInteger | UnsetType = UNSET
    description: Description | UnsetType | None = UNSET
    part_number_id: Uuid | UnsetType | None = UNSET
    phase: Phase | UnsetType | None = UNSET
    required_photos: StepBodies | UnsetType = UNSET


class TemplateBody(Body, frozen=True):
    """All that a template says; its attachments stay unless `withAttachments` is false, which drops them."""

    name: Name
    component_id: Uuid
    quantity: PositiveInteger
    description: Description | None = None
    part_number_id: Uuid | None = None
    phase: Phase | None = None
    required_photos: StepBodies = ()
    with_attachments: bool = True


@templates(
    "POST",
    _ALL,
    scope=Scope.WORK_ORDERS,
    status=201,
    body=NewTemplateBody,
    answer=Data[Made],
    headers=CREATED,
    errors=_ERRORS,
    examples={"body": _EXAMPLE},
)
async def create_template(call: Call, body: NewTemplateBody) -> Response:
    """Make a template, of fields or of a work order; its name is the company's only one."""
    fields = _fields(body)
    source = optional_uuid_of(fields.pop("from_work_order_id"), "fromWorkOrderId")
    takes_along = fields.pop("with_attachments")
    service, intent = call.services.templates, call.intent()
    if source is None:
        require_fields(fields)
        done = await service.create(intent, NewTemplate(**fields))
    else:
        done = await service.create_from(intent, source, fields, with_attachments=takes_along)
    return created(Made(done.id), f"{_ALL}/{done.id}", done)


@templates("GET", _ALL, scope=Scope.READ, query=ListQuery, answer=Listed[TemplateRow], errors=LIST_ERRORS)
async def list_templates(call: Call, query: ListQuery) -> Response:
    """List the templates by name."""
    place = place_of(query, "v1.templates")
    found = await call.services.templates.page(call.caller, place.rows)
    return show_list(place, found.items, found.total, template_row, lambda item: (item.name, item.id))


@templates("GET", _ONE, scope=Scope.READ, answer=Data[TemplateDetail], errors=("NOT_FOUND",))
async def get_template(call: Call) -> Response:
    """Look at one template."""
    return show(template_detail(await call.services.templates.get(call.caller, call.params["templateId"])))


@templates(
    "PUT",
    _ONE,
    scope=Scope.WORK_ORDERS,
    body=TemplateBody,
    answer=Data[Made],
    headers=REPLAYED,
    errors=("NOT_FOUND", *_ERRORS),
    examples={"body": {**_EXAMPLE, "name": "Pump: overhaul every two years"}},
)
async def change_template(call: Call, body: TemplateBody) -> Response:
    """Change a template as a whole; orders that were made from it stay as they are."""
    fields = _fields(body)
    keeps = fields.pop("with_attachments")
    new, template_id = NewTemplate(**fields), call.params["templateId"]
    done = await call.services.templates.change(call.intent(), template_id, new, with_attachments=keeps)
    return show(Made(done.id), headers=replay_headers(done))


@templates("DELETE", _ONE, scope=Scope.WORK_ORDERS, answer=Data[Made], headers=REPLAYED, errors=("NOT_FOUND",))
async def delete_template(call: Call) -> Response:
    """Delete a template; orders that were made from it stay as they are, and its name is free again."""
    done = await call.services.templates.delete(call.intent(), call.params["templateId"])
    return show(Made(done.id), headers=replay_headers(done))


def _fields(body: Body) -> dict[str, Any]:
    return kept_fields(sent_fields(body))
