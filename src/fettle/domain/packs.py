"""An evidence pack: a ZIP that can be verified without the server. Its files and their form (docs/proof.md)."""

from typing import Any, Final

import msgspec

from fettle.domain.evidence import Kind, State, Type
from fettle.domain.work_orders import Status

FORMAT: Final = "fettle-evidence-pack-1"
MANIFEST, MANIFEST_NOTE = "manifest.json", "manifest.note"
CHECKPOINT, KEY, GROWTH, STAMPS = "checkpoint.txt", "key.txt", "growth.jsonl", "stamps.jsonl"
LOG, REPORT = "log.jsonl", "report.pdf"


class _Written(msgspec.Struct, rename="camel", omit_defaults=True, frozen=True):
    """What is not there is left out; what is not known here is left alone by who reads it."""


class PackedFile(_Written, frozen=True):
    """One file of the pack, but for the manifest and its note: where it is, its bytes, their hex SHA-256.

    `modified_at` is its time in the ZIP: when it was received, or made.
    """

    path: str
    size: int
    sha256: str
    modified_at: str


class PackedEvidence(_Written, frozen=True):
    """One attachment or photo as the record has it; `path` where its bytes are in the pack, else `state` says why not.

    `taken_at` is the device's word, `received_at` the server's; `facts` is what the file says of itself.
    """

    id: str
    kind: Kind
    type: Type
    name: str
    state: State
    received_at: str
    added_by: str
    path: str | None = None
    sha256: str | None = None
    size: int | None = None
    content_type: str | None = None
    original_file_name: str | None = None
    value: str | None = None
    step: str | None = None
    taken_at: str | None = None
    deleted: bool = False
    deletion_reason: str | None = None
    late: str | None = None
    facts: dict[str, Any] = {}


class PackedApproval(_Written, frozen=True):
    """What one approver said, of which content."""

    approver: str
    status: str
    asked_at: str
    answered_at: str | None = None
    comment: str | None = None
    content_sha256: str | None = None


class PackedSignature(_Written, frozen=True):
    """A signature that was given with the completion that made this `version`; its words are in that entry of the log.

    `assertion` is what a passkey answered, `path` where the bytes of a drawn signature are.
    """

    version: int
    method: str
    statement_sha256: str
    assertion: str | None = None
    path: str | None = None


class PackedOrder(_Written, frozen=True):
    """One work order as the record has it: it has to be what its log says. `version` is that of the newest entry."""

    id: str
    number: int
    name: str
    status: Status
    version: int
    log_sha256: str
    log: str
    evidence: list[PackedEvidence]
    approvals: list[PackedApproval] = []
    signatures: list[PackedSignature] = []
    description: str | None = None
    report: str | None = None


class PackedPerson(_Written, frozen=True):
    """Who is behind an id in the log, as the record has it now."""

    id: str
    name: str


class Manifest(_Written, frozen=True):
    """What is in the pack. `files` names every file but the manifest and its note."""

    format: str
    made_at: str
    company_id: str
    company: str
    checkpoint_size: int
    orders: list[PackedOrder]
    files: list[PackedFile]
    people: list[PackedPerson] = []


class PackedEntry(_Written, frozen=True):
    """A line of a log: the leaf as it is hashed, its place and inclusion proof; its texts unless they are erased."""

    leaf: str
    leaf_index: int
    path: list[str]
    texts: str | None = None


class PackedGrowth(_Written, frozen=True):
    """A line of `growth.jsonl`: that the log of the pack's checkpoint grew out of an earlier one."""

    size: int
    root: str
    path: list[str]


class PackedStamp(_Written, frozen=True):
    """A line of `stamps.jsonl`: a checkpoint as it was signed, and the time-stamp token for it in base64 (RFC 3161)."""

    note: str
    token: str


def pack_text(company_id: str, manifest_sha256: str) -> str:
    """What is signed of a pack: two lines, which no checkpoint can be."""
    return f"{FORMAT} {company_id}\n{manifest_sha256}\n"
