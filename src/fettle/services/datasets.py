"""Datasets: found or made by name and type, changed, looked at."""

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from fettle.domain.catalogue import Dataset, DataType
from fettle.domain.errors import Conflict, Detail, invalid_field
from fettle.domain.people import Caller
from fettle.services.catalogue import check_changes, check_name, differs, require_found
from fettle.services.gate import Act, Done, Gate, Intent
from fettle.services.ports import Database
from fettle.services.rows import Items, Page, Transaction


class NewDataset(msgspec.Struct, frozen=True):
    """A dataset as it shall be; limits and unit that are None leave those of the one there is."""

    name: str
    data_type: DataType
    lsl: float | None = None
    usl: float | None = None
    unit: str | None = None


class Datasets:
    """One for each name and type in a company; see each method for what it raises beside the gate's own errors."""

    def __init__(self, database: Database, gate: Gate) -> None:
        """Both come from `build.py`."""
        self._database = database
        self._gate = gate

    async def put(self, intent: Intent, new: NewDataset) -> Done:
        """Find or make the dataset of this name and type, with these limits; raises INVALID_BODY."""
        check_name(new.name, "name")
        given = {field: getattr(new, field) for field in ("lsl", "usl", "unit")}
        values = {field: value for field, value in given.items() if value is not None}

        def command(tx: Transaction, act: Act) -> Done:
            made = Dataset(act.new_id(), act.company_id, new.name, new.data_type, act.now)
            found = tx.catalogue.find_or_add_dataset(made)
            _write(tx, found, values)
            return Done(found.id)

        return await self._gate.write(intent, command)

    async def change(self, intent: Intent, dataset_id: str, changes: Mapping[str, Any]) -> Done:
        """Change `name`, `lsl`, `usl` (None clears a limit), `is_active`.

        Raises INVALID_BODY, NotFound, DATASET_EXISTS when another one of its type has the new name.
        """
        check_changes(changes, "name")

        def command(tx: Transaction, act: Act) -> Done:
            found = require_found(tx.catalogue.find_dataset(act.company_id, dataset_id))
            name = changes.get("name", found.name)
            other = tx.catalogue.find_dataset_by_name(act.company_id, name, found.data_type)
            if other is not None and other.id != found.id:
                raise Conflict("DATASET_EXISTS", Detail("name", "taken"))
            _write(tx, found, changes)
            return Done(found.id)

        return await self._gate.write(intent, command)

    async def get(self, caller: Caller, dataset_id: str) -> Dataset:
        """One dataset; raises NotFound."""
        return await self._database.read(
            lambda tx: require_found(tx.catalogue.find_dataset(caller.company_id, dataset_id))
        )

    async def all(self, caller: Caller, **equal: Any) -> list[Dataset]:
        """The company's datasets; filters are equality on the fields' names."""
        return await self._database.read(lambda tx: tx.catalogue.datasets(caller.company_id, **equal))

    async def page(self, caller: Caller, page: Page, **equal: Any) -> Items[Dataset]:
        """The same, one page of them by name."""

        def query(tx: Transaction) -> Items[Dataset]:
            found = tx.catalogue.datasets(caller.company_id, page, **equal)
            return Items(found, tx.catalogue.count_datasets(caller.company_id, **equal))

        return await self._database.read(query)


def _write(tx: Transaction, found: Dataset, changes: Mapping[str, Any]) -> None:
    after = msgspec.structs.replace(found, **changes)
    for field in ("lsl", "usl"):
        if not math.isfinite(getattr(after, field) or 0):
            raise invalid_field(field, "finite_number")
    if after.lsl is not None and after.usl is not None and after.lsl > after.usl:
        raise invalid_field("lsl", "above_upper_limit")
    if differs(found, changes):
        tx.catalogue.change_dataset(found.id, **changes)
