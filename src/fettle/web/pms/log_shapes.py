"""What `/v1` shows of the log. Hashes of the tree are base64, those of entries and files hex."""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from fettle.domain.checkpoint_copies import Destination, Fault
from fettle.domain.verification import Finding
from fettle.web.fields import DateTime, PositiveInteger, Uuid
from fettle.web.pms.shapes import Shape

Count = Annotated[int, Meta(ge=0, le=1 << 53)]


class ConsistencyQuery(msgspec.Struct, rename="camel", forbid_unknown_fields=True, frozen=True):
    """Sizes of the log: of the checkpoint that was kept, and of a later one; without `new` that of the log now."""

    old: Count = 0
    new: Count | UnsetType = UNSET


class ProofsQuery(msgspec.Struct, rename="camel", forbid_unknown_fields=True, frozen=True):
    """From which version of the work order on."""

    from_version: PositiveInteger = 1


class VerifierKeyShape(Shape, frozen=True):
    """`verifierKey` is the Ed25519 public key as C2SP signed-note writes it: name, id, key."""

    verifier_key: str


class CheckpointShape(Shape, frozen=True):
    """The first `size` entries of the company's log have this `root`; `note` says so, signed (C2SP tlog-checkpoint)."""

    size: Count
    root: str
    made_at: DateTime
    note: str


class CheckpointsQuery(msgspec.Struct, rename="camel", forbid_unknown_fields=True, frozen=True):
    """Checkpoints of fewer entries than `beforeSize`; without it the newest."""

    before_size: Count = 1 << 53


class CopyShape(Shape, frozen=True):
    """A copy of a checkpoint out of the server's hands. `error` says what became of the last attempt that failed.

    `proof` is what the destination gave: a file's name, the version of an object in S3, a time-stamp token (RFC 3161,
    DER, base64).
    """

    destination: Destination
    attempts: int
    delivered_at: DateTime | UnsetType = UNSET
    error: Fault | UnsetType = UNSET
    proof: str | UnsetType = UNSET


class CopiedCheckpointShape(CheckpointShape, frozen=True):
    """A checkpoint and what is known of its copies."""

    copies: list[CopyShape]


class ConsistencyShape(Shape, frozen=True):
    """The proof, to be verified as RFC 9162 section 2.1.4.2 describes."""

    old: Count
    new: Count
    path: list[str]


class ProofShape(Shape, frozen=True):
    """One entry: `leaf` is the text that is hashed, `path` is verified as RFC 9162 section 2.1.3.2 describes.

    `texts` is what people wrote in it, of which the leaf has the hash; absent where nobody did, or it is erased.
    """

    version: PositiveInteger
    leaf_index: Count
    sha256: str
    leaf: str
    path: list[str]
    texts: str | UnsetType = UNSET


class ProofsShape(Shape, frozen=True):
    """Entries of a work order in the order of their versions, and the checkpoint that covers them."""

    checkpoint: CheckpointShape
    proofs: list[ProofShape]


class ProblemShape(Shape, frozen=True):
    """What does not hold, and where."""

    finding: Finding
    where: str


class CheckedFileShape(Shape, frozen=True):
    """Bytes of evidence; `readAt` is when they were last compared with their SHA-256.

    `removedAt`: they are gone for good, by an entry of the log.
    """

    evidence_id: Uuid
    sha256: str
    size: Count
    read_at: DateTime | UnsetType = UNSET
    damaged_at: DateTime | UnsetType = UNSET
    removed_at: DateTime | UnsetType = UNSET


class VerificationShape(Shape, frozen=True):
    """Of `entries` in all, `covered` are in the log of the checkpoint; the rest is too new to be proven yet."""

    work_order_id: Uuid
    holds: bool
    checked_at: DateTime
    entries: Count
    covered: Count
    problems: list[ProblemShape]
    files: list[CheckedFileShape]
    checkpoint: CheckpointShape | UnsetType = UNSET
