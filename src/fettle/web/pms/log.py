"""The log of the company: signed checkpoints, proofs for who does not trust us, and what the server finds itself."""

from base64 import b64encode
from typing import Final

from fettle.domain.checkpoint_copies import CheckpointCopy
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.instants import show_instant
from fettle.domain.people import Scope
from fettle.services.checkpoint_copies import Copied
from fettle.services.log import Proof
from fettle.services.verification import CheckedFile, Verified
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import given
from fettle.web.operations import Operations
from fettle.web.pms.log_shapes import (
    CheckedFileShape,
    CheckpointShape,
    CheckpointsQuery,
    ConsistencyQuery,
    ConsistencyShape,
    CopiedCheckpointShape,
    CopyShape,
    ProblemShape,
    ProofShape,
    ProofsQuery,
    ProofsShape,
    VerificationShape,
    VerifierKeyShape,
)
from fettle.web.pms.shapes import ORDER_ERRORS, Data, known, known_instant, show

log = Operations("log")
_MOST_PROOFS: Final = 100


@log("GET", "/v1/log/key", scope=Scope.READ, answer=Data[VerifierKeyShape])
async def get_key(call: Call) -> Response:
    """Show the public key that signs the company's checkpoints; keep it where nobody of the server's reaches it."""
    return show(VerifierKeyShape(call.services.log.key_of(call.caller.company_id)))


@log("GET", "/v1/log/checkpoint", scope=Scope.READ, answer=Data[CheckpointShape], errors=("NOT_FOUND",))
async def get_checkpoint(call: Call) -> Response:
    """Show the newest checkpoint. Whoever keeps it can prove later that nothing before it was changed or dropped."""
    return show(_checkpoint(await call.services.log.newest(call.caller)))


@log("POST", "/v1/log/checkpoint", scope=Scope.READ, status=201, answer=Data[CheckpointShape])
async def make_checkpoint(call: Call) -> Response:
    """Sign a checkpoint that covers all that is in the record now; the newest one where that covers it already."""
    return show(_checkpoint(await call.services.log.check_in(call.caller.company_id)), 201)


@log(
    "GET",
    "/v1/log/checkpoints",
    scope=Scope.READ,
    query=CheckpointsQuery,
    answer=Data[list[CopiedCheckpointShape]],
)
async def list_checkpoints(call: Call, query: CheckpointsQuery) -> Response:
    """List checkpoints and where their copies are, the largest first, about 100 at a time.

    The next page is that before the last `size` of this one; an empty one is the end.
    """
    found = await call.services.checkpoint_copies.page(call.caller, query.before_size)
    return show([_copied(each) for each in found])


@log(
    "GET",
    "/v1/log/consistency",
    scope=Scope.READ,
    query=ConsistencyQuery,
    answer=Data[ConsistencyShape],
)
async def get_consistency(call: Call, query: ConsistencyQuery) -> Response:
    """Prove that the log of `new` entries has grown out of that of `old` (RFC 6962 section 2.1.2)."""
    found = await call.services.log.consistency(call.caller, query.old, given(query.new))
    return show(ConsistencyShape(query.old, found.new, _texts(found.path)))


@log(
    "GET",
    "/v1/work-orders/{id}/proofs",
    scope=Scope.READ,
    query=ProofsQuery,
    answer=Data[ProofsShape],
    errors=ORDER_ERRORS,
)
async def get_proofs(call: Call, query: ProofsQuery) -> Response:
    """Prove that entries of a work order are in the company's log (RFC 6962 section 2.1.1).

    From version `fromVersion` on, 100 at a time; all of them against the checkpoint that comes with them.
    """
    found = await call.services.log.proofs(call.caller, call.order.id, query.from_version, _MOST_PROOFS)
    return show(ProofsShape(_checkpoint(found.checkpoint), [_proof(proof) for proof in found.proofs]))


@log(
    "GET",
    "/v1/work-orders/{id}/verification",
    scope=Scope.READ,
    answer=Data[VerificationShape],
    errors=ORDER_ERRORS,
)
async def verify_order(call: Call) -> Response:
    """Check the work order against its log, and its log against the newest checkpoint.

    Bytes are those of the last check: `readAt` says when each file was read. Proof for who does not trust the server
    is what it cannot give: for that there are `proofs`, and checkpoints kept elsewhere.
    """
    return show(_verification(await call.services.verification.of_order(call.caller, call.order.id)))


def _checkpoint(checkpoint: Checkpoint) -> CheckpointShape:
    root = b64encode(bytes.fromhex(checkpoint.root)).decode()
    return CheckpointShape(checkpoint.size, root, show_instant(checkpoint.made_at), checkpoint.note)


def _copied(found: Copied) -> CopiedCheckpointShape:
    shown = _checkpoint(found.checkpoint)
    copies = [_copy(each) for each in found.copies]
    return CopiedCheckpointShape(shown.size, shown.root, shown.made_at, shown.note, copies)


def _copy(copy: CheckpointCopy) -> CopyShape:
    return CopyShape(
        copy.destination, copy.attempts, known_instant(copy.delivered_at), known(copy.last_error), known(copy.proof)
    )


def _proof(proof: Proof) -> ProofShape:
    entry = proof.entry
    return ProofShape(
        entry.seq, entry.leaf_index or 0, entry.sha256, proof.leaf.decode(), _texts(proof.path), known(entry.texts)
    )


def _verification(found: Verified) -> VerificationShape:
    return VerificationShape(
        work_order_id=found.order.id,
        holds=not found.problems,
        checked_at=show_instant(found.checked_at),
        entries=found.entries,
        covered=found.covered,
        problems=[ProblemShape(problem.finding, problem.where) for problem in found.problems],
        files=[_file(file) for file in found.files],
        checkpoint=known(_checkpoint(found.checkpoint) if found.checkpoint else None),
    )


def _file(file: CheckedFile) -> CheckedFileShape:
    instants = map(known_instant, (file.read_at, file.damaged_at, file.removed_at))
    return CheckedFileShape(file.evidence_id, file.sha256, file.size, *instants)


def _texts(path: list[bytes]) -> list[str]:
    return [b64encode(each).decode() for each in path]
