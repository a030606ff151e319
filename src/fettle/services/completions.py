"""Completing a work order with a signature: who completes it shows again who they are, and what they sign is kept."""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

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
from fettle.domain.errors import Unauthenticated, invalid_field
from fettle.domain.files import Origin, StoredFile
from fettle.domain.people import Caller, User
from fettle.domain.work_orders import Status, WorkOrder
from fettle.services.activity import record
from fettle.services.content import hash_content
from fettle.services.gate import Act, Done, Gate, Intent, require_user
from fettle.services.moves import require_movable
from fettle.services.password_checks import PasswordChecks
from fettle.services.ports import Database
from fettle.services.rows import Transaction


class Wish(NamedTuple):
    """What the signer says: what the signature means, the content that was seen, a drawn signature, a comment.

    `drawn` names a file that the signer sent before.
    """

    meaning: str
    seen_sha256: str | None = None
    drawn: str | None = None
    comment: str | None = None


class Proof(Protocol):
    """That the signer is who they say they are: shown just now."""

    @property
    def method(self) -> Method: ...

    def nonce(self, act: Act) -> str:
        """What the statement is salted with."""
        ...

    def assertion(self, tx: Transaction, act: Act, signer: User, statement: Statement) -> str | None:
        """What is kept of it; raises when it does not count for this person and statement now."""
        ...


class PasswordProof(NamedTuple):
    """A password that was right a moment ago; `password_hash` is what it was compared with."""

    password_hash: str
    method: Method = Method.PASSWORD

    def nonce(self, act: Act) -> str:
        """A fresh one."""
        return act.new_salt()

    def assertion(self, _tx: Transaction, _act: Act, signer: User, _statement: Statement) -> None:
        """Raise WRONG_PASSWORD when the password was changed meanwhile."""
        if signer.password_hash != self.password_hash:
            raise Unauthenticated("WRONG_PASSWORD")


class Completions:
    """Signatures are given with the completion and never taken back; opening the order again leaves them listed."""

    def __init__(self, database: Database, gate: Gate, passwords: PasswordChecks) -> None:
        """All come from `build.py`."""
        self._database = database
        self._gate = gate
        self._passwords = passwords

    async def prove(self, caller: Caller, password: str) -> PasswordProof:
        """Compare the caller's password; raises USER_TOKEN_REQUIRED for an API key, WRONG_PASSWORD."""
        require_user_token(caller)
        user = await self._database.peek(lambda tx: tx.people.find_user(caller.company_id, caller.user_id))
        encoded = user.password_hash if user else None
        if not await self._passwords.matches(encoded, password) or encoded is None:
            raise Unauthenticated("WRONG_PASSWORD")
        return PasswordProof(encoded)

    async def complete(self, intent: Intent, work_order_id: str, wish: Wish, proof: Proof) -> Done:
        """Move the order from PRODUCTION to COMPLETE, signed.

        Raises USER_TOKEN_REQUIRED, INVALID_BODY for a meaning or a drawing that cannot be taken, what bars the move
        (see `WorkOrders.move`; ILLEGAL_MOVE for one that is complete already), CONTENT_CHANGED, what the proof raises.
        """
        require_user_token(intent.caller)
        check_meaning(wish.meaning)

        def command(tx: Transaction, act: Act) -> Done:
            order = tx.work_orders.get_for_change(act.company_id, work_order_id)
            drawn = _find_drawn(tx, act, wish.drawn)
            require_movable(tx, act, intent, order, Status.COMPLETE, wish.comment, is_signed=True)
            signer = require_user(tx, act.company_id, act.actor_id, "signer_user_id")
            statement = state(tx, signer, order, wish.meaning, drawn, method=proof.method, nonce=proof.nonce(act))
            require_same_content(wish.seen_sha256, statement.content_sha256)
            assertion = proof.assertion(tx, act, signer, statement)
            signature = _signature(act, statement, drawn, assertion)
            changes = {"status": (order.status, Status.COMPLETE)}
            about = _about(statement, signature) | {"comment": wish.comment}
            version = record(tx, act, order, EntryType.STATUS_CHANGED, changes, {"status": Status.COMPLETE}, **about)
            tx.signatures.add(signature)
            return Done(order.id, version=version)

        return await self._gate.write(intent, command, work_order_id=work_order_id)


def state(
    tx: Transaction,
    signer: User,
    order: WorkOrder,
    meaning: str,
    drawn: StoredFile | None,
    *,
    method: Method,
    nonce: str,
) -> Statement:
    """What is signed when the order is completed now."""
    return Statement(
        company_id=order.company_id,
        content_sha256=hash_content(tx, order),
        drawn_sha256=drawn.sha256 if drawn else None,
        evidence_sha256=evidence_sha256(_evidence(tx, order)),
        log_sha256=order.log_sha256,
        meaning=meaning,
        method=method,
        nonce=nonce,
        signer_name=printed_name(signer),
        signer_user_id=signer.id,
        version=order.version + 1,
        work_order_id=order.id,
    )


def signatures_of(tx: Transaction, work_order_id: str) -> list[Signed]:
    """All signatures of an order, the oldest first."""
    found = tx.signatures.of_order(work_order_id)
    return [signed_of(each, tx.activity.find(work_order_id, each.version)) for each in found]


def _evidence(tx: Transaction, order: WorkOrder) -> Iterator[SignedEvidence]:
    there = [entry for entry in tx.evidence.of_orders([order.id]) if entry.deleted_at is None]
    files = tx.files.of_names(order.company_id, [entry.file_name for entry in there])
    hashes = {file.name: file.sha256 for file in files}
    for entry in there:
        yield SignedEvidence(entry.id, entry.kind, hashes.get(entry.file_name), entry.state)


def _find_drawn(tx: Transaction, act: Act, name: str | None) -> StoredFile | None:
    """A picture that the signer sent; raises INVALID_BODY for anything else."""
    if name is None:
        return None
    file = tx.files.find(act.company_id, name)
    if file is None or file.origin is not Origin.UPLOAD or file.created_by_user_id != act.actor_id:
        raise invalid_field("drawn_signature", "not_your_file")
    if file.content_type not in DRAWN_TYPES:
        raise invalid_field("drawn_signature", "one_of", allowed=", ".join(sorted(DRAWN_TYPES)))
    return file


def _signature(act: Act, statement: Statement, drawn: StoredFile | None, assertion: str | None) -> Signature:
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
        drawn_file_name=drawn.name if drawn else None,
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
