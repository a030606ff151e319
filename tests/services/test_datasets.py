"""Datasets: one for each name and type."""

import math
from typing import Any

import pytest

from fettle.domain.catalogue import DataType
from fettle.domain.errors import Conflict, Invalid, NotFound
from fettle.domain.people import Scope
from fettle.services.datasets import NewDataset
from tests.services.conftest import Company, make_company

LENGTH = NewDataset("Length", DataType.PARAMETRIC_QUANTITATIVE, lsl=1.0, usl=2.0, unit="mm")


async def put(company: Company, new: NewDataset) -> str:
    return (await company.parts.services.datasets.put(company.intent(Scope.CATALOGUE), new)).id


async def test_the_same_name_and_type_is_the_same_dataset(company: Company) -> None:
    made = await put(company, LENGTH)
    assert await put(company, NewDataset("Length", DataType.PARAMETRIC_QUANTITATIVE)) == made
    found = await company.parts.services.datasets.get(company.admin, made)
    assert (found.lsl, found.usl, found.unit) == (1.0, 2.0, "mm")
    assert await put(company, NewDataset("Length", DataType.CHECKBOX)) != made
    assert len(await company.parts.services.datasets.all(company.admin, name="Length")) == 2


async def test_limits_that_are_put_are_those_it_has(company: Company) -> None:
    made = await put(company, LENGTH)
    await put(company, NewDataset("Length", DataType.PARAMETRIC_QUANTITATIVE, usl=3.0))
    found = await company.parts.services.datasets.get(company.admin, made)
    assert (found.lsl, found.usl) == (1.0, 3.0)


async def test_a_limit_can_be_cleared(company: Company) -> None:
    made = await put(company, LENGTH)
    datasets = company.parts.services.datasets
    await datasets.change(company.intent(Scope.CATALOGUE), made, {"lsl": None, "is_active": False})
    found = await datasets.get(company.admin, made)
    assert (found.lsl, found.usl, found.is_active) == (None, 2.0, False)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, ""),
        ({"name": ""}, "name"),
        ({"lsl": math.inf}, "lsl"),
        ({"usl": math.nan}, "usl"),
        ({"lsl": 2.5}, "lsl"),
    ],
)
async def test_unfit_changes_are_refused(company: Company, changes: dict[str, Any], field: str) -> None:
    made = await put(company, LENGTH)
    with pytest.raises(Invalid) as raised:
        await company.parts.services.datasets.change(company.intent(Scope.CATALOGUE), made, changes)
    assert [detail.field for detail in raised.value.details] == [field]


async def test_a_name_in_use_is_not_taken_twice(company: Company) -> None:
    await put(company, LENGTH)
    other = await put(company, NewDataset("Width", DataType.PARAMETRIC_QUANTITATIVE))
    box = await put(company, NewDataset("Box", DataType.CHECKBOX))
    datasets, intent = company.parts.services.datasets, company.intent(Scope.CATALOGUE)
    with pytest.raises(Conflict) as raised:
        await datasets.change(intent, other, {"name": "Length"})
    assert raised.value.code == "DATASET_EXISTS"
    await datasets.change(intent, box, {"name": "Length"})
    await datasets.change(intent, other, {"name": "Width", "usl": 7.0})


async def test_another_companys_dataset_is_not_found(company: Company) -> None:
    other = await make_company(company.parts, "Mill", "max@mill.example")
    made = await put(other, LENGTH)
    datasets = company.parts.services.datasets
    with pytest.raises(NotFound):
        await datasets.get(company.admin, made)
    with pytest.raises(NotFound):
        await datasets.change(company.intent(Scope.CATALOGUE), made, {"name": "Mine"})
    assert await datasets.all(company.admin) == []
    assert await put(company, LENGTH) != made
