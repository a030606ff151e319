"""An archive never passes a damaged file off as a whole one."""

import asyncio
import json
import zipfile
from io import BytesIO

import pytest

from fettle.domain.errors import Invalid, Unavailable
from fettle.domain.evidence import NewAttachment, Type
from fettle.domain.originals import MAX_ORDERS
from fettle.domain.people import Scope
from fettle.services.files import KEPT_PREFIX, Upload
from fettle.services.rows import WorkOrderFilter
from fettle.services.work_orders import NewWorkOrder
from tests.services.conftest import Company


async def archive(company: Company, order_id: str) -> bytes:
    found = await company.parts.services.originals.of_order(company.admin, order_id)
    content = b"".join([chunk async for chunk in found.chunks()])
    assert len(content) == found.size
    return content


async def test_more_than_an_archive_holds_is_refused(company: Company) -> None:
    await company.order()
    component_id = (await company.parts.database.read(lambda tx: tx.catalogue.components(company.id)))[0].id
    new = NewWorkOrder("one of very many", component_id, 1)
    make = company.parts.services.work_orders.create
    await asyncio.gather(*(make(company.intent(Scope.WORK_ORDERS), new) for _ in range(MAX_ORDERS + 1)))
    with pytest.raises(Invalid) as refused:
        await company.parts.services.originals.of_filter(company.admin, WorkOrderFilter())
    assert refused.value.code == "TOO_MANY_ORIGINALS"


async def test_a_file_that_is_gone_ends_the_answer_and_is_listed_the_next_time(company: Company) -> None:
    order_id, parts = await company.order(), company.parts
    async with parts.blobs.spool() as spool:
        await spool.write(b"content")
        intent = company.intent(Scope.EVIDENCE)
        await parts.services.evidence.attach(
            intent, order_id, NewAttachment(Type.FILE, "Plan"), Upload(spool, "plan.txt")
        )
    assert zipfile.ZipFile(BytesIO(await archive(company, order_id))).testzip() is None
    async for stat in parts.blobs.list(KEPT_PREFIX):
        await parts.blobs.delete(stat.key)
    with pytest.raises(Unavailable):
        await archive(company, order_id)
    opened = zipfile.ZipFile(BytesIO(await archive(company, order_id)))
    (listed,) = json.loads(opened.read("manifest.json"))["originals"]
    assert opened.namelist() == ["manifest.json"]
    assert (listed["state"], "path" in listed) == ("damaged", False)
