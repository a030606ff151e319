"""Sharing one file with somebody who has no account here."""

from typing import Annotated, Final

from msgspec import Meta

from fettle.domain.file_links import LONGEST_S, SHORTEST_S, USUAL_S, FileLink, lasting
from fettle.domain.instants import show_instant
from fettle.domain.people import Scope
from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.fields import DateTime, Uuid
from fettle.web.operations import BYTES, Operations
from fettle.web.pms.shapes import REPLAYED, Body, Data, Shape, replay_headers, show
from fettle.web.stored_files import FileQuery, answer_file

file_links: Final = Operations("files")


class LinkBody(Body, frozen=True):
    """How long the link lasts, in seconds: a minute to 30 days, 7 days unless told otherwise."""

    expires_in_s: Annotated[int, Meta(extra_json_schema={"minimum": SHORTEST_S, "maximum": LONGEST_S})] = USUAL_S


class LinkShape(Shape, frozen=True):
    """A link; whoever has its `url` sees the file until `expiresAt`, unless the link is taken back."""

    id: Uuid
    url: str
    file_name: Uuid
    created_at: DateTime
    created_by_user_id: Uuid
    expires_at: DateTime


class Revoked(Shape, frozen=True):
    """The link that shows nothing any more."""

    id: Uuid


class SharedQuery(FileQuery, frozen=True):
    """`signature` is part of the address that was answered."""

    signature: str = ""


@file_links(
    "POST",
    "/v1/files/{fileName}/links",
    scope=Scope.EVIDENCE,
    status=201,
    body=LinkBody,
    answer=Data[LinkShape],
    headers=REPLAYED,
    errors=("NOT_FOUND", "NOT_STORED", "BYTES_REMOVED"),
    examples={"body": {"expiresInS": USUAL_S}},
)
async def add_link(call: Call, body: LinkBody) -> Response:
    """Make a link that shows one file to whoever has it, without an account."""
    links = call.services.file_links
    done = await links.add(call.intent(), call.params["fileName"], lasting(body.expires_in_s))
    return show(await _shape(call, await links.get(call.caller, done.id)), 201, replay_headers(done))


@file_links(
    "GET",
    "/v1/files/{fileName}/links",
    scope=Scope.EVIDENCE,
    answer=Data[list[LinkShape]],
    errors=("NOT_FOUND", "NOT_STORED", "BYTES_REMOVED"),
)
async def list_links(call: Call) -> Response:
    """List the links that show a file now."""
    links = await call.services.file_links.of_file(call.caller, call.params["fileName"])
    return show([await _shape(call, link) for link in links])


@file_links(
    "DELETE",
    "/v1/file-links/{linkId}",
    scope=Scope.EVIDENCE,
    answer=Data[Revoked],
    headers=REPLAYED,
    errors=("NOT_FOUND",),
)
async def revoke_link(call: Call) -> Response:
    """Take a link back: from now on it shows nothing."""
    done = await call.services.file_links.revoke(call.intent(), call.params["linkId"])
    return show(Revoked(id=done.id), headers=replay_headers(done))


@file_links(
    "GET",
    "/v1/shared-files/{linkId}",
    scope=None,
    query=SharedQuery,
    answer=bytes,
    media_type=BYTES,
    redirects=True,
    headers={"ETag": "The SHA-256 of the bytes.", "Repr-Digest": "The SHA-256 of the whole file (RFC 9530)."},
    errors=("LINK_EXPIRED", "BYTES_REMOVED", "BYTES_DAMAGED", "UNAVAILABLE"),
)
async def get_shared(call: Call, query: SharedQuery) -> Response:
    """Get a file by a link that was made for it; no credential is asked for."""
    file = await call.services.file_links.open(call.params["linkId"], query.signature)
    return await answer_file(call, file, query)


async def _shape(call: Call, link: FileLink) -> LinkShape:
    signature = await call.services.file_links.signature(link)
    return LinkShape(
        id=link.id,
        url=f"{call.base_url}/v1/shared-files/{link.id}?signature={signature}",
        file_name=link.file_name,
        created_at=show_instant(link.created_at),
        created_by_user_id=link.created_by_user_id,
        expires_at=show_instant(link.expires_at),
    )
