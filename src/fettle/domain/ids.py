"""How things are named: UUIDs in lower case, and the number of a work order."""

import re
from typing import Final

UUID_PATTERN: Final = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"
NUMBER_PATTERN: Final = "^[1-9][0-9]{0,9}$"
MAX_INTEGER: Final = 2_147_483_647
NIL: Final = "00000000-0000-0000-0000-000000000000"

_UUID: Final = re.compile(UUID_PATTERN[1:-1], re.ASCII)
_NUMBER: Final = re.compile(NUMBER_PATTERN[1:-1], re.ASCII)


def parse_uuid(text: str) -> str | None:
    """The id in lower case; None when it is no UUID. Any version and any case are taken (contract A)."""
    return text.lower() if _UUID.fullmatch(text) else None


def parse_reference(text: str) -> str | int | None:
    """What a path's `{id}` may hold: a UUID (as lower-case text) or a work order number; None for anything else."""
    if _NUMBER.fullmatch(text):
        return int(text)
    return parse_uuid(text)
