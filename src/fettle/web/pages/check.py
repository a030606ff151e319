"""The proof: the company's log with its checkpoints and where they are kept, and what the check of bytes has found."""

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from fettle.domain.checkpoint_copies import Destination, file_name
from fettle.domain.errors import NotFound
from fettle.domain.people import Scope
from fettle.domain.sentences import Sentence
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.pages.declaring import Pages
from fettle.web.pages.people import reader_of
from fettle.web.pages.rendering import redirect, render

pages: Final = Pages()
_BEYOND: Final = 1 << 53
_DESTINATIONS: Final = {
    Destination.FOLDER: Sentence("folder", "dossier"),
    Destination.WEBHOOK: Sentence("webhook", "webhook"),
    Destination.S3: Sentence("locked bucket", "bucket verrouillé"),
    Destination.TIMESTAMP: Sentence("time stamp", "horodatage"),
}


class CheckQuery(Struct, frozen=True):
    """Checkpoints of fewer entries than that."""

    before: Annotated[int, Meta(ge=0, le=_BEYOND)] = _BEYOND


class CheckpointQuery(Struct, frozen=True):
    """Which checkpoint: its file's name tells size, root and key."""

    name: Annotated[str, Meta(pattern="^[0-9]{1,16}-[0-9a-f]{16}(-[0-9a-f]{8})+[.]txt$")]


@pages("GET", "/check", query=CheckQuery)
async def show_check(call: Call, query: CheckQuery) -> Response:
    """All of it."""
    return await check_page(call, query)


@pages("POST", "/check/checkpoints", scope=Scope.READ, status=303)
async def sign_checkpoint(call: Call) -> Response:
    """Sign a checkpoint over all that is in the record now."""
    await call.services.log.check_in(call.caller.company_id)
    return redirect("/check#log")


@pages("GET", "/check/checkpoint.txt", query=CheckpointQuery)
async def download_checkpoint(call: Call, query: CheckpointQuery) -> Response:
    """A checkpoint as a file, to be kept where nobody of the server's reaches it."""
    size = int(query.name.partition("-")[0])
    for copied in await call.services.checkpoint_copies.page(call.caller, size + 1):
        if file_name(copied.checkpoint) == query.name:
            headers = (
                header("content-type", "text/plain; charset=utf-8"),
                header("content-disposition", f'attachment; filename="{query.name}"'),
            )
            return Response(200, copied.checkpoint.note.encode(), headers)
    raise NotFound


async def check_page(call: Call, query: CheckQuery, *, status: int = 200, **about: Any) -> Response:
    """The page, with what else there is to say on it."""
    services, caller = call.services, call.caller
    key = services.log.key_of(caller.company_id)
    checkpoints = await services.checkpoint_copies.page(caller, query.before)
    return render(
        call,
        "check.html",
        status=status,
        reader=await reader_of(call),
        size=await services.log.size(caller),
        checkpoints=checkpoints,
        is_first=query.before == _BEYOND,
        key=key,
        key_id=key.split("+")[1],
        report=await services.reading.byte_report(caller),
        file_name=file_name,
        destination_word=lambda destination: _DESTINATIONS[destination].to(call.language),
        **about,
    )
