"""Templates of work orders: made from fields or from an order, changed, deleted, and made into orders."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from fettle.domain.errors import Conflict, Detail, Invalid, NotFound
from fettle.domain.evidence import NewAttachment, Type
from fettle.domain.people import Caller
from fettle.domain.required_photos import PhotoStep, check_photo_steps
from fettle.domain.templates import Template, TemplateAttachment, TemplatePhoto, attachments_of
from fettle.domain.work_orders import WorkOrder
from fettle.services.entries import add_attachment
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.ports import Database
from fettle.services.rows import Items, Page, Transaction
from fettle.services.upload_limits import require_allowed
from fettle.services.work_orders import NewWorkOrder, add_order, require_references

_REFERENCES = frozenset({"component_id", "part_number_id"})


class NewTemplate(msgspec.Struct, frozen=True):
    """What a template says."""

    name: str
    component_id: str
    quantity: int
    description: str | None = None
    part_number_id: str | None = None
    phase: str = ""
    required_photos: tuple[PhotoStep, ...] = ()

    def columns(self) -> dict[str, Any]:
        """All but the photos, which have rows of their own."""
        fields = msgspec.structs.asdict(self)
        del fields["required_photos"]
        return fields


class TemplateView(NamedTuple):
    """A whole template."""

    template: Template
    photos: list[TemplatePhoto]
    attachments: list[TemplateAttachment]


class Templates:
    """Each command raises INVALID_BODY for what does not fit, TEMPLATE_NAME_TAKEN, and NotFound for a deleted one."""

    def __init__(self, database: Database, gate: Gate) -> None:
        """Both come from `build.py`."""
        self._database = database
        self._gate = gate

    async def create(self, intent: Intent, new: NewTemplate) -> Done:
        """Make a template of these fields."""
        check_photo_steps(new.required_photos)
        return await self._gate.write(intent, lambda tx, act: Done(_add(tx, act, new).id))

    async def create_from(
        self, intent: Intent, work_order_id: str, given: Mapping[str, Any], *, with_attachments: bool
    ) -> Done:
        """Make a template of an order's plan, with other fields where they are given (`name` always is).

        `with_attachments` takes those along that are there with their bytes.
        """
        check_photo_steps(given.get("required_photos", ()))

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.find(act.company_id, work_order_id)
            if order is None:
                raise Invalid("INVALID_BODY", Detail("from_work_order_id", "not_found"))
            template = _add(tx, act, NewTemplate(**{**_plan_of(tx, order), **given}))
            if with_attachments:
                rows = attachments_of(template.id, tx.evidence.of_orders([order.id]))
                for row in rows:  # so that nothing removes the bytes at this moment
                    tx.files.find_for_change(act.company_id, row.file_name)
                tx.templates.set_attachments(template.id, rows)
            return Done(template.id)

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def change(self, intent: Intent, template_id: str, new: NewTemplate, *, with_attachments: bool) -> Done:
        """Let it say exactly this; `with_attachments` keeps those that it has. The same again changes nothing."""
        check_photo_steps(new.required_photos)

        def command(tx: Transaction, act: Act) -> Done:
            found = _get(tx.templates.find_for_change(act.company_id, template_id))
            drops = not with_attachments and bool(tx.templates.attachments(found.id))
            if not drops and _said(tx, found) == new:
                return Done(found.id)
            require_references(tx, act.company_id, new.columns(), _REFERENCES)
            _require_free(tx, act, new.name, found.id)
            tx.templates.change(found.id, **new.columns(), changed_at=act.now, changed_by_user_id=act.actor_id)
            _write_photos(tx, found, new.required_photos)
            if drops:
                tx.templates.set_attachments(found.id, [])
            return Done(found.id)

        return await self._gate.write(intent, command)

    async def delete(self, intent: Intent, template_id: str) -> Done:
        """Mark it as deleted, and let its files go; deleted already: a repeat. Orders made from it stay as they are."""

        def command(tx: Transaction, act: Act) -> Done:
            found = tx.templates.find_for_change(act.company_id, template_id)
            if found is None:
                raise NotFound
            if found.deleted_at is not None:
                return Done(found.id, replayed=True)
            tx.templates.change(found.id, deleted_at=act.now, deleted_by_user_id=act.actor_id)
            tx.templates.set_attachments(found.id, [])
            return Done(found.id)

        return await self._gate.write(intent, command)

    async def make_order(self, intent: Intent, template_id: str, given: Mapping[str, Any]) -> Done:
        """Make a DRAFT of a template, with other fields where they are given; the answer is the order's id.

        Its attachments are entries of the order's own, one version each. Raises WORK_ORDER_FULL, TYPE_NOT_ALLOWED,
        TOO_LARGE where the company's limits do not allow them.
        """
        check_photo_steps(given.get("required_photos", ()))

        def command(tx: Transaction, act: Act) -> Done:
            template = tx.templates.find_for_change(act.company_id, template_id)
            if template is None or template.deleted_at is not None:
                raise Invalid("INVALID_BODY", Detail("template_id", "not_found"))
            fields = {**msgspec.structs.asdict(_said(tx, template)), **given}
            order = add_order(tx, act, NewWorkOrder(**fields), template_id=template.id)
            for each in tx.templates.attachments(template.id):
                order = _attach(tx, act, order, each)
            return Done(order.id, version=order.version)

        return await self._gate.write(intent, command)

    async def get(self, caller: Caller, template_id: str) -> TemplateView:
        """One template of the caller's company; raises NotFound."""

        def query(tx: Transaction) -> TemplateView:
            found = _get(tx.templates.find(caller.company_id, template_id))
            return TemplateView(found, tx.templates.photos(found.id), tx.templates.attachments(found.id))

        return await self._database.read(query)

    async def page(self, caller: Caller, page: Page) -> Items[Template]:
        """The company's templates by name."""

        def query(tx: Transaction) -> Items[Template]:
            return Items(tx.templates.page(caller.company_id, page), tx.templates.count(caller.company_id))

        return await self._database.read(query)


def _get(found: Template | None) -> Template:
    if found is None or found.deleted_at is not None:
        raise NotFound
    return found


def _add(tx: Transaction, act: Act, new: NewTemplate) -> Template:
    require_references(tx, act.company_id, new.columns(), _REFERENCES)
    _require_free(tx, act, new.name)
    template = Template(
        id=act.new_id(),
        company_id=act.company_id,
        created_at=act.now,
        created_by_user_id=act.actor_id,
        **new.columns(),
    )
    tx.templates.add(template)
    _write_photos(tx, template, new.required_photos)
    return template


def _require_free(tx: Transaction, act: Act, name: str, but: str | None = None) -> None:
    found = tx.templates.find_by_name(act.company_id, name)
    if found is not None and found.id != but:
        raise Conflict("TEMPLATE_NAME_TAKEN", Detail("name", "taken"))


def _write_photos(tx: Transaction, template: Template, steps: Sequence[PhotoStep]) -> None:
    rows = [
        TemplatePhoto(template.id, position, template.company_id, each.step, each.label, each.min_count)
        for position, each in enumerate(steps, 1)
    ]
    tx.templates.set_photos(template.id, rows)


def _said(tx: Transaction, template: Template) -> NewTemplate:
    """What a template says now."""
    steps = tuple(row.photo_step for row in tx.templates.photos(template.id))
    columns = {name: getattr(template, name) for name in NewTemplate.__struct_fields__ if name != "required_photos"}
    return NewTemplate(**columns, required_photos=steps)


def _plan_of(tx: Transaction, order: WorkOrder) -> dict[str, Any]:
    """What a template takes of an order, but for its name."""
    return {
        "component_id": order.component_id,
        "quantity": order.quantity,
        "description": order.description,
        "part_number_id": order.part_number_id,
        "phase": order.phase,
        "required_photos": tuple(row.photo_step for row in tx.required_photos.of_order(order.id)),
    }


def _attach(tx: Transaction, act: Act, order: WorkOrder, each: TemplateAttachment) -> WorkOrder:
    """Add one attachment, under a key that no request has, so that two alike are two here as well; the order after."""
    file = tx.files.find(act.company_id, each.file_name)
    if file is not None and each.type is not Type.TEXT:
        require_allowed(tx, act, order.id, file.size, file.content_type)
    new = NewAttachment(each.type, each.name, each.value, each.file_name)
    add_attachment(tx, act, order, new, None, f"{each.template_id} {each.position}", held=file)
    return tx.work_orders.get_for_change(act.company_id, order.id)
