"""Reports as a person reads them: set by the real process apart, and read back from the PDF."""

import asyncio
import contextlib
import dataclasses
import hashlib
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from fettle.domain.approvals import ApprovalStatus
from fettle.domain.errors import Unavailable, WorkOrderNotFound
from fettle.domain.evidence import NewAttachment, NewPhoto, Type
from fettle.domain.late_photos import LateState
from fettle.domain.people import Role, Scope
from fettle.domain.pictures import RenditionKind
from fettle.domain.report_shapes import MAX_PRINTED_TEXT
from fettle.domain.reports import Wanted
from fettle.domain.work_orders import Status
from fettle.services.files import Upload
from fettle.services.work_orders import NewWorkOrder
from fettle.settings import Settings
from tests.media import samples
from tests.services.conftest import Company, make_company
from tests.services.papers import add_photo, paper, read, read_facts, squeezed

_HOSTILE = (
    '#eval("1 + 1")',
    "$x^2 + y$",
    "*bold* _it_ `raw`",
    "\\\\ \\u{41} \\",
    "@ref <label> = Heading",
    '#read("/etc/passwd") #{panic()}',
    "/* comment */ // comment ~ -- --- ... 'quoted' \"quoted\"",
    "{when} {0} %s ${x}",
    "<script>alert(1)</script> ]]> )",
)


async def _attach(company: Company, order_id: str, new: NewAttachment, content: bytes | None, name: str) -> str:
    services = company.parts.services
    if content is None:
        return (await services.evidence.attach(company.intent(Scope.EVIDENCE), order_id, new, None)).id
    async with services.blobs.spool() as spool:
        await spool.write(content)
        upload = Upload(spool, name)
        return (await services.evidence.attach(company.intent(Scope.EVIDENCE), order_id, new, upload)).id


async def _named(company: Company, **fields: object) -> str:
    """A work order whose texts are these."""
    order_id = await company.order()
    found = await company.parts.database.read(lambda tx: tx.work_orders.find(company.id, order_id))
    assert found is not None
    new = msgspec.structs.replace(NewWorkOrder("name", found.component_id, 1), **fields)
    return (await company.parts.services.work_orders.create(company.intent(Scope.WORK_ORDERS), new)).id


async def _move(company: Company, order_id: str, *moves: Status) -> None:
    for to in moves:
        await company.parts.services.work_orders.move(company.intent(Scope.STATUS), order_id, to)


async def test_it_holds_the_order_its_approvals_documents_photos_and_log(company: Company) -> None:
    order_id, services = await company.order(), company.parts.services
    photo, plan = samples.photo(), samples.pdf()
    procedure = await _attach(company, order_id, NewAttachment(Type.FILE, "Welding procedure"), plan, "wps-12.pdf")
    await read_facts(company, procedure)
    await _attach(company, order_id, NewAttachment(Type.TEXT, "Instruction", "Deburr all edges."), None, "")
    approver_id, approver = await company.add(Role.PLANNER, "pat@forge.example")
    await services.approvals.ask(company.intent(Scope.APPROVALS), order_id, approver_id)
    intent = company.intent(Scope.APPROVALS, approver)
    await services.approvals.decide(intent, order_id, approver_id, ApprovalStatus.APPROVED, "Checked.")
    await add_photo(company, order_id, photo, "before", "IMG_0007.jpg")
    printed = await paper(company, order_id)
    for text in (
        *("Forge", "Work order 1", "Bracket, first batch", "Draft", "Quantity", "photos: 1, documents: 2"),
        *("First Last approved the content with the fingerprint", "Checked.", "Asked by Ada Admin"),
        *("Welding procedure", "wps-12.pdf, application/pdf", "pages: 2", hashlib.sha256(plan).hexdigest()),
        *("Instruction", "Deburr all edges.", hashlib.sha256(b"Deburr all edges.").hexdigest()),
        *("before", "Photo 1", "IMG_0007.jpg, image/jpeg", hashlib.sha256(photo).hexdigest()),
        *("15 Apr 2026, 14:00:00 +02:00, as the device told", "by Ada Admin"),
        *("Work order created", "Approval requested from First Last", "Approved: Checked.", "Photo “before” added"),
        *("What this paper is", "fettle verify", f"1 / {printed.pages}", "Generated"),
    ):
        assert printed.says(text), text
    assert printed.pictures == 2  # the photo, and the first page of the procedure


async def test_in_french_it_is_french_down_to_dates_and_sizes(company: Company) -> None:
    order_id = await _named(company, name="Réparation d'une bride fissurée : œuvre, ça, où, ÀÉÎÕÜ", phase="Préparé")
    await add_photo(company, order_id, samples.photo(), "après")
    zone = ZoneInfo("Europe/Paris")
    printed = await read(
        await company.parts.services.reports.of_order(company.id, order_id, Wanted("fr", zone, "Europe/Paris"))
    )
    for text in (
        *("Ordre de travail 2", "Brouillon", "Réparation d'une bride fissurée : œuvre, ça, où, ÀÉÎÕÜ", "Préparé"),
        *(
            "Aucune approbation n'a été demandée.",
            "Prise",
            "selon l'appareil",
            "Reçue",
            "Journal",
            "Ordre de travail créé",
        ),
        *("15 avr. 2026, 14:00:00 +02:00", "Europe/Paris", " ko", "Établi le", " UTC ("),
        *("Ce qu'est ce document", "dossier de preuves"),
    ):
        assert printed.says(text), text
    assert "Taken" not in printed.text
    assert "Work order" not in printed.text


@pytest.mark.parametrize("text", _HOSTILE)
async def test_what_people_write_is_text_and_never_markup(company: Company, text: str) -> None:
    order_id = await _named(company, name=text, description=text, phase=text)
    await _attach(company, order_id, NewAttachment(Type.TEXT, text, text), None, "")
    await company.parts.services.work_orders.comment(company.intent(Scope.COMMENTS), order_id, text)
    await add_photo(company, order_id, samples.photo(), text)
    printed = await paper(company, order_id)
    # In the head, the summary, the description, the document and its text, the step, the caption and the log.
    assert squeezed(printed.text).count(squeezed(text)) >= 8


async def test_long_texts_stay_on_the_paper(company: Company) -> None:
    name, word, comment = "n" * 500, "W" * 400, "A comment of many words. " * 800
    order_id = await _named(company, name=name, description=f"{word} {word}", phase="p" * 500)
    await _attach(company, order_id, NewAttachment(Type.FILE, "d" * 500), b"content", "f" * 200 + ".txt")
    long_text = "text " * MAX_PRINTED_TEXT
    await _attach(company, order_id, NewAttachment(Type.TEXT, "Long", long_text), None, "")
    await company.parts.services.work_orders.comment(company.intent(Scope.COMMENTS), order_id, comment.strip())
    await company.parts.services.work_orders.comment(company.intent(Scope.COMMENTS), order_id, "x" * 20_000)
    printed = await paper(company, order_id)
    for text in (name, word, "p" * 500, "d" * 500, "f" * 200, "x" * 2000, "A comment of many words. " * 20, "goes on"):
        assert printed.says(text), text[:40]
    assert printed.pages < 60


async def test_scripts_and_emoji_come_from_the_fonts_that_come_along(company: Company) -> None:
    text = "Żółkowska Ærø Олег Ελένη नमस्ते ไทย 日本語 中文 한국어 🔧👍 ✓ → Ω ° ½"
    order_id = await _named(company, name=text, description="עברית العربية")
    printed = await paper(company, order_id)
    assert printed.says("Żółkowska Ærø Олег Ελένη")
    for letters in ("日本語", "中文", "한국어", "🔧"):
        assert letters in printed.text
    families = {"IBMPlexSans", "NotoEmoji", "DroidSansFallback", "IBMPlexSansThai", "NotoSansDevanagari"}
    assert families <= {font.partition("-")[0] for font in printed.fonts}
    assert not {font for font in printed.fonts if "Libertinus" in font or "ComputerModern" in font}


async def test_nothing_hidden_turns_the_order_of_letters(company: Company) -> None:
    order_id = await _named(company, name="invoice\u202egpj.exe\u2066\u200f", description="a\u0007b\u009bc")
    printed = await paper(company, order_id)
    assert printed.says("invoicegpj.exe")
    assert not set(printed.text) & set("\u202e\u2066\u0007\u009b")


async def test_a_photo_that_is_not_there_or_damaged_says_so_in_its_place(company: Company, settings: Settings) -> None:
    order_id, services = await company.order(), company.parts.services
    await add_photo(company, order_id, samples.photo(), "good", "good.jpg")
    cut = samples.photo(size=(1600, 1200))
    await add_photo(company, order_id, cut[: len(cut) // 2], "cut", "cut.jpg")
    await add_photo(company, order_id, samples.photo(orientation=3), "lost", "lost.jpg")
    awaited = NewPhoto("incoming/x.jpg", "https://cdn.example.com/x.jpg", 1_700_000_000_000_000, "2023-11-14T22:13:20Z")
    await services.evidence.register_photo(company.intent(Scope.EVIDENCE), order_id, awaited)
    lost = hashlib.sha256(samples.photo(orientation=3)).hexdigest()
    (file,) = await company.parts.database.read(lambda tx: tx.files.of_bytes(company.id, [lost]))
    (settings.data / "files" / file.storage_key).write_bytes(b"something else")
    for _ in range(2):  # once it is found to be damaged, and once it is known
        printed = await paper(company, order_id)
        assert printed.pictures == 1
        assert printed.says("Its bytes have not arrived") or printed.says("its bytes have not arrived")
        assert printed.says("SHA-256: known once the bytes are there")
        assert printed.says(lost)
    assert printed.says("Its bytes are damaged or lost.")
    assert printed.says("No picture is made of this kind of file.") or printed.says("This picture is cut short.")


async def test_it_is_the_same_with_renditions_and_without(company: Company) -> None:
    order_id, services = await company.order(), company.parts.services
    content = samples.photo(orientation=6, size=(1600, 1200))
    await add_photo(company, order_id, content, "weld")
    before = await paper(company, order_id)
    (file,) = await company.parts.database.read(
        lambda tx: tx.files.of_bytes(company.id, [hashlib.sha256(content).hexdigest()])
    )
    await services.pictures.get(company.admin, file.name, RenditionKind.PREVIEW)
    after = await paper(company, order_id)
    assert before.pictures == after.pictures == 1
    assert after.says("48.85667° N, 2.35083° W")  # which is read together with the rendition


async def test_times_that_disagree_are_told(company: Company) -> None:
    order_id = await company.order()
    photo_id = await add_photo(company, order_id, samples.photo(), "weld")
    await company.parts.database.write(
        lambda tx: tx.evidence.change(
            photo_id, taken_at=1_776_340_800_000_000, taken_at_text="2026-04-16T14:00:00+02:00"
        )
    )
    await read_facts(company, photo_id)
    printed = await paper(company, order_id)
    assert printed.says("16 Apr 2026, 14:00:00 +02:00, as the device told")
    assert printed.says("15 Apr 2026, 14:00:00 +02:00; this is another time")


async def test_before_and_after_stand_side_by_side(company: Company) -> None:
    order_id = await company.order()
    for number, step in enumerate(("weld before", "other", "weld after")):
        await add_photo(company, order_id, samples.photo(size=(640 + number, 480)), step)
    printed = await paper(company, order_id)
    flat = " ".join(printed.text.split())
    assert flat.index("Photo 1") < flat.index("Photo 3") < flat.index("Photo 2")
    assert printed.says("Before")
    assert printed.says("After")


async def test_late_photos_stand_apart_with_their_decision(company: Company) -> None:
    order_id, services = await company.order(), company.parts.services
    await _move(company, order_id, Status.REVIEW, Status.PRODUCTION, Status.COMPLETE)
    late = [await add_photo(company, order_id, samples.photo(), step) for step in ("one", "two")]
    intent = company.intent(Scope.WORK_ORDERS)
    await services.late_photos.decide(intent, order_id, late[0], LateState.ACCEPTED, "No network in the pump house.")
    printed = await paper(company, order_id)
    assert printed.says("Photos that came after the completion")
    assert printed.says("accepted by Ada Admin,")
    assert printed.says("No network in the pump house.")
    assert printed.says("not decided yet")
    assert printed.says("No photo was taken.")
    assert printed.pictures == 2


async def test_what_was_deleted_is_listed_without_its_picture(company: Company) -> None:
    order_id, services = await company.order(), company.parts.services
    photo_id = await add_photo(company, order_id, samples.photo(), "weld")
    await services.evidence.delete(company.intent(Scope.EVIDENCE), order_id, photo_id, "Another housing by mistake")
    printed = await paper(company, order_id)
    assert printed.pictures == 0
    assert printed.says("Another housing by mistake")
    assert printed.says(hashlib.sha256(samples.photo()).hexdigest())


async def test_a_qr_code_only_where_the_address_is_known(company: Company, settings: Settings) -> None:
    from fettle.build import open_parts  # noqa: PLC0415 - a second one beside the fixture's

    order_id = await company.order()
    assert "http" not in (await paper(company, order_id)).text
    known = dataclasses.replace(settings, public_url="https://fettle.example")
    async with open_parts(known, is_server=False) as parts:
        printed = await read(await parts.services.reports.of_order(company.id, order_id, Wanted("en")))
    assert printed.says("https://fettle.example/orders/1")
    assert printed.says("This work order")


async def test_another_company_finds_nothing(company: Company) -> None:
    order_id = await company.order()
    other = await make_company(company.parts, "Other", "ada@other.example")
    for reference in (order_id, 1):
        with pytest.raises(WorkOrderNotFound):
            await company.parts.services.reports.of_order(other.id, reference, Wanted("en"))


async def test_too_many_at_once_are_told_to_come_back_and_the_others_wait(company: Company) -> None:
    order_id = await company.order()
    make = company.parts.services.reports.of_order
    found = await asyncio.gather(*(make(company.id, order_id, Wanted("en")) for _ in range(14)), return_exceptions=True)
    refused = [each for each in found if isinstance(each, BaseException)]
    assert len(refused) == 4
    assert all(isinstance(each, Unavailable) and each.retry_after_s for each in refused)
    assert (await paper(company, order_id)).pages


async def test_whoever_stops_waiting_ends_the_work_and_leaves_nothing_behind(
    company: Company, settings: Settings
) -> None:
    order_id = await company.order()
    for number in range(3):
        await add_photo(company, order_id, samples.photo(size=(640 + number, 480)), "weld")
    for wait_s in (0.05, 0.3, 0.6):
        making = asyncio.create_task(company.parts.services.reports.of_order(company.id, order_id, Wanted("en")))
        await asyncio.sleep(wait_s)
        making.cancel()
        await asyncio.gather(making, return_exceptions=True)
    assert not _presses(settings.data)
    assert not list(Path(settings.data, "files", "tmp").rglob("*.pdf"))
    assert (await paper(company, order_id)).pictures == 3
    assert not list(Path(settings.data, "files", "tmp").rglob("report.*"))


def _presses(data: Path) -> list[bytes]:
    """The processes that set reports out of this folder."""
    commands = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            commands.append(file.read_bytes())
    return [command for command in commands if b"fettle.report.press" in command and str(data).encode() in command]
