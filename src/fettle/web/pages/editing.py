"""A draft as it is worked on: every field, its documents, and a template made of it.

With script every field saves by itself through `/v1`; without, the form saves what was changed in it. Both say which
version they began with, so that nobody's work is overwritten unseen.
"""

from dataclasses import replace
from typing import Any, Final, NamedTuple

from msgspec import Struct

from fettle.domain.errors import FettleError, PreconditionFailed
from fettle.domain.evidence import Kind
from fettle.domain.messages import sentence_of
from fettle.domain.people import Scope
from fettle.domain.work_orders import Status
from fettle.services.catalogue import check_name
from fettle.services.reading import Summary
from fettle.services.rows import Page
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.pages.declaring import Pages
from fettle.web.pages.making import catalogue_of
from fettle.web.pages.order_documents import Document, document_of
from fettle.web.pages.people import assignable, reader_of
from fettle.web.pages.plan_forms import PlanForm, again, fields_of, form_of, troubles_of
from fettle.web.pages.rendering import is_fragment, redirect, render
from fettle.web.problems import status_of

pages: Final = Pages()

_DOCUMENTS: Final = 500
_COLUMN_OF: Final = {"component": "component_id", "part_number": "part_number_id", "assignee": "assignee_user_id"}


class EditQuery(Struct, frozen=True):
    """The template that was just made of the order."""

    template: str = ""


class ReasonForm(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a document goes."""

    reason: str = ""


class TemplateForm(Struct, frozen=True, forbid_unknown_fields=True):
    """What the template is called, and whether it takes the documents along."""

    template_name: str = ""
    with_attachments: bool = False


class Refused(NamedTuple):
    """What was not done, and in which part of the page that is told."""

    error: FettleError
    part: str


@pages("GET", "/orders/{id}/edit", scope=Scope.WORK_ORDERS, query=EditQuery)
async def show_draft(call: Call, query: EditQuery) -> Response:
    """The form; what is no draft is looked at instead."""
    if call.order.status is not Status.DRAFT:
        return redirect(f"/orders/{call.order.wo_number}")
    return await _page(call, template=query.template)


@pages("POST", "/orders/{id}/edit", scope=Scope.WORK_ORDERS, fields=PlanForm, status=303)
async def save_draft(call: Call, form: PlanForm) -> Response:
    """Save what was changed; where somebody else was quicker both are shown, and nothing is saved."""
    try:
        await _save(call, form)
    except FettleError as error:
        return await _page(call, form, Refused(error, "plan"))
    return redirect(f"/orders/{call.order.wo_number}/edit")


@pages("GET", "/orders/{id}/edit/documents", scope=Scope.WORK_ORDERS)
async def show_documents(call: Call) -> Response:
    """The list of them, for a page that has sent one."""
    return render(call, "editing_documents.html", order=call.order, documents=await _documents(call), refused=None)


@pages(
    "POST",
    "/orders/{id}/edit/documents/{documentId}/deletion",
    scope=Scope.EVIDENCE,
    fields=ReasonForm,
    status=303,
)
async def delete_document(call: Call, form: ReasonForm) -> Response:
    """Mark a document as deleted, saying why."""
    evidence, refused = call.services.evidence, None
    try:
        await evidence.delete(call.intent(), call.order.id, call.params["documentId"], form.reason.strip() or None)
    except FettleError as error:
        if not is_fragment(call):
            return await _page(call, refused=Refused(error, "documents"))
        refused = sentence_of(error, call.language)
    if is_fragment(call):
        return render(
            call, "editing_documents.html", order=call.order, documents=await _documents(call), refused=refused
        )
    return redirect(f"/orders/{call.order.wo_number}/edit")


@pages("POST", "/orders/{id}/edit/template", scope=Scope.WORK_ORDERS, fields=TemplateForm, status=303)
async def keep_as_template(call: Call, form: TemplateForm) -> Response:
    """Make a template of the order as it is."""
    templates, order = call.services.templates, call.order
    try:
        given = {"name": check_name(form.template_name.strip(), "name")}
        done = await templates.create_from(call.intent(), order.id, given, with_attachments=form.with_attachments)
    except FettleError as error:
        return await _page(call, refused=Refused(error, "template"))
    return redirect(f"/orders/{order.wo_number}/edit?template={done.id}")


async def _save(call: Call, form: PlanForm) -> None:
    """Raises what the services do; PRECONDITION_FAILED unless the order is at the version that the form began with."""
    summary = await call.services.reading.work_order(call.caller, call.order.id)
    order, steps = summary.order, summary.required_photos
    if form.version != str(order.version):
        raise PreconditionFailed(version=order.version)
    shown = (await form_of(call, order, steps, form.zone)).shown()
    changed = {field for field, text in form.shown().items() if text != shown[field]}
    meant: dict[str, Any] = {**fields_of(form, steps), **await catalogue_of(call, form)}
    photos = meant.pop("required_photos")
    changes = {column: meant[column] for column in (_COLUMN_OF.get(each, each) for each in changed - {"photos"})}
    intent = replace(call.intent(), versions=frozenset({order.version}))
    if changes:
        done = await call.services.work_orders.edit(intent, order.id, changes)
        intent = replace(intent, versions=frozenset({done.version or order.version}))
    if "photos" in changed:
        await call.services.required_photos.set(intent, order.id, photos)


async def _page(
    call: Call, form: PlanForm | None = None, refused: Refused | None = None, template: str = ""
) -> Response:
    summary = await call.services.reading.work_order(call.caller, call.order.id)
    order = summary.order
    now = await form_of(call, order, summary.required_photos, form.zone if form else "UTC")
    error = refused.error if refused else None
    return render(
        call,
        "editing.html",
        status=200 if error is None else status_of(error),
        reader=await reader_of(call),
        people=await assignable(call),
        order=order,
        form=again(form or now, version=str(order.version)),
        theirs=now if isinstance(error, PreconditionFailed) else None,
        steps=_steps(summary),
        documents=await _documents(call),
        kept_template=template,
        part=refused.part if refused else "",
        refused=None if error is None else sentence_of(error, call.language),
        troubles=troubles_of(error, call.language) if refused and refused.part == "plan" else {},
    )


def _steps(summary: Summary) -> list[dict[str, str]]:
    """Which step each label stands for, so that a script keeps them."""
    return [{"label": each.label, "step": each.step} for each in summary.required_photos]


async def _documents(call: Call) -> list[Document]:
    reading, order = call.services.reading, call.order
    found = await reading.evidence(call.caller, order.id, Kind.ATTACHMENT, Page(_DOCUMENTS), deleted=False)
    return [document_of(each, call.language) for each in found.items]
