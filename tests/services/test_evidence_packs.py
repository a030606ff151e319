"""Evidence packs, each checked against docs/proof.md by code that knows nothing of ours."""

import asyncio
import hashlib
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from fettle.db.sqlite_module import sqlite3
from fettle.domain.errors import Invalid, Unavailable, WorkOrderNotFound
from fettle.domain.evidence import NewAttachment, NewPhoto, Type
from fettle.domain.late_photos import LateState
from fettle.domain.originals import MAX_ORDERS
from fettle.domain.people import Role, Scope
from fettle.domain.reports import Wanted
from fettle.domain.work_orders import Status
from fettle.services.evidence_packs import PackWanted
from fettle.services.files import Upload
from fettle.services.rows import WorkOrderFilter
from fettle.services.work_orders import NewWorkOrder
from fettle.settings import Settings
from tests.media import samples
from tests.services.conftest import Company, make_company
from tests.services.packs import Pack, require_unzip
from tests.services.papers import Paper, add_photo, read_facts

_HOSTILE = "../../C:\\aux\u202egpj.exe\u0007<script>'\"; rm -rf ~ #é日本語"


async def content_of(company: Company, order_id: str | int, since: int | None = None, language: str = "en") -> bytes:
    wanted = PackWanted(Wanted(language), since)
    archive = await company.parts.services.evidence_packs.of_order(company.id, order_id, wanted)
    content = b"".join([chunk async for chunk in archive.chunks()])
    assert len(content) == archive.size
    return content


async def pack_of(company: Company, order_id: str | int, since: int | None = None, language: str = "en") -> Pack:
    key = company.parts.services.log.key_of(company.id)
    return Pack(await content_of(company, order_id, since, language), key)


async def attach(company: Company, order_id: str, name: str, content: bytes, file_name: str) -> str:
    services = company.parts.services
    async with services.blobs.spool() as spool:
        await spool.write(content)
        intent, upload = company.intent(Scope.EVIDENCE), Upload(spool, file_name)
        return (await services.evidence.attach(intent, order_id, NewAttachment(Type.FILE, name), upload)).id


async def comment(company: Company, order_id: str, text: str) -> None:
    await company.parts.services.work_orders.comment(company.intent(Scope.COMMENTS), order_id, text)


async def lose(company: Company, settings: Settings, content: bytes) -> None:
    """Change the bytes behind the server's back."""
    sha256 = hashlib.sha256(content).hexdigest()
    (file,) = await company.parts.database.read(lambda tx: tx.files.of_bytes(company.id, [sha256]))
    (settings.data / "files" / file.storage_key).write_bytes(b"something else")


async def test_everything_of_an_order_is_in_it_and_verifies(company: Company, tmp_path: Path) -> None:
    order_id, photo = await company.order(), samples.photo()
    await attach(company, order_id, "Plan", b"drawing", "plan.txt")
    photo_id = await add_photo(company, order_id, photo, "before", "IMG_7.jpg")
    await read_facts(company, photo_id)
    approver_id, _ = await company.add(Role.PLANNER, "pat@forge.example")
    await company.parts.services.approvals.ask(company.intent(Scope.APPROVALS), order_id, approver_id)
    unconcerned, _ = await company.add(Role.VIEWER, "vera@forge.example")
    await comment(company, order_id, "Done.")
    content = await content_of(company, order_id)
    require_unzip(content, tmp_path)
    pack = Pack(content, company.parts.services.log.key_of(company.id))
    assert pack.read("1/attachments/Plan-plan.txt") == b"drawing"
    assert pack.read("1/photos/before-IMG_7.jpg") == photo
    assert (pack.manifest["company"], pack.order["status"], pack.order["version"]) == ("Forge", "DRAFT", 5)
    (approval,) = pack.order["approvals"]
    assert (approval["approver"], approval["status"], "answeredAt" in approval) == (approver_id, "PENDING", False)
    assert len(approval["contentSha256"]) == 64
    named = {each["id"]: each["name"] for each in pack.manifest["people"]}
    assert named == {company.admin_id: "Ada Admin", approver_id: "First Last"}
    assert unconcerned not in named
    shown = pack.evidence[1]
    assert (shown["takenAt"], shown["step"], shown["state"]) == ("2026-04-15T14:00:00+02:00", "before", "stored")
    assert shown["facts"]["capturedAt"].startswith("2026-04-15T")
    assert shown["facts"].keys() >= {"width", "height", "latitude", "longitude"}
    assert pack.logs[1][-1]["texts"]["comment"] == "Done."
    paper = Paper(pack.read("1/report.pdf"))
    assert paper.says("Work order 1")
    assert paper.says(hashlib.sha256(photo).hexdigest())


async def test_an_order_with_nothing_but_its_name(company: Company) -> None:
    pack = await pack_of(company, await company.order())
    assert [file["path"] for file in pack.manifest["files"]] == [
        *("checkpoint.txt", "key.txt", "growth.jsonl", "1/report.pdf", "1/log.jsonl")
    ]
    assert (pack.evidence, pack.growth, len(pack.logs[1])) == ([], {}, 1)


async def test_the_report_is_french_where_that_is_wanted(company: Company) -> None:
    pack = await pack_of(company, await company.order(), language="fr")
    assert Paper(pack.read("1/report.pdf")).says("Ordre de travail 1")


async def test_what_was_deleted_is_in_it_and_marked(company: Company) -> None:
    order_id, services = await company.order(), company.parts.services
    gone = await attach(company, order_id, "Plan", b"old", "plan.txt")
    await services.evidence.delete(company.intent(Scope.EVIDENCE), order_id, gone, "Superseded.")
    await attach(company, order_id, "Plan", b"new", "plan.txt")
    pack = await pack_of(company, order_id)
    assert pack.read("1/deleted/Plan-plan.txt") == b"old"
    assert pack.read("1/attachments/Plan-plan.txt") == b"new"
    assert [each.get("deleted", False) for each in pack.evidence] == [True, False]
    assert pack.evidence[0]["deletionReason"] == "Superseded."


async def test_late_photos_stand_apart(company: Company) -> None:
    order_id, services = await company.order(), company.parts.services
    for to in (Status.REVIEW, Status.PRODUCTION, Status.COMPLETE):
        await services.work_orders.move(company.intent(Scope.STATUS), order_id, to)
    late = await add_photo(company, order_id, samples.photo(), "weld", "late.jpg")
    pack = await pack_of(company, order_id)
    assert (pack.evidence[0]["late"], pack.evidence[0]["path"]) == ("late", "1/late/weld-late.jpg")
    await services.late_photos.decide(company.intent(Scope.WORK_ORDERS), order_id, late, LateState.REJECTED, "Blurred.")
    assert (await pack_of(company, order_id)).evidence[0]["late"] == "rejected"


async def test_what_is_not_there_says_why(company: Company) -> None:
    order_id = await company.order()
    awaited = NewPhoto("incoming/x.jpg", "https://cdn.example.com/x.jpg", 1_700_000_000_000_000, "2023-11-14T22:13:20Z")
    await company.parts.services.evidence.register_photo(company.intent(Scope.EVIDENCE), order_id, awaited)
    (shown,) = (await pack_of(company, order_id)).evidence
    assert (shown["state"], "path" in shown, "sha256" in shown) == ("referenced", False, False)


async def test_a_damaged_file_breaks_it_off_and_is_told_the_next_time(company: Company, settings: Settings) -> None:
    order_id = await company.order()
    await attach(company, order_id, "Good", b"good", "good.txt")
    await attach(company, order_id, "Lost", b"lost", "lost.txt")
    await lose(company, settings, b"lost")
    with pytest.raises(Unavailable) as refused:
        await content_of(company, order_id)
    assert refused.value.code == "BYTES_DAMAGED"
    pack = await pack_of(company, order_id)
    assert [each["state"] for each in pack.evidence] == ["stored", "damaged"]
    assert ["path" in each for each in pack.evidence] == [True, False]
    assert pack.evidence[1]["sha256"] == hashlib.sha256(b"lost").hexdigest()


async def test_hostile_names_are_data(company: Company, tmp_path: Path) -> None:
    order_id = await company.order()
    for content in (b"one", b"two"):
        await attach(company, order_id, _HOSTILE, content, _HOSTILE)
    await add_photo(company, order_id, samples.photo(), _HOSTILE[2:], "..")
    content = await content_of(company, order_id)
    require_unzip(content, tmp_path)
    pack = Pack(content)
    names = [name for name in pack.archive.namelist() if name.startswith("1/")]
    assert len({name.casefold() for name in names}) == len(names) == 5
    for name in names:
        assert not set(name) & set('\\:*?"<>|\u202e\u0007'), name
        assert ".." not in name.split("/"), name
        assert name.count("/") <= 2, name
    assert pack.evidence[0]["name"] == _HOSTILE
    zipfile.ZipFile(BytesIO(content)).extractall(tmp_path / "out")
    assert {path.relative_to(tmp_path / "out").parts[0] for path in (tmp_path / "out").rglob("*")} == {
        *("1", "checkpoint.txt", "key.txt", "growth.jsonl", "manifest.json", "manifest.note")
    }


async def test_erased_texts_are_left_out(company: Company, settings: Settings) -> None:
    order_id = await company.order()
    await comment(company, order_id, "Call Ann Example, 0123.")
    with closing(sqlite3.connect(settings.data / "fettle.db", isolation_level=None)) as connection:
        assert connection.execute("UPDATE activity SET texts = NULL WHERE seq = 2").rowcount == 1
    pack = await pack_of(company, order_id)
    assert pack.logs[1][1]["texts"] is None
    assert "Ann Example" not in pack.text("1/log.jsonl")


async def test_a_long_log_is_whole(company: Company) -> None:
    order_id = await company.order()
    for _ in range(25):
        await asyncio.gather(*(comment(company, order_id, f"remark {number}") for number in range(100)))
    pack = await pack_of(company, order_id)
    assert len(pack.logs[1]) == pack.order["version"] == 2501


async def test_growth_is_proven_from_every_checkpoint_and_that_of_since(company: Company) -> None:
    order_id, log = await company.order(), company.parts.services.log
    sizes = []
    for number in range(4):
        sizes.append((await log.check_in(company.id)).size)
        await comment(company, order_id, f"remark {number}")
    for since in (None, sizes[0], sizes[2], 5):
        pack = await pack_of(company, order_id, since)
        assert (sorted(pack.growth), pack.size) == (sizes, 5)
    for unknown in (6, 0, 1 << 40):
        with pytest.raises(Invalid) as refused:
            await pack_of(company, order_id, unknown)
        assert refused.value.details[0].field == "since"


async def test_a_checkpoint_older_than_the_newest_thousand_comes_when_it_is_asked_for(company: Company) -> None:
    order_id, log = await company.order(), company.parts.services.log
    first = await log.check_in(company.id)
    for number in range(1005):
        await comment(company, order_id, f"remark {number}")
        await log.check_in(company.id)
    without, with_it = await pack_of(company, order_id), await pack_of(company, order_id, first.size)
    assert len(without.growth) == 1000
    assert first.size not in without.growth
    assert with_it.growth.keys() == without.growth.keys() | {first.size}


async def test_what_is_written_meanwhile_does_not_spoil_it(company: Company) -> None:
    order_id = await company.order()
    stop = asyncio.Event()

    async def write() -> None:
        while not stop.is_set():
            await comment(company, order_id, "still at it")

    writing = asyncio.create_task(write())
    try:
        packs = [await pack_of(company, order_id) for _ in range(3)]
    finally:
        stop.set()
        await writing
    assert packs[0].order["version"] < packs[1].order["version"] < packs[2].order["version"]


async def test_only_the_own_company_and_only_what_there_is(company: Company) -> None:
    order_id, other = await company.order(), await make_company(company.parts, "Mill", "max@mill.example")
    for reference in (order_id, 1):
        with pytest.raises(WorkOrderNotFound):
            await content_of(other, reference)
    assert (await pack_of(company, 1)).order["id"] == order_id


async def filtered(company: Company, conditions: WorkOrderFilter) -> tuple[Pack, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    _, chunks = await company.parts.services.evidence_packs.of_many(
        company.id, conditions, PackWanted(Wanted("en")), lambda done, count: told.append((done, count))
    )
    return Pack(b"".join([chunk async for chunk in chunks])), told


async def test_all_orders_of_a_filter_are_in_one_pack(company: Company) -> None:
    orders = [await company.order() for _ in range(3)]
    for order_id in orders:
        await attach(company, order_id, "Plan", order_id.encode(), "plan.txt")
    await company.parts.services.work_orders.move(company.intent(Scope.STATUS), orders[2], Status.REVIEW)
    pack, told = await filtered(company, WorkOrderFilter(statuses=(Status.DRAFT,)))
    assert [order["id"] for order in pack.manifest["orders"]] == orders[:2]
    assert [pack.read(f"{number}/attachments/Plan-plan.txt").decode() for number in (1, 2)] == orders[:2]
    assert told == [(0, 2), (1, 2), (2, 2)]


async def test_a_filter_that_nothing_fits_gives_an_empty_pack(company: Company) -> None:
    await company.order()
    pack, told = await filtered(company, WorkOrderFilter(statuses=(Status.ARCHIVED,)))
    assert (pack.manifest["orders"], told) == ([], [(0, 0)])


async def test_more_than_a_pack_holds_is_refused(company: Company) -> None:
    await company.order()
    component_id = (await company.parts.database.read(lambda tx: tx.catalogue.components(company.id)))[0].id
    new = NewWorkOrder("one of very many", component_id, 1)
    make = company.parts.services.work_orders.create
    await asyncio.gather(*(make(company.intent(Scope.WORK_ORDERS), new) for _ in range(MAX_ORDERS)))
    with pytest.raises(Invalid) as refused:
        await filtered(company, WorkOrderFilter())
    assert refused.value.code == "TOO_MANY_ORIGINALS"
