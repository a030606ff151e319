"""Datasets: the named, typed definitions that evidence is filed under (contract A, "Further objects")."""

from typing import Annotated, Any, Final, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, structs

from fettle.domain.catalogue import Dataset, DataType, parse_data_type
from fettle.domain.errors import Detail, Invalid
from fettle.domain.instants import show_instant
from fettle.domain.people import Scope
from fettle.services.datasets import NewDataset
from fettle.web.answers import Response, as_json
from fettle.web.calls import Call
from fettle.web.fields import PARAMETER, DateTime, Name, Uuid, uuid_of
from fettle.web.operations import Operations
from fettle.web.serial.shapes import REPLAYED_HEADER, equal_fields, replay

serial: Final = Operations("datasets (Serial)")

TypeName = Literal[
    "PARAMETRIC_QUANTITATIVE",
    "PARAMETRIC_QUALITATIVE",
    "CHECKBOX",
    "LINK",
    "IMAGE",
    "FILE",
    "UID",
    "NUMERICAL",
    "TEXT",
    "BOOLEAN",
]
Unit = Annotated[str, Meta(max_length=100)]


class ShownDataset(Struct, frozen=True):
    """A dataset. What belongs to Serial's processes is always null here, and `values` empty."""

    id: Uuid
    name: str
    process_id: None
    data_type: DataType
    created_at: DateTime
    process_revision: None
    order: None
    lsl: float | None
    usl: float | None
    unit: str | None
    child_component_id: None
    expected_value: None
    is_active: bool
    values: list[str]


class DatasetQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Conditions, by equality; a type by either of its names."""

    name: str | UnsetType = UNSET
    type: TypeName | UnsetType = UNSET
    process_id: Uuid | UnsetType = UNSET


class PutDataset(Struct, frozen=True, forbid_unknown_fields=True):
    """The dataset of this name and type, with these limits; there are no processes here, so that none can be named."""

    name: Name
    type: TypeName
    process_id: Uuid | None = None
    lsl: float | None = None
    usl: float | None = None
    unit: Unit | None = None


class EditDataset(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be different; null takes a limit away."""

    name: Name | UnsetType = UNSET
    lsl: float | UnsetType | None = UNSET
    usl: float | UnsetType | None = UNSET
    is_active: bool | UnsetType = UNSET


@serial(
    "GET",
    "/datasets",
    scope=Scope.READ,
    query=DatasetQuery,
    answer=list[ShownDataset],
)
async def datasets(call: Call, query: DatasetQuery) -> Response:
    """List the datasets."""
    if query.process_id is not UNSET:
        uuid_of(query.process_id, "process_id", PARAMETER)
        return as_json([])
    equal = equal_fields(query)
    if query.type is not UNSET:
        equal["data_type"] = parse_data_type(equal.pop("type"))
    found = await call.services.datasets.all(call.caller, **equal)
    return as_json([_dataset(dataset) for dataset in found])


@serial(
    "PUT",
    "/datasets",
    scope=Scope.CATALOGUE,
    body=PutDataset,
    answer=ShownDataset,
    headers=REPLAYED_HEADER,
    examples={"body": {"name": "Shaft diameter", "type": "NUMERICAL", "lsl": 39.98, "usl": 40.02, "unit": "mm"}},
)
async def put(call: Call, body: PutDataset) -> Response:
    """Find or make the dataset of a name and type."""
    data_type = parse_data_type(body.type)
    if body.process_id is not None:
        raise Invalid("INVALID_BODY", Detail("process_id", "not_found"))
    if data_type is None:
        raise Invalid("INVALID_BODY", Detail("type", "one_of", {"allowed": ", ".join(DataType)}))
    new = NewDataset(body.name, data_type, body.lsl, body.usl, body.unit)
    done = await call.services.datasets.put(call.intent(), new)
    return await _answer(call, done.id, replayed=done.replayed)


@serial(
    "PATCH",
    "/datasets/{dataset_id}",
    scope=Scope.CATALOGUE,
    body=EditDataset,
    answer=ShownDataset,
    headers=REPLAYED_HEADER,
    errors=("DATASET_EXISTS",),
    examples={"body": {"lsl": 39.97, "usl": None}},
)
async def edit(call: Call, body: EditDataset) -> Response:
    """Change a dataset."""
    changes: dict[str, Any] = {name: value for name, value in structs.asdict(body).items() if value is not UNSET}
    done = await call.services.datasets.change(call.intent(), call.params["dataset_id"], changes)
    return await _answer(call, done.id, replayed=done.replayed)


async def _answer(call: Call, dataset_id: str, *, replayed: bool) -> Response:
    found = await call.services.datasets.get(call.caller, dataset_id)
    return as_json(_dataset(found), headers=replay(replayed))


def _dataset(dataset: Dataset) -> ShownDataset:
    return ShownDataset(
        id=dataset.id,
        name=dataset.name,
        process_id=None,
        data_type=dataset.data_type,
        created_at=show_instant(dataset.created_at),
        process_revision=None,
        order=None,
        lsl=dataset.lsl,
        usl=dataset.usl,
        unit=dataset.unit,
        child_component_id=None,
        expected_value=None,
        is_active=dataset.is_active,
        values=[],
    )
