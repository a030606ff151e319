"""A database with one company, for jobs to be put into."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fettle.build import migrate
from fettle.db.open import OpenDatabase, open_database
from fettle.domain.people import Company
from fettle.settings import Settings


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[OpenDatabase]:
    migrate(Settings(data=tmp_path))
    opened = open_database(f"sqlite://{tmp_path}/fettle.db", exclusive=False)
    await opened.start()
    await opened.write(lambda tx: tx.people.add_company(Company("c", "Forge", 0)))
    try:
        yield opened
    finally:
        await opened.close()
