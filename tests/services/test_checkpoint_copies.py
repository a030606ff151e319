"""Every checkpoint goes to every destination, whatever is down meanwhile and for however long."""

import asyncio
import hashlib
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from fettle.background import make_worker
from fettle.build import Parts, open_parts
from fettle.domain.checkpoint_copies import CheckpointCopy, Destination, Fault
from fettle.domain.checkpoints import Checkpoint
from fettle.domain.instants import SECOND
from fettle.domain.people import Scope
from fettle.outside.webhook import WebhookTaker
from fettle.services.rows import Transaction
from fettle.settings import Settings
from tests.servers.listener import Listener, Reply
from tests.servers.seaweed import SeaweedServer
from tests.servers.tsa import TimestampAuthority
from tests.services.conftest import Company, make_company
from tests.worker.jobs import JumpingClock

HOUR = 3600 * SECOND
ALL = set(Destination)


@dataclass
class Places:
    """All destinations, as real as they get."""

    folder: Path
    listener: Listener
    authority: TimestampAuthority
    settings: Settings


@pytest.fixture
def places(settings: Settings, s3_server: SeaweedServer, tmp_path: Path) -> Iterator[Places]:
    listener, authority = Listener().start(), TimestampAuthority(tmp_path / "tsa")
    authority.start()
    folder = tmp_path / "copies"
    folder.mkdir()
    made = replace(
        settings,
        checkpoint_folder=folder,
        checkpoint_webhook=listener.url,
        checkpoint_webhook_secret="secret",
        checkpoint_s3=f"s3://{s3_server.make_locked_bucket()}?endpoint={s3_server.endpoint}&retention_days=1",
        checkpoint_s3_access_key_id=s3_server.access_key,
        checkpoint_s3_secret_access_key=s3_server.secret_key,
        timestamp_url=authority.url,
        timestamp_roots=authority.roots,
    )
    yield Places(folder, listener, authority, made)
    listener.stop()
    authority.stop()


@asynccontextmanager
async def working(parts: Parts, settings: Settings) -> AsyncIterator[JumpingClock]:
    """The worker of a server, whose clock can be set. What it says is not printed: that would take most of the time."""
    clock = JumpingClock()
    worker = make_worker(settings, replace(parts, clock=clock))
    with capture_logs():
        worker.start()
        yield clock
        await worker.stop(5)


async def copies_of(company: Company) -> dict[tuple[int, Destination], CheckpointCopy]:
    found = await company.parts.services.checkpoint_copies.page(company.admin, 1 << 53)
    return {(each.checkpoint.size, copy.destination): copy for each in found for copy in each.copies}


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(400):
        if await condition():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def grow(company: Company, order_id: str) -> Checkpoint:
    """One more entry, and a checkpoint that covers it."""
    await company.parts.services.work_orders.comment(company.intent(Scope.COMMENTS), order_id, "once more")
    return await company.parts.services.log.check_in(company.id)


async def test_a_checkpoint_goes_everywhere(places: Places, s3_server: SeaweedServer) -> None:
    async with open_parts(places.settings, is_server=False) as parts:
        company = await make_company(parts)
        made = await grow(company, await company.order())
        assert {(copy.attempts, copy.delivered_at) for copy in (await copies_of(company)).values()} == {(0, None)}
        async with working(parts, places.settings):
            await until(lambda: all_delivered(company))
        copies = {destination: copy for (_, destination), copy in (await copies_of(company)).items()}
        assert set(copies) == ALL
        assert {copy.attempts for copy in copies.values()} == {1}
        name = copies[Destination.FOLDER].proof or ""
        assert (places.folder / name).read_text() == made.note
        stamped = b64decode(copies[Destination.TIMESTAMP].proof or "")
        assert hashlib.sha256(made.note.encode()).digest() in stamped
        bucket = (places.settings.checkpoint_s3 or "").removeprefix("s3://").partition("?")[0]
        version = copies[Destination.S3].proof
        assert s3_server.send("GET", f"{bucket}/{name}?versionId={version}") == (200, made.note)
        assert [heard.method for heard in places.listener.heard] == ["POST"]
        waiting = await parts.services.checkpoint_copies.waiting_since()
        assert waiting == dict.fromkeys(Destination)
        assert await parts.database.read(lambda tx: tx.jobs.count()) == 0


async def all_delivered(company: Company) -> bool:
    return all(copy.delivered_at is not None for copy in (await copies_of(company)).values())


async def test_one_that_is_down_keeps_no_other_waiting(places: Places) -> None:
    places.listener.answer = lambda _: Reply(500)
    async with open_parts(places.settings, is_server=False) as parts:
        company = await make_company(parts)
        order_id = await company.order()
        made = [await grow(company, order_id) for _ in range(3)]

        async def others_have_all() -> bool:
            copies = await copies_of(company)
            arrived = [copy for (_, to), copy in copies.items() if to is not Destination.WEBHOOK]
            return all(copy.delivered_at for copy in arrived) and len(places.listener.heard) >= len(made)

        async with working(parts, places.settings):
            await until(others_have_all)
        copies = await copies_of(company)
        refused = [copies[each.size, Destination.WEBHOOK] for each in made]
        assert {(copy.last_error, copy.delivered_at) for copy in refused} == {(Fault.REFUSED, None)}
        waiting = await parts.services.checkpoint_copies.waiting_since()
        assert waiting[Destination.WEBHOOK] == made[0].made_at
        assert waiting[Destination.FOLDER] is None


async def test_after_more_than_a_day_everything_arrives(settings: Settings) -> None:
    listener = Listener()
    changed = replace(settings, checkpoint_webhook=listener.url)
    async with open_parts(changed, is_server=False) as parts:
        company = await make_company(parts)
        order_id = await company.order()
        made = [await grow(company, order_id)]

        async def tried(attempts: int) -> bool:
            return (await copies_of(company))[made[0].size, Destination.WEBHOOK].attempts >= attempts

        async with working(parts, changed) as clock:
            for times in range(1, 6):
                await until(lambda times=times: tried(times))  # type: ignore[misc]  # a bound lambda
                made.append(await grow(company, order_id))
                clock.jump += 6 * HOUR
            assert not any(copy.delivered_at for copy in (await copies_of(company)).values())
            listener.start()
            made.append(await grow(company, order_id))
            clock.jump += HOUR
            await until(lambda: all_delivered(company))
        listener.stop()
        copies = await copies_of(company)
        assert set(copies) == {(each.size, Destination.WEBHOOK) for each in made}
        assert copies[made[-1].size, Destination.WEBHOOK].delivered_at is not None
        assert len(listener.heard) == len(made) == 7


async def test_what_is_delivered_is_not_sent_again(settings: Settings) -> None:
    listener = Listener().start()
    changed = replace(settings, checkpoint_webhook=listener.url)
    async with open_parts(changed, is_server=False) as parts:
        company = await make_company(parts)
        await grow(company, await company.order())
        async with working(parts, changed):
            await until(lambda: all_delivered(company))
        ((_, copy),) = (await copies_of(company)).items()
        await parts.services.checkpoint_copies.deliver(copy.id, WebhookTaker(listener.url, None))
        assert await parts.services.checkpoint_copies.add_missing() == 0
    listener.stop()
    assert len(listener.heard) == 1


async def test_a_new_destination_gets_the_newest(settings: Settings, tmp_path: Path) -> None:
    async with open_parts(settings, is_server=False) as parts:
        company = await make_company(parts)
        order_id = await company.order()
        made = [await grow(company, order_id) for _ in range(2)]
        assert await parts.services.checkpoint_copies.add_missing() == 0
        assert await copies_of(company) == {}
    changed = replace(settings, checkpoint_folder=tmp_path)
    async with open_parts(changed, is_server=False) as parts:
        company = replace(company, parts=parts)
        async with working(parts, changed):
            await until(lambda: has_any(company))
            await until(lambda: all_delivered(company))
        assert list(await copies_of(company)) == [(made[-1].size, Destination.FOLDER)]


async def has_any(company: Company) -> bool:
    return bool(await copies_of(company))


async def test_pages_never_cut_a_size_in_two(company: Company) -> None:
    made = [
        Checkpoint(company.id, size, "00" * 32, size, f"note {size} {key}") for size in range(1, 81) for key in range(3)
    ]

    def command(tx: Transaction) -> None:
        for each in made:
            tx.log.add_checkpoint(each)

    await company.parts.database.write(command)
    before, seen = 1 << 53, []
    while page := await company.parts.services.checkpoint_copies.page(company.admin, before):
        assert len(page) <= 100
        seen += [each.checkpoint.note for each in page]
        before = page[-1].checkpoint.size
    assert sorted(seen) == sorted(each.note for each in made)
    other = await make_company(company.parts, "Mill", "ada@mill.example")
    assert await company.parts.services.checkpoint_copies.page(other.admin, 1 << 53) == []
