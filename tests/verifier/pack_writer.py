"""Packs of real work orders, written here from what the services tell: nothing of the server's own pack writer."""

import asyncio
import hashlib
import io
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from typing import Any, NamedTuple

import msgspec

from fettle.domain.approvals import Approval, ApprovalStatus
from fettle.domain.checkpoints import origin_of, signed_note
from fettle.domain.evidence import State
from fettle.domain.instants import exact_instant
from fettle.domain.packs import (
    CHECKPOINT,
    FORMAT,
    GROWTH,
    KEY,
    MANIFEST,
    MANIFEST_NOTE,
    Manifest,
    PackedApproval,
    PackedEntry,
    PackedEvidence,
    PackedFile,
    PackedGrowth,
    PackedOrder,
    PackedPerson,
    pack_text,
)
from fettle.domain.work_orders import WorkOrder
from fettle.services.ports import BlobStore
from fettle.services.rows import Transaction
from fettle.services.zip_writer import Entry, write_archive
from fettle.settings import Settings
from fettle.signing import Ed25519Signer, open_signer
from tests.services.conftest import Company

MADE_AT = 1_776_000_000_000_000
Files = dict[str, bytes]


class Made(NamedTuple):
    """A pack in memory: its files but for manifest and note, and its manifest."""

    files: Files
    manifest: Manifest


def signer_of(settings: Settings) -> Ed25519Signer:
    return open_signer(settings.data.absolute() / "signing-key.pem")


async def make_pack(company: Company, order_ids: list[str]) -> Made:
    """All that there is of these orders, with one checkpoint for all."""
    log, files = company.parts.services.log, Files()
    checkpoint = await log.check_in(company.id)
    files[CHECKPOINT], files[KEY] = checkpoint.note.encode(), f"{log.key_of(company.id)}\n".encode()
    lines = []
    kept = await company.parts.database.read(lambda tx: tx.log.checkpoints(company.id, checkpoint.size, 100))
    for earlier in kept:
        path = (await log.consistency(company.admin, earlier.size, checkpoint.size)).path
        lines.append(PackedGrowth(earlier.size, _base64(bytes.fromhex(earlier.root)), [_base64(node) for node in path]))
    files[GROWTH] = _lines(lines)
    orders = [await _add_order(company, order_id, files) for order_id in order_ids]
    people = [PackedPerson(company.admin_id, "Ada Admin")]
    manifest = Manifest(
        FORMAT, exact_instant(MADE_AT), company.id, "Forge", checkpoint.size, orders=orders, files=[], people=people
    )
    return relisted(Made(files, manifest))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A ZIP as the server writes it."""

    async def write() -> bytes:
        return b"".join([chunk async for chunk in write_archive([_member(path, files[path]) for path in files])])

    return asyncio.run(write())


def written(made: Made, signer: Ed25519Signer) -> bytes:
    """The whole pack, signed."""
    return zipped(signed(made, signer))


def signed(made: Made, signer: Ed25519Signer) -> Files:
    """All files of the pack."""
    manifest, company_id = msgspec.json.encode(made.manifest), made.manifest.company_id
    text = pack_text(company_id, hashlib.sha256(manifest).hexdigest())
    note = signed_note(text, origin_of(company_id), signer.public_key, signer.sign(text.encode()))
    return {MANIFEST: manifest, MANIFEST_NOTE: note.encode(), **made.files}


def relisted(made: Made) -> Made:
    """The manifest lists the files as they are now, all made at one time."""
    listed = [
        PackedFile(path, len(content), hashlib.sha256(content).hexdigest(), exact_instant(MADE_AT))
        for path, content in made.files.items()
    ]
    manifest = msgspec.structs.replace(made.manifest, files=listed, made_at=exact_instant(MADE_AT))
    return made._replace(manifest=manifest)


async def _add_order(company: Company, order_id: str, files: Files) -> PackedOrder:
    proofs = await company.parts.services.log.proofs(company.admin, order_id, 1, 10_000)
    view = await company.parts.services.work_orders.get(company.admin, order_id)
    order, log = view.order, f"{view.order.wo_number}/log.jsonl"
    files[log] = _lines(
        [
            PackedEntry(
                proof.leaf.decode(),
                proof.entry.leaf_index or 0,
                [_base64(node) for node in proof.path],
                proof.entry.texts,
            )
            for proof in proofs.proofs
        ]
    )
    evidence = [await _evidence(company, order, each, files) for each in view.evidence]
    approvals = [_approval(each) for each in view.approvals]
    return PackedOrder(
        id=order.id,
        number=order.wo_number,
        name=order.name,
        status=order.status,
        version=order.version,
        log_sha256=order.log_sha256,
        log=log,
        evidence=evidence,
        approvals=approvals,
        description=order.description,
    )


def _approval(approval: Approval) -> PackedApproval:
    is_answered = approval.status is not ApprovalStatus.PENDING
    return PackedApproval(
        approver=approval.approver_user_id,
        status=approval.status,
        asked_at=exact_instant(approval.requested_at),
        answered_at=exact_instant(approval.last_updated_at) if is_answered else None,
        comment=approval.comment,
        content_sha256=approval.content_sha256,
    )


async def _evidence(company: Company, order: WorkOrder, entry: Any, files: Files) -> PackedEvidence:
    def query(tx: Transaction) -> Any:
        return tx.files.find(company.id, entry.file_name)

    file, path = await company.parts.database.read(query), None
    if file is not None and file.removed_at is None:
        path = f"{order.wo_number}/{entry.kind}s/{entry.id}.bin"
        files[path] = await _bytes(company.parts.blobs, file.storage_key)
    return PackedEvidence(
        id=entry.id,
        kind=entry.kind,
        type=entry.type,
        name=entry.name,
        state=State.REMOVED if entry.bytes_removed_at else entry.state,
        received_at=exact_instant(entry.added_at),
        added_by=entry.added_by_user_id,
        path=path,
        sha256=file.sha256 if file else None,
        size=file.size if file else None,
        content_type=file.content_type if file else None,
        original_file_name=file.original_file_name if file else None,
        value=entry.value or None,
        step=entry.step,
        taken_at=entry.taken_at_text,
        deleted=entry.deleted_at is not None,
        deletion_reason=entry.deletion_reason,
    )


async def _bytes(blobs: BlobStore, key: str) -> bytes:
    return b"".join([chunk async for chunk in await blobs.open(key)])


def _member(path: str, content: bytes) -> Entry:
    async def pieces() -> AsyncIterator[bytes]:
        with io.BytesIO(content) as file:
            while chunk := file.read(1 << 16):
                yield chunk

    async def open_bytes() -> AsyncIterator[bytes]:
        return pieces()

    return Entry(path, len(content), MADE_AT, open_bytes)


def _lines(lines: list[Any]) -> bytes:
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def _base64(node: bytes) -> str:
    return b64encode(node).decode()
