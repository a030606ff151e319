"""What work orders are about: components, their part numbers, and the datasets that evidence is filed under."""

from enum import StrEnum

import msgspec

from fettle.domain.instants import Instant


class ComponentType(StrEnum):
    """Made and followed one by one (serial number), or by the lot."""

    SN = "SN"
    LOT = "LOT"


class Component(msgspec.Struct, frozen=True, array_like=True):
    """What is made or maintained."""

    id: str
    company_id: str
    name: str
    component_type: ComponentType
    is_active: bool
    created_at: Instant
    last_edited_at: Instant | None = None
    last_edited_user_id: str | None = None


class PartNumber(msgspec.Struct, frozen=True, array_like=True):
    """A variant of one component; unique by its text within the company."""

    id: str
    company_id: str
    part_number: str
    component_id: str
    description: str | None
    is_active: bool
    created_at: Instant
    last_edited_at: Instant | None = None
    last_edited_user_id: str | None = None


class DataType(StrEnum):
    """Kinds of dataset, as Serial stores them."""

    PARAMETRIC_QUANTITATIVE = "PARAMETRIC_QUANTITATIVE"
    PARAMETRIC_QUALITATIVE = "PARAMETRIC_QUALITATIVE"
    CHECKBOX = "CHECKBOX"
    LINK = "LINK"
    IMAGE = "IMAGE"
    FILE = "FILE"
    UID = "UID"


# Serial speaks some types by another name; both are understood.
SPOKEN_DATA_TYPES = {
    "NUMERICAL": DataType.PARAMETRIC_QUANTITATIVE,
    "TEXT": DataType.PARAMETRIC_QUALITATIVE,
    "BOOLEAN": DataType.CHECKBOX,
    "LINK": DataType.LINK,
    "IMAGE": DataType.IMAGE,
    "FILE": DataType.FILE,
}


class Dataset(msgspec.Struct, frozen=True, array_like=True):
    """A named, typed definition: one for each (company, name, type). Limits are numbers in `unit`."""

    id: str
    company_id: str
    name: str
    data_type: DataType
    created_at: Instant
    lsl: float | None = None
    usl: float | None = None
    unit: str | None = None
    is_active: bool = True


def parse_data_type(text: str) -> DataType | None:
    """The type by either of its names; None for no type at all."""
    return SPOKEN_DATA_TYPES.get(text) or (DataType(text) if text in DataType.__members__ else None)
