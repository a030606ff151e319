"""The answer with the bytes of a stored file, or with the way to the store that has them."""

from collections.abc import AsyncIterator

from msgspec import Struct

from fettle.domain.files import StoredFile
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.transfer import send_file

_REDIRECTED_S = 300


class FileQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """With `redirect=true` the answer may be 307 to the store itself, by a URL that is good for five minutes."""

    redirect: bool = False


async def answer_file(call: Call, file: StoredFile, query: FileQuery) -> Response:
    """The bytes, whole or a range of them; on demand, and where the store can be asked by others, the way there."""
    url = await call.services.files.link(file, _REDIRECTED_S) if query.redirect else None
    if url is not None:
        return Response(307, headers=(header("location", url), header("cache-control", "private, no-store")))

    async def open_bytes(start: int, length: int | None) -> AsyncIterator[bytes]:
        return await call.services.files.open(file, start, length)

    return await send_file(file, call.method, call.headers, open_bytes)
