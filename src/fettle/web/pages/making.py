"""A new work order: from nothing, from a template, or like another one."""

from dataclasses import replace
from typing import Any, Final, NamedTuple

from msgspec import Struct, json

from fettle.domain.catalogue import ComponentType
from fettle.domain.errors import FettleError, WorkOrderNotFound, invalid_field
from fettle.domain.ids import parse_reference, parse_uuid
from fettle.domain.messages import sentence_of
from fettle.domain.people import Scope
from fettle.services.catalogue import NewComponent, NewPartNumber
from fettle.services.gate import Intent
from fettle.services.rows import Page
from fettle.services.work_orders import NewWorkOrder
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.conditions import request_fingerprint
from fettle.web.fields import PARAMETER, uuid_of
from fettle.web.pages.declaring import Pages
from fettle.web.pages.people import assignable, reader_of
from fettle.web.pages.plan_forms import PlanForm, Step, again, fields_of, form_of, local_time, troubles_of
from fettle.web.pages.rendering import redirect, render
from fettle.web.problems import status_of

pages: Final = Pages()

_TEMPLATES: Final = 100


class StartQuery(Struct, frozen=True):
    """What the order begins with: a template by its id, or another order by its number."""

    template: str = ""
    like: str = ""


class Start(NamedTuple):
    """The form that an order begins with, and the photos that it requires."""

    form: PlanForm
    steps: list[Step]


@pages("GET", "/orders/new", scope=Scope.WORK_ORDERS, query=StartQuery)
async def show_new(call: Call, query: StartQuery) -> Response:
    """The form, filled with what it begins with."""
    return await _form(call, (await _start(call, query.template, query.like)).form)


@pages("POST", "/orders/new", scope=Scope.WORK_ORDERS, fields=PlanForm, status=303)
async def make_order(call: Call, form: PlanForm) -> Response:
    """Make a DRAFT and go on editing it; a refusal is told in the form, as it was typed."""
    try:
        order_id = await _make(call, form)
    except FettleError as error:
        return await _form(call, form, error)
    order = (await call.services.reading.get_row(call.caller, order_id)).order
    return redirect(f"/orders/{order.wo_number}/edit")


async def catalogue_of(call: Call, form: PlanForm) -> dict[str, str | None]:
    """Component and part number of a form, made where it says so; raises INVALID_BODY for what there is not."""
    component_id = await _component(call, form)
    return {"component_id": component_id, "part_number_id": await _part_number(call, form, component_id)}


async def _make(call: Call, form: PlanForm) -> str:
    start = await _start(call, form.template, form.like)
    fields: dict[str, Any] = {**fields_of(form, start.steps), **await catalogue_of(call, form)}
    intent = replace(call.intent(), idempotency=request_fingerprint(call, parse_uuid(form.once), json.encode(form)))
    if form.template:
        return (await call.services.templates.make_order(intent, start.form.template, fields)).id
    return (await call.services.work_orders.create(intent, NewWorkOrder(**fields))).id


async def _start(call: Call, template: str, like: str) -> Start:
    if template:
        found = await call.services.templates.get(call.caller, uuid_of(template, "template", PARAMETER))
        form = await form_of(call, found.template, found.photos)
        return Start(again(form, template=found.template.id), list(found.photos))
    if like:
        reference = parse_reference(like)
        if reference is None:
            raise WorkOrderNotFound
        summary = await call.services.reading.work_order(call.caller, reference)
        form = await form_of(call, summary.order, summary.required_photos)
        ahead = summary.order.deadline if (summary.order.deadline or 0) > call.services.clock.now() else None
        return Start(again(form, like=like, deadline=local_time(ahead, "UTC")), list(summary.required_photos))
    return Start(PlanForm(), [])


async def _component(call: Call, form: PlanForm) -> str:
    name = form.component.strip()
    if not name:
        raise invalid_field("component_id", "required")
    found = (await call.services.catalogue.components(call.caller, name=name)).items
    fitting = [each for each in found if each.id == form.component_id] or [each for each in found if each.is_active]
    if fitting:
        return fitting[0].id
    if not form.component_type:
        raise invalid_field("component_id", "not_found")
    new = NewComponent(name, ComponentType(form.component_type))
    return (await call.services.catalogue.create_component(_of_catalogue(call), new)).id


async def _part_number(call: Call, form: PlanForm, component_id: str) -> str | None:
    text = form.part_number.strip()
    if not text:
        return None
    found = (await call.services.catalogue.part_numbers(call.caller, part_number=text)).items
    if found:
        return found[0].id
    if not form.makes_part_number:
        raise invalid_field("part_number_id", "not_found")
    return (await call.services.catalogue.create_part_number(_of_catalogue(call), NewPartNumber(text, component_id))).id


def _of_catalogue(call: Call) -> Intent:
    return replace(call.intent(), scope=Scope.CATALOGUE)


async def _form(call: Call, form: PlanForm, error: FettleError | None = None) -> Response:
    templates = await call.services.templates.page(call.caller, Page(_TEMPLATES))
    return render(
        call,
        "making.html",
        status=200 if error is None else status_of(error),
        reader=await reader_of(call),
        people=await assignable(call),
        form=again(form, once=call.services.clock.new_id()),
        templates=templates.items,
        said=None if error is None else sentence_of(error, call.language),
        troubles=troubles_of(error, call.language),
        theirs=None,
    )
