"""What was removed or erased is told on paper in its place, and nobody is named who was erased."""

import hashlib

from fettle.domain.erasures import Erasable, Wanted
from fettle.domain.people import Role, Scope
from tests.media import samples
from tests.services.conftest import Company
from tests.services.papers import add_photo, paper


async def test_a_photo_without_its_bytes_and_a_person_without_a_name(company: Company) -> None:
    order_id, services = await company.order(), company.parts.services
    user_id, other = await company.add(Role.OPERATOR, "kim@forge.example")
    photo_id = await add_photo(company, order_id, samples.photo(), "weld")
    await services.work_orders.comment(company.intent(Scope.COMMENTS, other), order_id, "Marguerite called")
    wanted = Wanted(
        frozenset({Erasable.BYTES, Erasable.COMMENTS}), "asked for", evidence_ids=frozenset({photo_id}), versions=None
    )
    intent = company.intent(Scope.USERS)
    await services.erasures.of_order(intent, order_id, wanted)
    await services.erasures.of_user(intent, user_id, "kim@forge.example", "asked for")
    printed = await paper(company, order_id)
    assert printed.pictures == 0
    assert printed.says("Its bytes were removed for good")
    assert printed.says(hashlib.sha256(samples.photo()).hexdigest())
    assert printed.says("Comment [text erased]")
    assert printed.says(f"erased person {user_id[-8:]}")
    assert not printed.says("Marguerite")
    assert not printed.says("First Last")
