"""A work order read in one piece, on both databases."""

import pytest

from fettle.domain.activity import EntryType
from fettle.domain.errors import WorkOrderNotFound
from fettle.domain.evidence import NewAttachment, Type
from fettle.domain.people import Scope
from fettle.settings import Settings
from tests.services.conftest import Company, make_company


@pytest.fixture
def settings(settings_of_both: Settings) -> Settings:
    return settings_of_both


async def test_a_whole_order_has_its_evidence_and_the_newest_of_its_log_first(company: Company) -> None:
    services, order_id = company.parts.services, await company.order()
    for number in range(3):
        note = NewAttachment(Type.TEXT, f"note {number}", "Deburr all edges.")
        await services.evidence.attach(company.intent(Scope.EVIDENCE), order_id, note, None)
    gone = (await services.reading.whole_order(company.admin, order_id, 10, 10)).pieces[0].entry.id
    await services.evidence.delete(company.intent(Scope.EVIDENCE), order_id, gone, "Written anew.")
    whole = await services.reading.whole_order(company.admin, order_id, newest=2, most=10)
    assert [piece.entry.name for piece in whole.pieces] == ["note 1", "note 2"]
    assert [entry.seq for entry in whole.entries] == [5, 4]
    assert whole.component is not None
    assert whole.component.name == "Bracket"
    assert len((await services.reading.whole_order(company.admin, order_id, newest=2, most=1)).pieces) == 1


async def test_what_came_earlier_is_read_down_to_the_first_entry(company: Company) -> None:
    services, order_id = company.parts.services, await company.order()
    for number in range(4):
        await services.work_orders.comment(company.intent(Scope.COMMENTS), order_id, f"number {number}")
    found = await services.reading.earlier(company.admin, order_id, before=4, most=2)
    assert [entry.seq for entry in found] == [3, 2]
    found = await services.reading.earlier(company.admin, order_id, before=2, most=30)
    assert [entry.type for entry in found] == [EntryType.CREATED]
    assert await services.reading.earlier(company.admin, order_id, before=1, most=30) == []


async def test_another_company_has_no_such_order(company: Company) -> None:
    order_id, other = await company.order(), await make_company(company.parts, "Other", "olga@other.example")
    reading = company.parts.services.reading
    with pytest.raises(WorkOrderNotFound):
        await reading.whole_order(other.admin, order_id, 10, 10)
    with pytest.raises(WorkOrderNotFound):
        await reading.earlier(other.admin, order_id, 10, 10)
