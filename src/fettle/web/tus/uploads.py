"""The operations of the protocol. An upload is its creator's alone; with its last byte it is evidence."""

from contextlib import suppress
from typing import Any, Final

from fettle.domain.errors import FettleError, Unsupported
from fettle.domain.people import Scope
from fettle.domain.uploads import Upload, read_metadata
from fettle.services.appending import Checksum
from fettle.services.gate import Intent
from fettle.web.answers import Headers, Response, header
from fettle.web.calls import Call
from fettle.web.conditions import read_idempotency_key, request_fingerprint
from fettle.web.operations import CHUNKS, Operations, RequestHeader
from fettle.web.transfer import ClientGone, body_chunks
from fettle.web.tus.headers import (
    ALGORITHMS,
    SPOKEN,
    VERSION,
    invalid_parameter,
    read_checksum,
    read_length,
    read_offset,
    read_pairs,
    require_version,
    standing,
)

uploads = Operations("uploads")

EXTENSIONS: Final = "creation,creation-with-upload,expiration,checksum,termination"
_COLLECTION: Final = "/v1/uploads"
_ONE: Final = "/v1/uploads/{uploadId}"
_NUMBER: Final = {"type": "string", "pattern": "^[0-9]{1,18}$"}
_TUS: Final = RequestHeader("Tus-Resumable", f"The version of the protocol: {VERSION}.", {}, VERSION)
_OFFSET: Final = RequestHeader("Upload-Offset", "Where the bytes begin: what the server has.", _NUMBER, "0")
_OFFSET_OF_PATCH: Final = RequestHeader("Upload-Offset", "The same as of PATCH.", _NUMBER, "0", is_required=False)
_LENGTH: Final = RequestHeader("Upload-Length", "How many bytes there will be in all.", _NUMBER, "5")
_METADATA: Final = RequestHeader(
    "Upload-Metadata",
    "`workOrderId`, `kind` (photo, image or file), and as it fits `name`, `filename`, `takenAt`, `step`, `sha256` (hex "
    "of the whole): each key, a blank, its value in base64 of UTF-8, separated by commas.",
    {"type": "string"},
    "kind cGhvdG8=",
)
_CHECKSUM: Final = RequestHeader(
    "Upload-Checksum",
    f"What the bytes of this request add up to: one of {ALGORITHMS}, a blank, the value in base64.",
    {"type": "string"},
    is_required=False,
)
_OVERRIDE: Final = RequestHeader(
    "X-HTTP-Method-Override",
    "The method that is meant.",
    {"type": "string", "enum": ["PATCH", "DELETE", "HEAD"]},
    "PATCH",
)
_STANDING: Final = {
    "Tus-Resumable": "The version of the protocol.",
    "Upload-Offset": "How many bytes are durable.",
    "Upload-Expires": "Until when the upload may be gone on with.",
}
_EVIDENCE_ID: Final = {"Fettle-Evidence-Id": "The id of the attachment or photo, once the last byte is durable."}
_ENDED: Final = (
    "CHECKSUM_MISMATCH",
    "NOT_AN_IMAGE",
    "NO_SPACE",
    "SAME_PHOTO",
    "TUS_VERSION",
    "TYPE_NOT_ALLOWED",
    "UPLOAD_BUSY",
    "UPLOAD_OFFSET",
    "WORK_ORDER_CLOSED",
    "WORK_ORDER_FULL",
    "WORK_ORDER_NOT_DRAFT",
)
_FOR_ALL: Final[dict[str, Any]] = {"every_answer": SPOKEN}


@uploads("OPTIONS", _COLLECTION, scope=None, status=204, **_FOR_ALL)
async def show_abilities(call: Call) -> Response:
    """What of the tus protocol is spoken here."""
    abilities = {
        "tus-extension": EXTENSIONS,
        "tus-max-size": str(call.services.uploads.max_bytes),
        "tus-checksum-algorithm": ALGORITHMS,
    }
    return Response(204, headers=tuple(header(name, value) for name, value in abilities.items()))


@uploads(
    "POST",
    _COLLECTION,
    scope=Scope.EVIDENCE,
    status=201,
    chunk_type=CHUNKS,
    request_headers=(_TUS, _LENGTH, _METADATA, _CHECKSUM),
    headers={"Location": "The path of the upload.", **_STANDING, **_EVIDENCE_ID},
    errors=("INVALID_METADATA", "TOO_MANY_UPLOADS", *_ENDED),
    **_FOR_ALL,
)
async def create_upload(call: Call) -> Response:
    """Begin an upload, with or without its first bytes.

    What it will be is said in Upload-Metadata and checked at once, so that nothing is sent in vain.
    """
    require_version(call.headers)
    length, metadata = read_length(call.headers), call.headers.get("upload-metadata", "")
    wanted = read_metadata(read_pairs(metadata))
    brings = _brings_bytes(call)
    checksum = read_checksum(call.headers)
    done = await call.services.uploads.create(_creating(call, length, metadata), wanted, length, metadata)
    if brings and not done.replayed:
        upload = await _first_bytes(call, done.id, checksum)
    else:
        upload = await call.services.uploads.find(call.caller, done.id)
    replayed = (header("fettle-replayed", "true"),) if done.replayed else ()
    return Response(201, headers=(header("location", f"{_COLLECTION}/{upload.id}"), *standing(upload), *replayed))


@uploads(
    "HEAD",
    _ONE,
    scope=Scope.EVIDENCE,
    request_headers=(_TUS,),
    headers={**_STANDING, "Upload-Length": "How many bytes there will be.", **_EVIDENCE_ID},
    errors=("TUS_VERSION", "UPLOAD_BUSY", "UPLOAD_EXPIRED"),
    **_FOR_ALL,
)
async def show_upload(call: Call) -> Response:
    """How much of an upload is durable: from there it goes on."""
    require_version(call.headers)
    upload = await call.services.uploads.look(call.caller, call.params["uploadId"])
    return Response(200, headers=(*standing(upload), *_said(upload)))


@uploads(
    "PATCH",
    _ONE,
    scope=Scope.EVIDENCE,
    status=204,
    chunk_type=CHUNKS,
    request_headers=(_TUS, _OFFSET, _CHECKSUM),
    headers={**_STANDING, **_EVIDENCE_ID},
    errors=("UPLOAD_EXPIRED", *_ENDED),
    **_FOR_ALL,
)
async def append_bytes(call: Call) -> Response:
    """Add bytes to an upload.

    The answer to the last byte comes once the evidence is in the record. However the connection ends, what came is
    kept, unless a checksum was sent with it.
    """
    require_version(call.headers)
    if not _brings_bytes(call):
        raise Unsupported(accepted=CHUNKS)
    offset, checksum = read_offset(call.headers), read_checksum(call.headers)
    chunks = body_chunks(call.receive)
    upload = await call.services.uploads.append(_intent(call), call.params["uploadId"], offset, chunks, checksum)
    return Response(204, headers=standing(upload))


@uploads(
    "DELETE",
    _ONE,
    scope=Scope.EVIDENCE,
    status=204,
    request_headers=(_TUS,),
    headers={"Tus-Resumable": "The version of the protocol."},
    errors=("TUS_VERSION", "UPLOAD_BUSY", "UPLOAD_EXPIRED"),
    **_FOR_ALL,
)
async def remove_upload(call: Call) -> Response:
    """Give an upload up. Evidence that it became already stays."""
    require_version(call.headers)
    await call.services.uploads.remove(_intent(call), call.params["uploadId"])
    return Response(204)


@uploads(
    "POST",
    _ONE,
    scope=Scope.EVIDENCE,
    status=204,
    chunk_type=CHUNKS,
    request_headers=(_OVERRIDE, _TUS, _OFFSET_OF_PATCH, _CHECKSUM),
    headers={**_STANDING, **_EVIDENCE_ID},
    errors=("UPLOAD_EXPIRED", *_ENDED),
    **_FOR_ALL,
)
async def override_method(call: Call) -> Response:
    """Do what X-HTTP-Method-Override names.

    For clients that cannot send PATCH or DELETE themselves; the answer is the one to that method.
    """
    meant = _MEANT.get(call.headers.get("x-http-method-override", "").upper())
    if meant is None:
        raise invalid_parameter("X-HTTP-Method-Override", "not_valid", reason=" | ".join(_MEANT))
    return await meant(call)


async def _show_without_body(call: Call) -> Response:
    """As HEAD, which has no body by itself: 204, as the protocol allows."""
    return (await show_upload(call))._replace(status=204)


_MEANT: Final = {"PATCH": append_bytes, "DELETE": remove_upload, "HEAD": _show_without_body}


async def _first_bytes(call: Call, upload_id: str, checksum: Checksum | None) -> Upload:
    """Add what came with the creation. If that fails nobody hears the address, but who can ask for it by its key."""
    try:
        return await call.services.uploads.append(_intent(call), upload_id, 0, body_chunks(call.receive), checksum)
    except (FettleError, ClientGone):
        if call.headers.get("idempotency-key") is None:
            with suppress(FettleError):
                await call.services.uploads.remove(_intent(call), upload_id)
        raise


def _brings_bytes(call: Call) -> bool:
    """Whether the body is of the protocol's type; raises for a body of another."""
    sent = call.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent == CHUNKS:
        return True
    if call.headers.get("content-length", "0") != "0" or "transfer-encoding" in call.headers:
        raise Unsupported(accepted=CHUNKS)
    return False


def _intent(call: Call) -> Intent:
    return Intent(call.caller, Scope.EVIDENCE)


def _creating(call: Call, length: int, metadata: str) -> Intent:
    key = read_idempotency_key(call)
    repeat = request_fingerprint(call, key, f"{length} {metadata}".encode())
    return Intent(call.caller, Scope.EVIDENCE, idempotency=repeat)


def _said(upload: Upload) -> Headers:
    return (header("upload-length", str(upload.length)), header("upload-metadata", upload.metadata))
