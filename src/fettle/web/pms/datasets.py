"""Datasets below `/v1`: the named, typed definitions that evidence is filed under. Uploading makes them."""

from msgspec import UNSET, UnsetType

from fettle.domain.catalogue import Dataset, DataType
from fettle.domain.instants import show_instant
from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Uuid
from fettle.web.operations import Operations
from fettle.web.pms.paging import LIST_ERRORS, Listed, ListQuery, filters_of, place_of, show_list
from fettle.web.pms.shapes import Data, Shape, known, show

datasets = Operations("datasets")


class DatasetShape(Shape, frozen=True):
    """One for each name and type; `lsl` and `usl` are its lower and upper limit, in `unit`."""

    id: Uuid
    name: str
    data_type: DataType
    is_active: bool
    created_at: DateTime
    lsl: float | UnsetType = UNSET
    usl: float | UnsetType = UNSET
    unit: str | UnsetType = UNSET


class DatasetQuery(ListQuery, frozen=True):
    """Filters are equality."""

    name: str | UnsetType = UNSET
    data_type: DataType | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET


@datasets("GET", "/v1/datasets", scope=Scope.READ, query=DatasetQuery, answer=Listed[DatasetShape], errors=LIST_ERRORS)
async def list_datasets(call: Call, query: DatasetQuery) -> Response:
    """List the datasets by name."""
    place = place_of(query, "v1.datasets")
    found = await call.services.datasets.page(call.caller, place.rows, **filters_of(query))
    return show_list(place, found.items, found.total, _shape, lambda item: (item.name, item.id))


@datasets("GET", "/v1/datasets/{datasetId}", scope=Scope.READ, answer=Data[DatasetShape], errors=("NOT_FOUND",))
async def get_dataset(call: Call) -> Response:
    """Look at one dataset."""
    return show(_shape(await call.services.datasets.get(call.caller, call.params["datasetId"])))


def _shape(item: Dataset) -> DatasetShape:
    return DatasetShape(
        id=item.id,
        name=item.name,
        data_type=item.data_type,
        is_active=item.is_active,
        created_at=show_instant(item.created_at),
        lsl=known(item.lsl),
        usl=known(item.usl),
        unit=known(item.unit),
    )
