"""Photos sent straight to the store: announced here, sent with the signed request that is answered, then registered."""

from typing import Annotated, Final

from msgspec import Meta

from fettle.domain.direct_uploads import DirectUpload, announce
from fettle.domain.instants import show_instant
from fettle.domain.limits import MAX_FILE_NAME_BYTES
from fettle.domain.people import Scope
from fettle.services.direct_uploads import SignedRequest
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Uuid
from fettle.web.operations import BYTES, Operations
from fettle.web.pms.shapes import ORDER_ERRORS, REPLAYED, Body, Data, Shape, replay_headers, show
from fettle.web.transfer import body_chunks

direct_uploads = Operations("photos")

_EXAMPLE: Final = {"fileName": "IMG_0815.jpg", "contentType": "image/jpeg", "size": 3145728}


class DirectUploadBody(Body, frozen=True):
    """What will be sent: `size` in bytes, `sha256` in hex."""

    file_name: Annotated[str, Meta(extra_json_schema={"maxLength": MAX_FILE_NAME_BYTES})]
    content_type: str
    size: Annotated[int, Meta(extra_json_schema={"minimum": 1})]
    sha256: Annotated[str, Meta(extra_json_schema={"minLength": 64, "maxLength": 64})] | None = None


class RequestShape(Shape, frozen=True):
    """The request to send the bytes with, until `expiresAt`; its headers have to come with it exactly as they are."""

    method: str
    url: str
    headers: dict[str, str]
    expires_at: DateTime


class DirectUploadShape(Shape, frozen=True):
    """`minioObjectKey` and `cdnUrl` are what `POST /v1/work-orders/{id}/photos` then registers, once."""

    minio_object_key: Uuid
    cdn_url: str
    request: RequestShape


class TakenShape(Shape, frozen=True):
    """The key under which the bytes lie."""

    minio_object_key: Uuid


class SignedQuery(Shape, frozen=True):
    """`signature` is part of the address that was answered."""

    signature: str = ""


@direct_uploads(
    "POST",
    "/v1/work-orders/{id}/photos/uploads",
    scope=Scope.EVIDENCE,
    status=201,
    body=DirectUploadBody,
    answer=Data[DirectUploadShape],
    headers=REPLAYED,
    errors=(*ORDER_ERRORS, "INVALID_BODY", "NOT_AN_IMAGE", "TYPE_NOT_ALLOWED", "WORK_ORDER_CLOSED", "WORK_ORDER_FULL"),
    examples={"body": _EXAMPLE},
)
async def begin_direct_upload(call: Call, body: DirectUploadBody) -> Response:
    """Announce a photo that will be sent straight to the store.

    Send the bytes with the request that is answered, then register `minioObjectKey`. Where the store is a bucket the
    bytes go there and not through this server. What is never registered is removed.
    """
    new = announce(body.file_name, body.content_type, body.size, body.sha256)
    uploads = call.services.direct_uploads
    done = await uploads.begin(call.intent(), call.order.id, new)
    upload = await uploads.find(done.id)
    return show(_shape(call, upload, await uploads.signed_request(upload)), 201, replay_headers(done))


@direct_uploads(
    "PUT",
    "/v1/direct-uploads/{uploadId}",
    scope=None,
    query=SignedQuery,
    chunk_type=BYTES,
    answer=Data[TakenShape],
    headers=REPLAYED,
    errors=("UPLOAD_EXPIRED", "OBJECT_DIFFERS", "NO_SPACE", "UNAVAILABLE"),
)
async def take_bytes(call: Call, query: SignedQuery) -> Response:
    """Send the bytes of an announced photo, where this server itself is the store.

    The address is the one that was answered: it carries its own right, and no credential is asked for.
    """
    uploads = call.services.direct_uploads
    upload = await uploads.admit(call.params["uploadId"], query.signature)
    done = await uploads.take(upload, body_chunks(call.receive))
    return show(TakenShape(minio_object_key=done.id), headers=replay_headers(done))


def _shape(call: Call, upload: DirectUpload, request: SignedRequest) -> DirectUploadShape:
    own = f"{call.base_url}/v1/direct-uploads/{upload.id}?signature={request.signature}"
    return DirectUploadShape(
        minio_object_key=upload.id,
        cdn_url=f"{call.base_url}/files/{upload.id}",
        request=RequestShape("PUT", request.url or own, dict(request.headers), show_instant(upload.expires_at)),
    )
