"""Completing a work order with a signature: who completes it shows again who they are, and what they sign is kept."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from fettle.domain.accounts import require_user_token
from fettle.domain.activity import EntryType
from fettle.domain.approvals import require_same_content
from fettle.domain.completions import (
    DRAWN_TYPES,
    Method,
    Signature,
    Signed,
    SignedEvidence,
    Statement,
    check_meaning,
    evidence_sha256,
    printed_name,
    signed_of,
)
from fettle.domain.errors import Conflict, invalid_field
from fettle.domain.files import Origin, StoredFile
from fettle.domain.passkeys import Purpose
from fettle.domain.work_orders import Status, WorkOrder
from fettle.services.activity import record
from fettle.services.content import hash_content
from fettle.services.gate import Act, Done, Gate, Intent, require_user
from fettle.services.moves import require_movable
from fettle.services.passkeys import ask
from fettle.services.proofs import Proof
from fettle.services.rows import Transaction


class Wish(NamedTuple):
    """What the signer says: what the signature means, the content that was seen, a drawn signature, a comment.

    `drawn` names a file that the signer sent before.
    """

    meaning: str
    seen_sha256: str | None = None
    drawn: str | None = None
    comment: str | None = None


class Completions:
    """Signatures are given with the completion and never taken back; opening the order again leaves them listed."""

    def __init__(self, gate: Gate) -> None:
        """The gate comes from `build.py`."""
        self._gate = gate

    async def ask(self, intent: Intent, work_order_id: str, wish: Wish) -> Done:
        """Open a challenge for the caller's passkeys: the hash of the statement that they would sign now.

        Raises as `complete`, and NO_PASSKEY.
        """
        require_user_token(intent.caller)
        check_meaning(wish.meaning)

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            statement = _state(tx, act, intent, order, wish, method=Method.PASSKEY, nonce=act.new_salt())
            if not tx.passkeys.of_user(act.actor_id):
                raise Conflict("NO_PASSKEY")
            ask(tx, act, Purpose.SIGN, order.id, statement.nonce, statement.sha256)
            return Done(order.id)

        return await self._gate.write(intent, command, work_order_id=work_order_id)

    async def complete(self, intent: Intent, work_order_id: str, wish: Wish, proof: Proof) -> Done:
        """Move the order from PRODUCTION to COMPLETE, signed.

        Raises USER_TOKEN_REQUIRED, INVALID_BODY for a meaning or a drawing that cannot be taken, what bars the move
        (see `WorkOrders.move`; ILLEGAL_MOVE for one that is complete already), CONTENT_CHANGED, what the proof raises.
        """
        require_user_token(intent.caller)
        check_meaning(wish.meaning)

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            statement = _state(tx, act, intent, order, wish, method=proof.method, nonce=proof.nonce(act))
            signer = require_user(tx, act.company_id, act.actor_id, "signer_user_id")
            assertion = proof.assertion(tx, act, signer, statement)
            signature = _signature(act, statement, wish.drawn, assertion)
            changes = {"status": (order.status, Status.COMPLETE)}
            about = _about(statement, signature) | {"comment": wish.comment}
            version = record(tx, act, order, EntryType.STATUS_CHANGED, changes, {"status": Status.COMPLETE}, **about)
            tx.signatures.add(signature)
            return Done(order.id, version=version)

        return await self._gate.write(intent, command, work_order_id=work_order_id)


def _state(
    tx: Transaction, act: Act, intent: Intent, order: WorkOrder, wish: Wish, *, method: Method, nonce: str
) -> Statement:
    """What is signed when the order is completed now; raises what bars that."""
    drawn = _find_drawn(tx, act, wish.drawn)
    require_movable(tx, act, intent, order, Status.COMPLETE, wish.comment, is_signed=True)
    signer = require_user(tx, act.company_id, act.actor_id, "signer_user_id")
    statement = Statement(
        company_id=order.company_id,
        content_sha256=hash_content(tx, order),
        drawn_sha256=drawn.sha256 if drawn else None,
        evidence_sha256=evidence_sha256(_evidence(tx, order)),
        log_sha256=order.log_sha256,
        meaning=wish.meaning,
        method=method,
        nonce=nonce,
        signer_name=printed_name(signer),
        signer_user_id=signer.id,
        version=order.version + 1,
        work_order_id=order.id,
    )
    require_same_content(wish.seen_sha256, statement.content_sha256)
    return statement


def signatures_of(tx: Transaction, work_order_id: str) -> list[Signed]:
    """All signatures of an order, the oldest first."""
    found = tx.signatures.of_order(work_order_id)
    return [signed_of(each, tx.activity.find(work_order_id, each.version)) for each in found]


def drawings_of(tx: Transaction, company_id: str, signatures: Iterable[Signature]) -> dict[str, StoredFile]:
    """The files of drawn signatures, by name."""
    names = [each.drawn_file_name for each in signatures if each.drawn_file_name is not None]
    return {file.name: file for file in tx.files.of_names(company_id, names)}


def _evidence(tx: Transaction, order: WorkOrder) -> Iterator[SignedEvidence]:
    there = [entry for entry in tx.evidence.of_orders([order.id]) if entry.deleted_at is None]
    files = tx.files.of_names(order.company_id, [entry.file_name for entry in there])
    hashes = {file.name: file.sha256 for file in files}
    for entry in there:
        yield SignedEvidence(entry.id, hashes.get(entry.file_name), entry.state)


def _find_drawn(tx: Transaction, act: Act, name: str | None) -> StoredFile | None:
    """A picture that the signer sent; raises INVALID_BODY for anything else."""
    if name is None:
        return None
    file = tx.files.find_for_change(act.company_id, name)
    if (
        file is None
        or file.removed_at is not None
        or file.origin is not Origin.UPLOAD
        or file.created_by_user_id != act.actor_id
    ):
        raise invalid_field("drawn_signature", "not_your_file")
    if file.content_type not in DRAWN_TYPES:
        raise invalid_field("drawn_signature", "one_of", allowed=", ".join(sorted(DRAWN_TYPES)))
    return file


def _signature(act: Act, statement: Statement, drawn: str | None, assertion: str | None) -> Signature:
    return Signature(
        work_order_id=statement.work_order_id,
        version=statement.version,
        company_id=statement.company_id,
        signer_user_id=statement.signer_user_id,
        signed_at=act.now,
        method=statement.method,
        statement_sha256=statement.sha256,
        content_sha256=statement.content_sha256,
        evidence_sha256=statement.evidence_sha256,
        drawn_file_name=drawn,
        assertion=assertion,
    )


def _about(statement: Statement, signature: Signature) -> dict[str, Any]:
    """What the entry says of the signature, so that the statement can be computed from it again."""
    return {
        "statement_sha256": signature.statement_sha256,
        "content_sha256": statement.content_sha256,
        "evidence_sha256": statement.evidence_sha256,
        "drawn_sha256": statement.drawn_sha256,
        "assertion_sha256": signature.assertion_sha256,
        "method": statement.method,
        "signer_name": statement.signer_name,
        "meaning": statement.meaning,
        "nonce": statement.nonce,
    }
