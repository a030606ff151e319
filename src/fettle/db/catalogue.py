"""Components, part numbers and datasets as rows."""

from typing import Any

from fettle.db.sql import Sql
from fettle.db.table import Table
from fettle.domain.catalogue import Component, Dataset, DataType, PartNumber
from fettle.services.rows import Page

COMPONENTS = Table("components", Component)
PART_NUMBERS = Table("part_numbers", PartNumber)
DATASETS = Table("datasets", Dataset)


class CatalogueTables:
    """Fulfils `services.rows.CatalogueRows`."""

    def __init__(self, sql: Sql) -> None:
        self._sql = sql

    def add_component(self, component: Component) -> None:
        COMPONENTS.add(self._sql, component)

    def find_component(self, company_id: str, component_id: str) -> Component | None:
        return COMPONENTS.find(self._sql, "id = ? AND company_id = ?", component_id, company_id)

    def change_component(self, component_id: str, **values: Any) -> None:
        COMPONENTS.change(self._sql, "id = ?", [component_id], values)

    def components(self, company_id: str, page: Page | None = None, **equal: Any) -> list[Component]:
        return COMPONENTS.page(self._sql, {**equal, "company_id": company_id}, "name", page)

    def count_components(self, company_id: str, **equal: Any) -> int:
        condition, values = COMPONENTS.where({**equal, "company_id": company_id})
        return COMPONENTS.count(self._sql, condition, *values)

    def find_components(self, company_id: str, text: str, limit: int) -> list[Component]:
        condition = f"company_id = ? AND is_active = ? AND {_holds('name')} ORDER BY name, id LIMIT ?"
        return COMPONENTS.all(self._sql, condition, company_id, True, _pattern(text), limit)  # noqa: FBT003 - a value

    def add_part_number(self, part_number: PartNumber) -> None:
        PART_NUMBERS.add(self._sql, part_number)

    def find_part_number(self, company_id: str, part_number_id: str) -> PartNumber | None:
        return PART_NUMBERS.find(self._sql, "id = ? AND company_id = ?", part_number_id, company_id)

    def change_part_number(self, part_number_id: str, **values: Any) -> None:
        PART_NUMBERS.change(self._sql, "id = ?", [part_number_id], values)

    def part_numbers(self, company_id: str, page: Page | None = None, **equal: Any) -> list[PartNumber]:
        return PART_NUMBERS.page(self._sql, {**equal, "company_id": company_id}, "part_number", page)

    def count_part_numbers(self, company_id: str, **equal: Any) -> int:
        condition, values = PART_NUMBERS.where({**equal, "company_id": company_id})
        return PART_NUMBERS.count(self._sql, condition, *values)

    def find_part_numbers(self, company_id: str, component_id: str, text: str, limit: int) -> list[PartNumber]:
        condition = f"company_id = ? AND component_id = ? AND is_active = ? AND {_holds('part_number')}"
        wanted = (company_id, component_id, True, _pattern(text), limit)
        return PART_NUMBERS.all(self._sql, f"{condition} ORDER BY part_number, id LIMIT ?", *wanted)

    def find_dataset(self, company_id: str, dataset_id: str) -> Dataset | None:
        return DATASETS.find(self._sql, "id = ? AND company_id = ?", dataset_id, company_id)

    def find_or_add_dataset(self, dataset: Dataset) -> Dataset:
        one = (dataset.company_id, dataset.name, dataset.data_type)
        found = self.find_dataset_by_name(*one)
        if found is not None:
            return found
        DATASETS.add(self._sql, dataset, " ON CONFLICT (company_id, name, data_type) DO NOTHING")
        return self.find_dataset_by_name(*one) or dataset

    def find_dataset_id(self, company_id: str, name: str, data_type: DataType) -> str | None:
        wanted = (company_id, name, data_type.value)
        row = self._sql.one("SELECT id FROM datasets WHERE company_id = ? AND name = ? AND data_type = ?", *wanted)
        return None if row is None else str(row[0])

    def find_dataset_by_name(self, company_id: str, name: str, data_type: DataType) -> Dataset | None:
        wanted = (company_id, name, data_type.value)
        return DATASETS.find(self._sql, "company_id = ? AND name = ? AND data_type = ?", *wanted)

    def change_dataset(self, dataset_id: str, **values: Any) -> None:
        DATASETS.change(self._sql, "id = ?", [dataset_id], values)

    def datasets(self, company_id: str, page: Page | None = None, **equal: Any) -> list[Dataset]:
        return DATASETS.page(self._sql, {**equal, "company_id": company_id}, "name", page)

    def count_datasets(self, company_id: str, **equal: Any) -> int:
        condition, values = DATASETS.where({**equal, "company_id": company_id})
        return DATASETS.count(self._sql, condition, *values)


def _holds(column: str) -> str:
    return f"lower({column}) LIKE lower(?) ESCAPE '!'"


def _pattern(text: str) -> str:
    """For LIKE: the text anywhere, to the letter."""
    return f"%{text.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
