"""What was erased is nowhere any more, and the work order verifies as before."""

from collections.abc import Awaitable
from contextlib import closing

import psycopg
import pytest

from fettle.db.sqlite_module import sqlite3
from fettle.domain.activity import EntryType, said_in
from fettle.domain.approvals import ApprovalStatus
from fettle.domain.entry_messages import message_of
from fettle.domain.erasures import Erasable, Wanted
from fettle.domain.errors import Conflict, FettleError, Invalid, NotFound, Unauthenticated
from fettle.domain.evidence import NewAttachment, NewPhoto, Type
from fettle.domain.people import Caller, Role, Scope
from fettle.domain.pictures import FileFacts
from fettle.domain.work_orders import Status
from fettle.services.files import Upload
from fettle.services.keys import NewKey
from fettle.services.users import UserChange
from fettle.settings import Settings
from tests.services.conftest import Company, sign_in
from tests.services.photos import get_photo, kept_keys, register, send
from tests.services.test_removals import attach, hold
from tests.services.test_sealed import close

SECRET = "Marguerite"
ENTIRE = frozenset(Erasable)


@pytest.fixture
def settings(settings_of_both: Settings) -> Settings:
    return settings_of_both


def everything(settings: Settings) -> str:
    """Every row of the database, as text."""
    if settings.database_url:
        with psycopg.connect(settings.database_url) as connection:
            found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            return "".join(str(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for (name,) in found)  # noqa: S608 - our tables
    with closing(sqlite3.connect(settings.data / "fettle.db")) as connection:
        found = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        return "".join(str(connection.execute(f"SELECT * FROM {name}").fetchall()) for (name,) in found)  # noqa: S608 - our tables


async def erase(company: Company, order_id: str, *what: Erasable, **narrowed: object) -> bool:
    """Whether there was something left to erase."""
    wanted = Wanted(frozenset(what), "asked for", **narrowed)  # type: ignore[arg-type]  # fields of Wanted
    return not (await company.parts.services.erasures.of_order(company.intent(Scope.USERS), order_id, wanted)).replayed


async def require_whole(company: Company, order_id: str) -> None:
    """One entry for each version, and all of it verifies, against a checkpoint too."""
    await company.parts.services.log.check_in(company.id)
    found = await company.parts.services.verification.of_order(company.admin, order_id)
    assert found.problems == []
    assert found.entries == found.covered == found.order.version


async def order_about_her(company: Company) -> tuple[str, list[str]]:
    """An order that names her wherever something can be written, and the ids of its evidence."""
    services, order_id = company.parts.services, await company.order()
    admin = company.intent(Scope.WORK_ORDERS)
    await services.work_orders.edit(admin, order_id, {"description": f"At {SECRET}'s"})
    async with company.parts.blobs.spool() as spool:
        await spool.write(b"drawing")
        new = NewAttachment(Type.FILE, f"{SECRET} drew it", f"for {SECRET}")
        drawing = await services.evidence.attach(admin, order_id, new, Upload(spool, f"{SECRET}.txt"))
    note = await services.evidence.attach(admin, order_id, NewAttachment(Type.TEXT, "Note", f"ask {SECRET}"), None)
    gone = await attach(company, order_id, "Mistake")
    await services.evidence.delete(admin, order_id, gone, f"{SECRET} said so")
    photo = NewPhoto(f"{SECRET}/1.jpg", f"https://cdn.example.com/{SECRET}", 0, "1970-01-01T00:00:00Z", f"{SECRET}'s")
    photo_id = (await services.evidence.register_photo(admin, order_id, photo)).id
    await services.approvals.ask(admin, order_id, company.admin_id)
    rejected = (order_id, company.admin_id, ApprovalStatus.REJECTED, f"{SECRET} must not")
    await services.approvals.decide(admin, *rejected)
    await services.work_orders.comment(admin, order_id, f"called {SECRET}")
    await services.work_orders.move(admin, order_id, Status.CANCELED, f"{SECRET} left")
    return order_id, [drawing.id, note.id, gone, photo_id]


async def test_nothing_of_her_is_left(company: Company, settings: Settings) -> None:
    """Names of evidence are names of datasets too, which are the company's and not the order's."""
    order_id, ids = await order_about_her(company)
    assert everything(settings).count(SECRET) > 15
    await require_whole(company, order_id)
    assert await erase(company, order_id, *ENTIRE, evidence_ids=frozenset(ids))
    datasets = await company.parts.database.read(lambda tx: tx.catalogue.datasets(company.id))
    assert everything(settings).count(SECRET) == sum(SECRET in dataset.name for dataset in datasets) == 2
    await require_whole(company, order_id)
    assert await kept_keys(company.parts) == []
    assert not await erase(company, order_id, *ENTIRE, evidence_ids=frozenset(ids)), "a repeat"


@pytest.mark.parametrize("what", Erasable)
async def test_each_kind_alone_leaves_a_log_that_verifies(company: Company, settings: Settings, what: Erasable) -> None:
    order_id, ids = await order_about_her(company)
    before = everything(settings).count(SECRET)
    named = {"evidence_ids": frozenset(ids)} if what is Erasable.BYTES else {}
    assert await erase(company, order_id, what, **named)
    assert (everything(settings).count(SECRET) < before) is (what is not Erasable.PLACES)
    await require_whole(company, order_id)
    view = await company.parts.services.work_orders.get(company.admin, order_id)
    said = said_in(view.activity[-1])
    assert (view.activity[-1].type, said["what"], said["reason"]) == (EntryType.ERASED, [what], "asked for")
    for entry in view.activity:
        for language in ("en", "fr"):
            assert message_of(entry, language)
        assert ("erased]" in message_of(entry, "en")) is entry.is_erased


async def test_an_edit_after_an_erasure_verifies(company: Company) -> None:
    order_id = await company.order()
    edit, intent = company.parts.services.work_orders.edit, company.intent(Scope.WORK_ORDERS)
    await edit(intent, order_id, {"description": SECRET, "name": "Second"})
    await erase(company, order_id, Erasable.DESCRIPTION)
    await require_whole(company, order_id)
    await edit(intent, order_id, {"description": "Third"})
    await require_whole(company, order_id)


async def test_remarks_of_one_person_go_and_those_of_others_stay(company: Company) -> None:
    order_id, comment = await company.order(), company.parts.services.work_orders.comment
    other_id, other = await company.add(Role.OPERATOR, "kim@forge.example")
    await comment(company.intent(Scope.COMMENTS), order_id, "mine")
    await comment(company.intent(Scope.COMMENTS, other), order_id, "theirs")
    await close(company, order_id, Status.ARCHIVED)
    assert await erase(company, order_id, Erasable.COMMENTS, of_user_id=other_id)
    activity = (await company.parts.services.work_orders.get(company.admin, order_id)).activity
    said = [message_of(entry, "fr") for entry in activity if entry.type is EntryType.COMMENTED]
    assert said == ["mine", "Commentaire [texte effacé]"]
    assert said_in(activity[-1])["of_user_id"] == other_id
    assert await erase(company, order_id, Erasable.COMMENTS, versions=frozenset({2}))
    assert (await company.parts.services.work_orders.get(company.admin, order_id)).activity[1].is_erased
    await require_whole(company, order_id)


async def test_a_place_that_was_erased_is_not_read_again(company: Company) -> None:
    order_id = await company.order()
    entry = await get_photo(company.parts, await attach(company, order_id))
    there = FileFacts(entry.file_name, company.id, 1, latitude=48.85, longitude=2.35, altitude_m=35.0)
    database = company.parts.database
    await database.write(lambda tx: tx.pictures.set_facts(there))
    assert await erase(company, order_id, Erasable.PLACES)
    (facts,) = await database.read(lambda tx: tx.pictures.facts(company.id, [entry.file_name]))
    assert (facts.latitude, facts.longitude, facts.altitude_m) == (None, None, None)
    from fettle.services.pictures import _note  # noqa: PLC0415 - what every reading of a file ends with

    await database.write(lambda tx: _note(tx, there, []))
    (facts,) = await database.read(lambda tx: tx.pictures.facts(company.id, [entry.file_name]))
    assert facts.latitude is None


async def test_bytes_of_one_photo_go_at_once_with_the_file_it_was_copied_from(company: Company) -> None:
    order_id = await company.order()
    photo_id = await register(company, order_id, await send(company))
    await company.parts.watch.look(photo_id, 1, company.parts.clock.now())
    await close(company, order_id, Status.COMPLETE)
    assert await erase(company, order_id, Erasable.BYTES, evidence_ids=frozenset({photo_id}))
    assert await kept_keys(company.parts) == []
    last = (await company.parts.services.work_orders.get(company.admin, order_id)).activity[-1]
    (removed,) = said_in(last)["removed"]
    assert removed.keys() == {"evidence_id", "sha256", "size"}
    with pytest.raises(NotFound) as raised:
        await company.parts.services.files.get(company.admin, (await get_photo(company.parts, photo_id)).file_name)
    assert raised.value.code == "BYTES_REMOVED"
    await require_whole(company, order_id)


async def test_an_awaited_photo_that_was_erased_does_not_come_any_more(company: Company) -> None:
    order_id = await company.order()
    photo_id = await register(company, order_id, await send(company))
    assert await erase(company, order_id, Erasable.BYTES, evidence_ids=frozenset({photo_id}))
    assert await company.parts.watch.look(photo_id, 1, company.parts.clock.now()) is None
    assert (await get_photo(company.parts, photo_id)).state == "referenced"
    assert await kept_keys(company.parts) == []


async def test_a_hold_stops_erasures_of_the_order_and_of_its_people(company: Company) -> None:
    order_id = await company.order()
    other_id, other = await company.add(Role.OPERATOR, "kim@forge.example")
    await company.parts.services.work_orders.comment(company.intent(Scope.COMMENTS, other), order_id, "mine")
    await hold(company, order_id)
    with pytest.raises(Conflict) as raised:
        await erase(company, order_id, Erasable.COMMENTS)
    assert raised.value.code == "LEGAL_HOLD"
    with pytest.raises(Conflict) as raised:
        await forget(company, other_id, "kim@forge.example")
    assert (raised.value.code, raised.value.details[0].params) == ("LEGAL_HOLD", {"number": 1})
    unknown_id, _ = await company.add(Role.OPERATOR, "lee@forge.example")
    await forget(company, unknown_id, "lee@forge.example")


async def forget(company: Company, user_id: str, email: str, caller: Caller | None = None) -> bool:
    """Erase a person; whether it had been done before."""
    intent = company.intent(Scope.USERS, caller)
    return (await company.parts.services.erasures.of_user(intent, user_id, email, "asked for")).replayed


async def test_a_person_is_gone_with_all_that_they_could_do(company: Company, settings: Settings) -> None:
    services, email = company.parts.services, f"{SECRET.lower()}@forge.example"
    user_id, caller = await company.add(Role.OPERATOR, email)
    await services.users.change(company.intent(Scope.USERS), user_id, _renamed())
    new = NewKey(f"{SECRET}'s phone", user_id, frozenset({Scope.READ}))
    await services.keys.create(company.intent(Scope.KEYS), new)
    order_id = await company.order()
    await services.work_orders.comment(company.intent(Scope.COMMENTS, caller), order_id, "done")
    assert not await forget(company, user_id, email.upper())
    assert await forget(company, user_id, email), "a repeat"
    assert SECRET.lower() not in everything(settings).lower()
    user = await services.users.get(company.admin, user_id)
    assert (user.is_active, user.password_hash, user.first_name) == (False, None, "Erased")
    with pytest.raises(Unauthenticated):
        await services.work_orders.comment(company.intent(Scope.COMMENTS, caller), order_id, "again")
    with pytest.raises(Unauthenticated):
        await sign_in(company.parts, email)
    with pytest.raises(NotFound):
        await services.users.change(company.intent(Scope.USERS), user_id, _renamed())
    view = await services.work_orders.get(company.admin, order_id)
    assert view.activity[-1].added_by_user_id == user_id
    await require_whole(company, order_id)
    await company.add(Role.OPERATOR, email)


async def test_who_cannot_be_erased(company: Company) -> None:
    other_id, other = await company.add(Role.ADMIN, "kim@forge.example")
    assert await _refusal(forget(company, company.admin_id, company.email)) == "OWN_ACCOUNT"
    assert await _refusal(forget(company, other_id, company.email)) == "INVALID_BODY"
    assert await _refusal(forget(company, "0" * 36, company.email)) == "NOT_FOUND"
    await forget(company, other_id, "kim@forge.example")
    assert await _refusal(forget(company, company.admin_id, company.email, other)) == "UNAUTHENTICATED"
    assert await _refusal(forget(company, company.admin_id, company.email)) == "OWN_ACCOUNT"


@pytest.mark.parametrize(
    ("what", "narrowed", "field"),
    [
        ((), {}, "what"),
        ((Erasable.BYTES,), {}, "evidence_ids"),
        ((Erasable.BYTES,), {"evidence_ids": frozenset({"0" * 36})}, "evidence_ids"),
        ((Erasable.COMMENTS,), {"evidence_ids": frozenset({"0" * 36})}, "evidence_ids"),
        ((Erasable.PLACES,), {"versions": frozenset({1})}, "versions"),
        ((Erasable.PLACES,), {"of_user_id": "0" * 36}, "of_user_id"),
    ],
)
async def test_what_does_not_fit_together_is_refused(
    company: Company, what: tuple[Erasable, ...], narrowed: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as raised:
        await erase(company, await company.order(), *what, **narrowed)
    assert [detail.field for detail in raised.value.details] == [field]


async def _refusal(attempt: Awaitable[object]) -> str:
    with pytest.raises(FettleError) as raised:
        await attempt
    return raised.value.code


def _renamed() -> UserChange:
    return UserChange(first_name=SECRET, last_name=SECRET)
