"""Keys: paths of plain segments, made by us. They are looked at once more, for a wrong one could leave the root."""

import re
from typing import Final

_OURS: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+", re.ASCII)
INCOMING: Final = "incoming"
GROWING: Final = "growing"


def check_key(key: str) -> str:
    """The key; raises ValueError unless it is segments of letters, digits and `._-` that begin with no dot."""
    if _OURS.fullmatch(key) is None:
        raise ValueError(f"not a key of this store: {key!r}")
    return key


def folder_of(prefix: str) -> str:
    """The folder that holds every key with this prefix; raises ValueError for one outside of the root."""
    if prefix.startswith("/") or ".." in prefix.split("/"):
        raise ValueError(f"not a prefix of this store: {prefix!r}")
    return prefix.rpartition("/")[0]


def incoming_key(company_id: str, object_key: str) -> str:
    """The key of an object that a client of the company puts into the bucket under a name of its own."""
    return f"{INCOMING}/{company_id}/{object_key}"
