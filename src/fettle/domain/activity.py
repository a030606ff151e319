"""The activity log: one entry for every version of a work order. Who, what, old and new value, when."""

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import msgspec

from fettle.domain.canonical import canonical
from fettle.domain.instants import Instant, exact_instant
from fettle.domain.merkle import leaf_hash

Changes = Mapping[str, tuple[Any, Any]]

FORMAT: Final = "fettle-entry-1"
# What people write, or what may name a person: erasable, so it stands apart from what is hashed as it is.
_WRITTEN: Final = "comment reason name description phase step label value_sha256 object_key cdn_url file_name"
_SIGNED: Final = "signer_name meaning nonce"
_LISTS: Final = ("required_photos",)
FREE_TEXT: Final = frozenset((*_WRITTEN.split(), *_SIGNED.split(), *_LISTS))
_INSTANTS: Final = frozenset({"deadline"})
read_json: Final = msgspec.json.Decoder(dict[str, Any]).decode


class EntryType(StrEnum):
    """What happened."""

    CREATED = "CREATED"
    EDITED = "EDITED"
    STATUS_CHANGED = "STATUS_CHANGED"
    COMMENTED = "COMMENTED"
    ATTACHMENT_ADDED = "ATTACHMENT_ADDED"
    ATTACHMENT_COMPLETED = "ATTACHMENT_COMPLETED"
    ATTACHMENT_DELETED = "ATTACHMENT_DELETED"
    PHOTO_ADDED = "PHOTO_ADDED"
    PHOTO_ADDED_LATE = "PHOTO_ADDED_LATE"
    LATE_PHOTO_ACCEPTED = "LATE_PHOTO_ACCEPTED"
    LATE_PHOTO_REJECTED = "LATE_PHOTO_REJECTED"
    PHOTO_LINK_CHANGED = "PHOTO_LINK_CHANGED"
    PHOTO_DELETED = "PHOTO_DELETED"
    EVIDENCE_STATE_CHANGED = "EVIDENCE_STATE_CHANGED"
    REQUIRED_PHOTOS_CHANGED = "REQUIRED_PHOTOS_CHANGED"
    APPROVAL_REQUESTED = "APPROVAL_REQUESTED"
    APPROVAL_GIVEN = "APPROVAL_GIVEN"
    APPROVAL_REJECTED = "APPROVAL_REJECTED"
    APPROVAL_WITHDRAWN = "APPROVAL_WITHDRAWN"
    EVIDENCE_BYTES_REMOVED = "EVIDENCE_BYTES_REMOVED"
    LEGAL_HOLD_SET = "LEGAL_HOLD_SET"
    LEGAL_HOLD_LIFTED = "LEGAL_HOLD_LIFTED"
    ERASED = "ERASED"


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One entry. `seq` is the version of the work order it made; `data` is canonical JSON, at least `{}`.

    `data.changes` maps each changed field to [old, new]; every other key says what the entry is about. What people
    wrote stands apart in `texts`, in the same shape, so that it can be erased: `data.texts_sha256` is the hash of
    `texts`, which a salt keeps from being guessed. `sha256` is the hash of the entry's leaf, `leaf_index` its place in
    the company's log, once it has one.
    """

    id: str
    company_id: str
    work_order_id: str
    seq: int
    type: EntryType
    added_at: Instant
    added_by_user_id: str
    data: str
    sha256: str = ""
    texts: str | None = None
    leaf_index: int | None = None

    @property
    def is_erased(self) -> bool:
        """Whether what people wrote in it is gone."""
        return self.texts is None and "texts_sha256" in read_json(self.data)


class _Leaf(msgspec.Struct, frozen=True):
    """The fields in the order of RFC 8785, so that they are encoded as they stand."""

    added_at: str
    added_by_user_id: str
    company_id: str
    data: msgspec.Raw
    format: str
    id: str
    previous: str | None
    seq: int
    type: EntryType
    work_order_id: str


def seal(entry: Entry, previous_sha256: str | None) -> Entry:
    """The entry with its `sha256`: that of RFC 6962's leaf over `leaf_of`."""
    return msgspec.structs.replace(entry, sha256=leaf_hash(leaf_of(entry, previous_sha256)).hex())


def leaf_of(entry: Entry, previous_sha256: str | None) -> bytes:
    """What an entry puts into the log: canonical JSON, chained to the entry before it of the same work order."""
    return msgspec.json.encode(
        _Leaf(
            exact_instant(entry.added_at),
            entry.added_by_user_id,
            entry.company_id,
            msgspec.Raw(entry.data.encode()),
            FORMAT,
            entry.id,
            previous_sha256,
            entry.seq,
            entry.type,
            entry.work_order_id,
        )
    )


def write_data(changes: Changes | None, about: Mapping[str, Any], salt: str) -> tuple[str, str | None]:
    """The `data` and `texts` of an entry: `about` without its Nones, and `changes` when there are any."""
    data: dict[str, Any] = {key: value for key, value in about.items() if value is not None and key not in FREE_TEXT}
    texts: dict[str, Any] = {key: value for key, value in about.items() if value is not None and key in FREE_TEXT}
    for field, values in (changes or {}).items():
        side = texts if field.rpartition(".")[2] in FREE_TEXT else data
        side.setdefault("changes", {})[field] = _shown(values) if field in _INSTANTS else values
    if not texts:
        return canonical(data).decode(), None
    written = canonical(texts | {"salt": salt})
    data["texts_sha256"] = hashlib.sha256(written).hexdigest()
    return canonical(data).decode(), written.decode()


def said_in(entry: Entry) -> dict[str, Any]:
    """All that an entry says, as far as it is not erased: `data` and `texts` in one."""
    return hear(entry)[0]


def hear(entry: Entry) -> tuple[dict[str, Any], str | None]:
    """The same, and the hash of its texts, when it has or had any."""
    data: dict[str, Any] = read_json(entry.data)
    promised = data.pop("texts_sha256", None)
    if entry.texts is None:
        return data, promised
    texts: dict[str, Any] = read_json(entry.texts)
    del texts["salt"]
    if "changes" in texts and "changes" in data:
        texts["changes"] = data["changes"] | texts["changes"]
    return data | texts, promised


def changes_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """[old, new] for every field of `new` whose value differs."""
    return {field: (old.get(field), value) for field, value in new.items() if old.get(field) != value}


def _shown(values: tuple[Instant | None, Instant | None]) -> list[str | None]:
    return [None if value is None else exact_instant(value) for value in values]
