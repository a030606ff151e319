"""Files: bytes sent by themselves, before anything names them, and the bytes of every file back."""

from typing import Final

from msgspec import Struct, field

from fettle.domain.errors import Detail, Invalid
from fettle.domain.files import StoredFile
from fettle.domain.instants import show_instant
from fettle.domain.people import Scope
from fettle.services.files import Upload
from fettle.web.answers import Response, as_json
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Uuid
from fettle.web.multipart import Form as SentForm
from fettle.web.operations import BYTES, Form, Operations
from fettle.web.serial.shapes import REPLAYED_HEADER, replay
from fettle.web.stored_files import FileQuery, answer_file

serial: Final = Operations("files (Serial)")
_PART: Final = "file"
_BUCKET: Final = "files"


class FileMetadata(Struct, frozen=True):
    """Facts of the stored bytes; `contentLength` is the size as text, `eTag` the SHA-256 in quotes."""

    e_tag: str = field(name="eTag")
    size: int
    mimetype: str
    cache_control: str = field(name="cacheControl")
    last_modified: DateTime = field(name="lastModified")
    content_length: str = field(name="contentLength")
    http_status_code: int = field(name="httpStatusCode")


class ShownFile(Struct, frozen=True):
    """A stored file; `name` is what `file_name` of an attachment, or a photo's object key, refers to."""

    name: Uuid
    id: Uuid
    updated_at: DateTime
    created_at: DateTime
    bucket_id: str
    last_accessed_at: DateTime
    metadata: FileMetadata


@serial(
    "POST",
    "/files",
    scope=Scope.EVIDENCE,
    form=Form(files=frozenset({_PART}), required=frozenset({_PART})),
    answer=ShownFile,
    headers=REPLAYED_HEADER,
    errors=("TYPE_NOT_ALLOWED",),
)
async def upload(call: Call, form: SentForm) -> Response:
    """Send bytes first; an attachment or a photo names them later."""
    sent = form.files.get(_PART)
    if sent is None:
        raise Invalid("INVALID_BODY", Detail(_PART, "required"))
    done = await call.services.files.store(call.intent(), Upload(sent.spool, sent.file_name))
    file = await call.services.files.get(call.caller, done.id)
    return as_json(_file(file), headers=replay(done.replayed))


@serial(
    "GET",
    "/files/{file_name}",
    scope=Scope.READ,
    query=FileQuery,
    redirects=True,
    answer=bytes,
    media_type=BYTES,
    headers={"ETag": "The SHA-256 of the bytes.", "Repr-Digest": "The SHA-256 of the whole file (RFC 9530)."},
    errors=("NOT_STORED", "BYTES_REMOVED", "BYTES_DAMAGED"),
)
async def download(call: Call, query: FileQuery) -> Response:
    """Get the bytes of a file, whole or a range of them."""
    file = await call.services.files.get(call.caller, call.params["file_name"])
    return await answer_file(call, file, query)


def _file(file: StoredFile) -> ShownFile:
    created_at = show_instant(file.created_at)
    return ShownFile(
        name=file.name,
        id=file.name,
        updated_at=created_at,
        created_at=created_at,
        bucket_id=_BUCKET,
        last_accessed_at=created_at,
        metadata=FileMetadata(
            e_tag=f'"{file.sha256}"',
            size=file.size,
            mimetype=file.content_type,
            cache_control="private, no-cache",
            last_modified=created_at,
            content_length=str(file.size),
            http_status_code=200,
        ),
    )
