"""What is swept of direct uploads, and what is not; and when their addresses stop to work."""

from collections.abc import AsyncIterator

import pytest

from fettle.build import Parts
from fettle.domain.direct_uploads import LASTS_S, announce
from fettle.domain.errors import FettleError
from fettle.domain.evidence import NewPhoto
from fettle.domain.people import Scope
from fettle.domain.uploads import UploadExpired
from tests.services.conftest import Company
from tests.services.photos import JPEG, kept_keys

_DAY_S = 24 * 3600


async def _chunks(content: bytes = JPEG) -> AsyncIterator[bytes]:
    yield content


async def _announced(company: Company, order_id: str) -> str:
    direct = company.parts.services.direct_uploads
    new = announce("a.jpg", "image/jpeg", len(JPEG), None)
    return (await direct.begin(company.intent(Scope.EVIDENCE), order_id, new)).id


async def _sent(company: Company, order_id: str) -> str:
    key = await _announced(company, order_id)
    direct = company.parts.services.direct_uploads
    await direct.take(await direct.find(key), _chunks())
    return key


async def _age(parts: Parts, seconds: int) -> None:
    """As if so many seconds had passed."""
    await parts.database.write(
        lambda tx: tx.direct_uploads._sql.run(  # type: ignore[attr-defined]  # noqa: SLF001 - tests travel in time
            "UPDATE direct_uploads SET expires_at = expires_at - ?", seconds * 1_000_000
        )
    )


async def test_what_was_sent_and_never_registered_is_swept(company: Company) -> None:
    parts, order = company.parts, await company.order()
    await _announced(company, order)
    key = await _sent(company, order)
    assert len(await kept_keys(parts)) == 1
    assert await parts.services.direct_uploads.sweep(_DAY_S) == 0
    await _age(parts, LASTS_S + _DAY_S)
    assert await parts.services.direct_uploads.sweep(_DAY_S) == 2
    assert await kept_keys(parts) == []
    assert await parts.database.read(lambda tx: tx.files.find(company.id, key)) is None


async def test_what_was_registered_stays_after_the_sweep(company: Company) -> None:
    parts, order = company.parts, await company.order()
    key = await _sent(company, order)
    new = NewPhoto(key, "https://cdn.example.com/1", 1, "1970-01-01T00:00:00Z")
    await parts.services.evidence.register_photo(company.intent(Scope.EVIDENCE), order, new)
    await _age(parts, LASTS_S + _DAY_S)
    assert await parts.services.direct_uploads.sweep(_DAY_S) == 1
    assert await parts.sweep.orphans(0) == 0
    file = await parts.services.files.get(company.admin, key)
    assert b"".join([chunk async for chunk in await parts.services.files.open(file)]) == JPEG


async def test_an_address_expires(company: Company) -> None:
    direct, order = company.parts.services.direct_uploads, await company.order()
    key = await _announced(company, order)
    request = await direct.signed_request(await direct.find(key))
    assert (await direct.admit(key, request.signature)).id == key
    await company.parts.database.write(
        lambda tx: tx.direct_uploads._sql.run(  # type: ignore[attr-defined]  # noqa: SLF001 - tests travel in time
            "UPDATE direct_uploads SET created_at = created_at - 1"
        )
    )
    assert (await direct.admit(key, request.signature)).id == key
    await _age(company.parts, LASTS_S)
    with pytest.raises(FettleError) as other:
        await direct.admit(key, request.signature)  # signed for another end
    assert other.value.code == "NOT_FOUND"
    renewed = await direct.signed_request(await direct.find(key))
    with pytest.raises(UploadExpired):
        await direct.admit(key, renewed.signature)


async def test_a_registration_after_the_sweep_finds_nothing(company: Company) -> None:
    parts, order = company.parts, await company.order()
    key = await _sent(company, order)
    direct = parts.services.direct_uploads
    async with direct.deposit(company.id, order, key) as deposit:
        assert deposit is not None
        await _age(parts, LASTS_S + _DAY_S)
        assert await direct.sweep(_DAY_S) == 1
        with pytest.raises(FettleError) as refused:
            await parts.services.evidence._register(  # noqa: SLF001 - the sweep in the middle of a registration
                company.intent(Scope.EVIDENCE), order, NewPhoto(key, "https://a.example", 1, "1970"), deposit
            )
    assert refused.value.code == "OBJECT_NOT_FOUND"
    photos = await parts.database.read(lambda tx: tx.evidence.of_orders([order]))
    assert photos == []
