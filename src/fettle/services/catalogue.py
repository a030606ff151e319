"""Components and their part numbers: looked at, made, changed; never deleted, only inactive."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from fettle.domain.catalogue import Component, ComponentType, PartNumber
from fettle.domain.errors import Conflict, Detail, Invalid, NotFound, invalid_field
from fettle.domain.limits import MAX_NAME_CHARACTERS
from fettle.domain.people import Caller
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.ports import Database
from fettle.services.rows import Items, Page, Transaction

Item = TypeVar("Item")


class NewComponent(msgspec.Struct, frozen=True):
    """A component to be."""

    name: str
    component_type: ComponentType
    is_active: bool = True


class NewPartNumber(msgspec.Struct, frozen=True):
    """A part number to be."""

    part_number: str
    component_id: str
    description: str | None = None
    is_active: bool = True


class Catalogue:
    """See each method for what it raises beside the gate's own errors. Filters are equality, on the fields' names."""

    def __init__(self, database: Database, gate: Gate) -> None:
        """Both come from `build.py`."""
        self._database = database
        self._gate = gate

    async def create_component(self, intent: Intent, new: NewComponent) -> Done:
        """Make a component; raises INVALID_BODY."""
        check_name(new.name, "name")

        def command(tx: Transaction, act: Act) -> Done:
            made = Component(act.new_id(), act.company_id, new.name, new.component_type, new.is_active, act.now)
            tx.catalogue.add_component(made)
            return Done(made.id)

        return await self._gate.write(intent, command)

    async def change_component(self, intent: Intent, component_id: str, changes: Mapping[str, Any]) -> Done:
        """Change `name`, `component_type`, `is_active`; raises INVALID_BODY, NotFound."""
        check_changes(changes, "name")

        def command(tx: Transaction, act: Act) -> Done:
            found = require_found(tx.catalogue.find_component(act.company_id, component_id))
            if differs(found, changes):
                tx.catalogue.change_component(found.id, **changes, **_edited(act))
            return Done(found.id)

        return await self._gate.write(intent, command)

    async def get_component(self, caller: Caller, component_id: str) -> Component:
        """One component; raises NotFound."""
        return await self._database.read(
            lambda tx: require_found(tx.catalogue.find_component(caller.company_id, component_id))
        )

    async def components(self, caller: Caller, page: Page | None = None, **equal: Any) -> Items[Component]:
        """The company's components."""

        def query(tx: Transaction) -> Items[Component]:
            found = tx.catalogue.components(caller.company_id, page, **equal)
            return Items(found, tx.catalogue.count_components(caller.company_id, **equal))

        return await self._database.read(query)

    async def find_components(self, caller: Caller, text: str, limit: int) -> list[Component]:
        """Active ones whose name holds the text, whatever its case, by name."""
        return await self._database.read(lambda tx: tx.catalogue.find_components(caller.company_id, text, limit))

    async def find_part_numbers(self, caller: Caller, component_id: str, text: str, limit: int) -> list[PartNumber]:
        """Those of the component, as `find_components`."""
        return await self._database.read(
            lambda tx: tx.catalogue.find_part_numbers(caller.company_id, component_id, text, limit)
        )

    async def create_part_number(self, intent: Intent, new: NewPartNumber) -> Done:
        """Make a part number; raises INVALID_BODY, also for an unknown component, and PART_NUMBER_TAKEN."""
        check_name(new.part_number, "part_number")

        def command(tx: Transaction, act: Act) -> Done:
            if tx.catalogue.find_component(act.company_id, new.component_id) is None:
                raise invalid_field("component_id", "not_found")
            _require_free(tx, act.company_id, new.part_number)
            made = PartNumber(
                act.new_id(),
                act.company_id,
                new.part_number,
                new.component_id,
                new.description,
                new.is_active,
                act.now,
            )
            tx.catalogue.add_part_number(made)
            return Done(made.id)

        return await self._gate.write(intent, command)

    async def change_part_number(self, intent: Intent, part_number_id: str, changes: Mapping[str, Any]) -> Done:
        """Change `part_number`, `description`, `is_active`; raises INVALID_BODY, NotFound, PART_NUMBER_TAKEN."""
        check_changes(changes, "part_number")

        def command(tx: Transaction, act: Act) -> Done:
            found = require_found(tx.catalogue.find_part_number(act.company_id, part_number_id))
            text = changes.get("part_number", found.part_number)
            if text != found.part_number:
                _require_free(tx, act.company_id, text)
            if differs(found, changes):
                tx.catalogue.change_part_number(found.id, **changes, **_edited(act))
            return Done(found.id)

        return await self._gate.write(intent, command)

    async def get_part_number(self, caller: Caller, part_number_id: str) -> PartNumber:
        """One part number; raises NotFound."""
        return await self._database.read(
            lambda tx: require_found(tx.catalogue.find_part_number(caller.company_id, part_number_id))
        )

    async def part_numbers(self, caller: Caller, page: Page | None = None, **equal: Any) -> Items[PartNumber]:
        """The company's part numbers."""

        def query(tx: Transaction) -> Items[PartNumber]:
            found = tx.catalogue.part_numbers(caller.company_id, page, **equal)
            return Items(found, tx.catalogue.count_part_numbers(caller.company_id, **equal))

        return await self._database.read(query)


def check_name(name: str, field: str) -> str:
    """The name as it is; raises unless it has 1 to 500 characters."""
    if not 1 <= len(name) <= MAX_NAME_CHARACTERS:
        raise invalid_field(field, "length", min=1, max=MAX_NAME_CHARACTERS)
    return name


def check_changes(changes: Mapping[str, Any], name_field: str) -> None:
    """Raise INVALID_BODY for no change at all, or a name that is none."""
    if not changes:
        raise Invalid("INVALID_BODY", Detail("", "empty"))
    if name_field in changes:
        check_name(changes[name_field], name_field)


def require_found(found: Item | None) -> Item:
    """The row that was looked for; raises NotFound."""
    if found is None:
        raise NotFound
    return found


def differs(row: msgspec.Struct, changes: Mapping[str, Any]) -> bool:
    """Whether any of the changes would change anything."""
    return any(getattr(row, field) != value for field, value in changes.items())


def _edited(act: Act) -> dict[str, Any]:
    return {"last_edited_at": act.now, "last_edited_user_id": act.actor_id}


def _require_free(tx: Transaction, company_id: str, part_number: str) -> None:
    if tx.catalogue.part_numbers(company_id, part_number=part_number):
        raise Conflict("PART_NUMBER_TAKEN", Detail("part_number", "taken"))
