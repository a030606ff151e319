"""The signature of who completes a work order: what is signed, and what is kept of it."""

import hashlib
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from fettle.domain.activity import Entry, read_json, said_in
from fettle.domain.canonical import fingerprint
from fettle.domain.errors import Conflict
from fettle.domain.instants import Instant
from fettle.domain.people import User
from fettle.domain.reasons import require_reason
from fettle.domain.sentences import Sentence
from fettle.domain.work_orders import Status, WorkOrder

_HEX: Final = re.compile("[0-9a-f]{64}")
FORMAT: Final = "fettle-signature-1"
MAX_MEANING_CHARACTERS: Final = 500
DRAWN_TYPES: Final = frozenset({"image/png", "image/jpeg"})
DEFAULT_MEANING: Final = Sentence(
    "I have carried out this work as described here, and what is recorded of it is true and complete.",
    "J'ai exécuté ce travail tel qu'il est décrit ici, et ce qui en est consigné est exact et complet.",
)


class Method(StrEnum):
    """How the signer showed again who they are."""

    PASSWORD = "password"  # noqa: S105 - the name of a method, not a secret
    PASSKEY = "passkey"


class SignedEvidence(msgspec.Struct, frozen=True):
    """One attachment or photo that is not deleted, as it is when somebody signs; `sha256` None while it is awaited."""

    id: str
    sha256: str | None
    state: str


class Statement(msgspec.Struct, frozen=True):
    """What is signed. Its hash is in the log, where all of it but what people wrote stands as well.

    `log_sha256` is the hash of the entry before, `version` the one that the completion makes; the random `nonce` keeps
    the name from being guessed once it is erased.
    """

    company_id: str
    content_sha256: str
    drawn_sha256: str | None
    evidence_sha256: str
    log_sha256: str
    meaning: str
    method: Method
    nonce: str
    signer_name: str
    signer_user_id: str
    version: int
    work_order_id: str
    status: Status = Status.COMPLETE
    format: str = FORMAT

    @property
    def sha256(self) -> str:
        """SHA-256 in hex of its canonical JSON."""
        return fingerprint(self)


class Signature(msgspec.Struct, frozen=True, array_like=True):
    """A signature that was given with the completion that made this `version`.

    Name and meaning stand in the entry of the log alone, where they can be erased. `assertion` is what a passkey
    answered, as JSON.
    """

    work_order_id: str
    version: int
    company_id: str
    signer_user_id: str
    signed_at: Instant
    method: Method
    statement_sha256: str
    content_sha256: str
    evidence_sha256: str
    drawn_file_name: str | None = None
    assertion: str | None = None

    @property
    def challenge(self) -> bytes:
        """What a passkey signed."""
        return challenge_of(self.statement_sha256)

    @property
    def assertion_sha256(self) -> str | None:
        """SHA-256 in hex of the text, which the entry of the log names."""
        return assertion_sha256(self.assertion)


class Signed(NamedTuple):
    """A signature with what the log has of its words; None where they are erased."""

    signature: Signature
    signer_name: str | None
    meaning: str | None


def assertion_sha256(assertion: str | None) -> str | None:
    """SHA-256 in hex of what a passkey answered, where one did."""
    return None if assertion is None else hashlib.sha256(assertion.encode()).hexdigest()


def challenge_of(statement_sha256: str) -> bytes:
    """What a passkey signs: the hash of the statement, empty for what is none."""
    return bytes.fromhex(statement_sha256) if _HEX.fullmatch(statement_sha256) else b""


def check_meaning(meaning: str) -> str:
    """The meaning as it is; raises INVALID_BODY for one that nobody could see."""
    require_reason(meaning, "meaning")
    return meaning


def printed_name(user: User) -> str:
    """The name that stands below a signature."""
    return f"{user.first_name} {user.last_name}".strip() or user.email


def evidence_sha256(evidence: Iterable[SignedEvidence]) -> str:
    """SHA-256 in hex of the canonical JSON `[{"id":…,"sha256":…,"state":…},…]`, sorted by id."""
    return fingerprint(sorted(evidence, key=lambda each: each.id))


def signed_of(signature: Signature, entry: Entry | None) -> Signed:
    """The signature with the words of its entry."""
    said = said_in(entry) if entry is not None else {}
    return Signed(signature, said.get("signer_name"), said.get("meaning"))


def statement_in(entry: Entry, previous_sha256: str) -> Statement | None:
    """What was signed, as the log has it; None where its words are erased, or nothing was signed."""
    data, said = read_json(entry.data), said_in(entry)
    if "statement_sha256" not in data or entry.texts is None:
        return None
    return Statement(
        company_id=entry.company_id,
        content_sha256=data.get("content_sha256", ""),
        drawn_sha256=data.get("drawn_sha256"),
        evidence_sha256=data.get("evidence_sha256", ""),
        log_sha256=previous_sha256,
        meaning=said.get("meaning", ""),
        method=data.get("method", ""),
        nonce=said.get("nonce", ""),
        signer_name=said.get("signer_name", ""),
        signer_user_id=entry.added_by_user_id,
        version=entry.seq,
        work_order_id=entry.work_order_id,
    )


def signature_required(order: WorkOrder) -> Conflict:
    """SIGNATURE_REQUIRED, naming the way."""
    return Conflict("SIGNATURE_REQUIRED", number=order.wo_number)
