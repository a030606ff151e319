"""What becomes of a template's files: shared, kept as long as it names them, and honest where they are damaged."""

from collections.abc import AsyncIterator

import msgspec
import pytest

from fettle.build import Parts
from fettle.domain.activity import EntryType
from fettle.domain.errors import Conflict, Invalid
from fettle.domain.evidence import Evidence, NewAttachment, State, Type
from fettle.domain.people import Role, Scope
from fettle.services.files import Upload
from fettle.services.templates import NewTemplate
from tests.services.conftest import Company, make_company
from tests.services.photos import kept_keys
from tests.services.test_catalogue import make_component
from tests.services.test_two_servers import codes, servers

__all__ = ["servers"]


async def _attach(company: Company, order_id: str, name: str, content: bytes) -> str:
    services = company.parts.services
    async with services.blobs.spool() as spool:
        await spool.write(content)
        new = NewAttachment(Type.FILE, name)
        intent = company.intent(Scope.EVIDENCE)
        return (await services.evidence.attach(intent, order_id, new, Upload(spool, "a.txt"))).id


async def _template(company: Company, order_id: str, name: str = "overhaul") -> str:
    intent, given = company.intent(Scope.WORK_ORDERS), {"name": name}
    service = company.parts.services.templates
    return (await service.create_from(intent, order_id, given, with_attachments=True)).id


async def _make(company: Company, template_id: str) -> str:
    return (await company.parts.services.templates.make_order(company.intent(Scope.WORK_ORDERS), template_id, {})).id


async def _evidence(parts: Parts, order_id: str) -> list[Evidence]:
    return await parts.database.read(lambda tx: tx.evidence.of_orders([order_id]))


async def _content(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])


async def test_orders_share_the_file_and_the_sweep_leaves_it(company: Company) -> None:
    parts, source = company.parts, await company.order()
    attachment_id = await _attach(company, source, "drawing", b"lines")
    template_id = await _template(company, source)
    await parts.services.evidence.delete(company.intent(Scope.EVIDENCE), source, attachment_id, "replaced")
    assert await parts.sweep.orphans(0) == 0
    for order_id in (await _make(company, template_id), await _make(company, template_id)):
        (entry,) = await _evidence(parts, order_id)
        assert (entry.name, entry.state, entry.seq) == ("drawing", State.STORED, 2)
        file = await parts.services.files.get(company.admin, entry.file_name)
        assert await _content(await parts.services.files.open(file)) == b"lines"
    assert len(await kept_keys(parts)) == 1


async def test_every_version_has_one_line_in_the_log(company: Company) -> None:
    source = await company.order()
    for number in range(3):
        await _attach(company, source, f"drawing {number}", b"%d" % number)
    template_id = await _template(company, source)
    order_id = await _make(company, template_id)
    entries = await company.parts.database.read(lambda tx: tx.activity.of_orders([order_id]))
    order = await company.parts.services.reading.get_row(company.admin, order_id)
    assert [entry.seq for entry in entries] == [1, 2, 3, 4]
    assert order.order.version == 4
    assert [entry.type for entry in entries] == [EntryType.CREATED, *[EntryType.ATTACHMENT_ADDED] * 3]
    assert msgspec.json.decode(entries[0].data)["template_id"] == template_id


async def test_two_that_are_alike_stay_two(company: Company) -> None:
    source = await company.order()
    await _attach(company, source, "drawing", b"lines")
    _, caller = await company.add(Role.OPERATOR, "olga@forge.example")
    async with company.parts.services.blobs.spool() as spool:
        await spool.write(b"lines")
        intent = company.intent(Scope.EVIDENCE, caller)
        new = NewAttachment(Type.FILE, "drawing")
        await company.parts.services.evidence.attach(intent, source, new, Upload(spool, "a.txt"))
    order_id = await _make(company, await _template(company, source))
    assert [entry.name for entry in await _evidence(company.parts, order_id)] == ["drawing", "drawing"]


async def test_a_damaged_file_is_not_called_stored(company: Company) -> None:
    parts, source = company.parts, await company.order()
    await _attach(company, source, "drawing", b"lines")
    template_id = await _template(company, source)
    (key,) = await kept_keys(parts)
    await parts.blobs.delete(key)
    assert [lost async for lost in parts.check.run()]
    (entry,) = await _evidence(parts, await _make(company, template_id))
    assert entry.state is State.DAMAGED


async def test_a_limit_of_the_company_holds_for_them_too(company: Company) -> None:
    source = await company.order()
    await _attach(company, source, "one", b"1")
    await _attach(company, source, "two", b"2")
    template_id = await _template(company, source)
    await company.parts.services.limits.set(company.intent(Scope.USERS), "*", max_order_files=1)
    with pytest.raises(Conflict, match="WORK_ORDER_FULL"):
        await _make(company, template_id)
    await company.parts.services.limits.set(company.intent(Scope.USERS), "*", max_order_files=2)
    await _make(company, template_id)


async def test_a_deleted_template_makes_nothing_and_lets_its_files_go(company: Company) -> None:
    parts, source = company.parts, await company.order()
    await _attach(company, source, "drawing", b"lines")
    template_id = await _template(company, source)
    service, intent = parts.services.templates, company.intent(Scope.WORK_ORDERS)
    assert not (await service.delete(intent, template_id)).replayed
    assert (await service.delete(intent, template_id)).replayed
    with pytest.raises(Invalid):
        await _make(company, template_id)
    assert await parts.database.read(lambda tx: tx.templates.attachments(template_id)) == []


async def test_one_name_is_given_once_by_two_servers(servers: tuple[Parts, Parts]) -> None:
    company = await make_company(servers[0])
    component_id = await make_component(company)
    for number in range(10):
        new = NewTemplate(f"overhaul {number}", component_id, 1)
        both = (parts.services.templates.create(company.intent(Scope.WORK_ORDERS), new) for parts in servers)
        assert await codes(*both) == ["", "TEMPLATE_NAME_TAKEN"]
