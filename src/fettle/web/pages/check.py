"""The proof: whether a pack holds, the log with its checkpoints and copies, what the check of bytes has found."""

from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from fettle.domain.checkpoint_copies import Destination, Fault, file_name
from fettle.domain.dates import shown_size
from fettle.domain.errors import FettleError, NotFound, invalid_field
from fettle.domain.messages import detail_of, sentence_of
from fettle.domain.people import Scope
from fettle.domain.sentences import Sentence
from fettle.domain.verdict import Verdict
from fettle.domain.verification_messages import explain, place_to
from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.multipart import Form as SentForm
from fettle.web.operations import Form
from fettle.web.pages.declaring import Pages
from fettle.web.pages.people import reader_of
from fettle.web.pages.rendering import is_fragment, redirect, render
from fettle.web.problems import status_of

pages: Final = Pages()
_BEYOND: Final = 1 << 53
_MOST_PROBLEMS: Final = 20
_FORM: Final = Form(files=frozenset({"pack", "checkpoint"}), fields={"key": str}, required=frozenset({"pack"}))
_NOTHING_SAID: Final = {"verdict": None, "said": None, "details": ()}
_DESTINATIONS: Final = {
    Destination.FOLDER: Sentence("folder", "dossier"),
    Destination.WEBHOOK: Sentence("webhook", "webhook"),
    Destination.S3: Sentence("locked bucket", "bucket verrouillé"),
    Destination.TIMESTAMP: Sentence("time stamp", "horodatage"),
}

_FAULTS: Final = {
    Fault.UNREACHABLE: Sentence("not reached", "injoignable"),
    Fault.TIMED_OUT: Sentence("no answer in time", "pas de réponse à temps"),
    Fault.REFUSED: Sentence("refused", "refusé"),
    Fault.REDIRECTED: Sentence("redirected", "redirigé"),
    Fault.TOO_LARGE: Sentence("too large an answer", "réponse trop grande"),
    Fault.NOT_UNDERSTOOD: Sentence("answer not understood", "réponse incomprise"),
    Fault.NO_SPACE: Sentence("no space", "plus d'espace"),
    Fault.OTHER_CONTENT: Sentence("something else is there", "autre contenu déjà présent"),
    Fault.NOT_LOCKED: Sentence("not locked", "non verrouillé"),
    Fault.NOT_PROVEN: Sentence("not proven", "non prouvé"),
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


@pages("POST", "/check", form=_FORM)
async def check_pack(call: Call, form: SentForm) -> Response:
    """Verify a pack, and keep nothing of it; a refusal is told where the form is."""
    pack, checkpoint = form.files.get("pack"), form.files.get("checkpoint")
    try:
        if pack is None:
            raise invalid_field("pack", "required")
        kept = None if checkpoint is None else checkpoint.spool
        verdict = await call.services.pack_checks.check(pack.spool, kept, form.fields.get("key", ""))
    except FettleError as error:
        details = [detail_of(detail, call.language) for detail in error.details]
        return await _told(call, status_of(error), None, said=sentence_of(error, call.language), details=details)
    return await _told(call, 200, verdict, pack_name=pack.file_name or "pack.zip")


async def _told(call: Call, status: int, verdict: Verdict | None, **about: Any) -> Response:
    about |= {"verdict": verdict} | ({} if verdict is None else _said_of(call, verdict))
    if is_fragment(call):
        return render(call, "check_verdict.html", status=status, **{**_NOTHING_SAID, **about})
    return await check_page(call, CheckQuery(), status=status, **about)


def _said_of(call: Call, verdict: Verdict) -> dict[str, Any]:
    problems, language = verdict.problems[:_MOST_PROBLEMS], call.language
    return {
        "problems": [(place_to(each.where, language), explain(each.finding, language)) for each in problems],
        "is_ours": (verdict.company_id, verdict.key_id) == (call.caller.company_id, key_id_of(call)),
        "size": shown_size(verdict.bytes, language),
    }


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
    checkpoints = await services.checkpoint_copies.page(caller, query.before)
    return render(
        call,
        "check.html",
        status=status,
        reader=await reader_of(call),
        log_size=await services.log.size(caller),
        checkpoints=checkpoints,
        is_first=query.before == _BEYOND,
        key=services.log.key_of(caller.company_id),
        key_id=key_id_of(call),
        report=await services.reading.byte_report(caller),
        file_name=file_name,
        fault_word=lambda fault: _FAULTS[fault].to(call.language),
        destination_word=lambda destination: _DESTINATIONS[destination].to(call.language),
        **{**_NOTHING_SAID, **about},
    )


def key_id_of(call: Call) -> str:
    """The short name of the key that signs for the reader's company."""
    return call.services.log.key_of(call.caller.company_id).split("+")[1]
