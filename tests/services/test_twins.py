"""The same photo on two work orders: told, or refused, and never merged."""

from collections.abc import AsyncIterator, Sequence

import pytest

from fettle.build import Parts, open_parts
from fettle.domain.direct_uploads import announce
from fettle.domain.errors import FettleError
from fettle.domain.evidence import Kind, NewPhoto
from fettle.domain.people import Scope
from fettle.domain.pictures import bands, is_telling, looks_alike
from fettle.services.reading import Piece
from fettle.services.rows import Page
from fettle.settings import Settings
from tests.media import samples
from tests.services.conftest import Company, make_company


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def _add(company: Company, order_id: str, content: bytes, taken_at: int = 1) -> str:
    """A photo with its bytes, and what is in them read; the id of its entry."""
    services, intent = company.parts.services, company.intent(Scope.EVIDENCE)
    content_type = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    new = announce("a", content_type, len(content), None)
    key = (await services.direct_uploads.begin(intent, order_id, new)).id
    await services.direct_uploads.take(await services.direct_uploads.find(key), _chunks(content))
    photo = NewPhoto(key, "https://cdn.example.com/1", taken_at, "1970-01-01T00:00:00Z")
    added = (await services.evidence.register_photo(intent, order_id, photo)).id
    await services.pictures.read_facts(company.id, key)
    return added


async def _photos(company: Company, order_id: str) -> Sequence[Piece]:
    reading = company.parts.services.reading
    return (await reading.evidence(company.admin, order_id, Kind.PHOTO, Page(50), deleted=True)).items


async def _told(company: Company, order_id: str) -> list[tuple[str, str, str]]:
    return [
        (twin.work_order_id, twin.evidence_id, twin.match)
        for piece in await _photos(company, order_id)
        for twin in piece.twins
    ]


async def test_the_same_bytes_are_told_on_both_orders(company: Company) -> None:
    content, one, two = samples.photo(), await company.order(), await company.order()
    first, second = await _add(company, one, content), await _add(company, two, content)
    assert await _told(company, one) == [(two, second, "bytes")]
    assert await _told(company, two) == [(one, first, "bytes")]
    assert len(await _photos(company, one)) == len(await _photos(company, two)) == 1


async def test_twice_on_one_order_is_nobodys_business(company: Company) -> None:
    content, order = samples.photo(), await company.order()
    await _add(company, order, content)
    await _add(company, order, content, taken_at=2)
    assert len(await _photos(company, order)) == 2
    assert await _told(company, order) == []


async def test_what_only_looks_the_same_is_told_where_it_came_later(company: Company) -> None:
    one, two = await company.order(), await company.order()
    first = await _add(company, one, samples.blotches("JPEG", (640, 480)))
    await _add(company, two, samples.blotches("PNG", (1280, 960)))
    assert await _told(company, two) == [(one, first, "look")]
    assert await _told(company, one) == []


async def test_another_company_is_never_told_of(company: Company) -> None:
    other = await make_company(company.parts, "Other", "ada@other.example")
    order, content = await company.order(), samples.photo()
    await _add(other, await other.order(), content)
    await _add(company, order, content)
    assert await _told(company, order) == []


async def test_a_deleted_photo_is_no_twin(company: Company) -> None:
    content, one, two = samples.photo(), await company.order(), await company.order()
    first = await _add(company, one, content)
    await _add(company, two, content)
    intent = company.intent(Scope.EVIDENCE)
    await company.parts.services.evidence.delete(intent, one, first, "wrong order")
    assert await _told(company, two) == []


@pytest.mark.parametrize("choice", ["refuse", "allow"])
async def test_the_one_who_runs_it_decides(settings: Settings, choice: str) -> None:
    chosen = Settings(data=settings.data, same_photo=choice)
    async with open_parts(chosen, is_server=False) as parts:
        await _decided(parts, choice)


async def _decided(parts: Parts, choice: str) -> None:
    company, content = await make_company(parts), samples.photo()
    one, two = await company.order(), await company.order()
    await _add(company, one, content)
    if choice == "allow":
        await _add(company, two, content)
        assert await _told(company, two) == []
        return
    with pytest.raises(FettleError) as refused:
        await _add(company, two, content)
    assert (refused.value.code, refused.value.params) == ("SAME_PHOTO", {"number": 1})
    assert await _photos(company, two) == []
    await _add(company, one, content, taken_at=2)


def test_looks() -> None:
    assert bands("0123456789abcdef") == ("0123", "4567", "89ab", "cdef")
    assert looks_alike("0123456789abcdef", "0123456789abcde8")
    assert not looks_alike("0123456789abcdef", "0123456789abcd00")
    assert is_telling("0123456789abcdef")
    assert not is_telling("0000000000000001")
    assert not is_telling("fffffffffffffff0")
