"""Photos by reference, and files to speak of, for the tests of what becomes of them."""

from fettle.build import Parts
from fettle.domain.evidence import Evidence, NewPhoto
from fettle.domain.people import Scope
from fettle.services.files import Upload
from tests.services.conftest import Company

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40


async def send(company: Company, content: bytes = JPEG) -> str:
    """As POST /files: the name of the stored file."""
    services = company.parts.services
    async with services.blobs.spool() as spool:
        await spool.write(content)
        return (await services.files.store(company.intent(Scope.EVIDENCE), Upload(spool, "camera.jpg"))).id


async def register(company: Company, order_id: str, object_key: str) -> str:
    """As the photo operation: the id of the photo."""
    new = NewPhoto(object_key, "https://cdn.example.com/1", 1_700_000_000_000_000, "2023-11-14T22:13:20Z")
    evidence = company.parts.services.evidence
    return (await evidence.register_photo(company.intent(Scope.EVIDENCE), order_id, new)).id


async def get_photo(parts: Parts, photo_id: str) -> Evidence:
    found = await parts.database.read(lambda tx: tx.evidence.find_by_id(photo_id))
    assert found is not None
    return found


async def kept_keys(parts: Parts) -> list[str]:
    return [stat.key async for stat in parts.blobs.list("kept/")]
