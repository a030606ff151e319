"""What was registered before a work order was closed settles after it: its bytes are found, or not."""

import pytest

from fettle.domain.evidence import State
from fettle.domain.people import Scope
from fettle.domain.work_orders import Status
from fettle.settings import Settings
from tests.services.conftest import Company
from tests.services.photos import get_photo, register, send

_WAYS = {
    Status.COMPLETE: (Status.REVIEW, Status.PRODUCTION, Status.COMPLETE),
    Status.CANCELED: (Status.CANCELED,),
    Status.ARCHIVED: (Status.REVIEW, Status.PRODUCTION, Status.COMPLETE, Status.ARCHIVED),
}


@pytest.fixture
def settings(settings_of_both: Settings) -> Settings:
    return settings_of_both


async def close(company: Company, order_id: str, status: Status) -> None:
    for to in _WAYS[status]:
        await company.parts.services.work_orders.move(company.intent(Scope.STATUS), order_id, to, "as agreed")


@pytest.mark.parametrize("status", _WAYS)
async def test_a_photo_that_was_registered_before_is_stored(company: Company, status: Status) -> None:
    order_id = await company.order()
    photo_id = await register(company, order_id, await send(company))
    await close(company, order_id, status)
    assert (await get_photo(company.parts, photo_id)).state is State.REFERENCED
    await company.parts.watch.look(photo_id, 1, company.parts.clock.now())
    assert (await get_photo(company.parts, photo_id)).state is State.STORED
    found = await company.parts.services.verification.of_order(company.admin, order_id)
    assert found.problems == []
    assert found.order.status is status
