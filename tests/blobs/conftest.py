import shutil
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest

from fettle.blobs.disk import DiskBlobs
from fettle.blobs.memory import MemoryBlobs
from fettle.blobs.open import open_blobs
from fettle.blobs.s3 import S3Blobs
from tests.servers.seaweed import SeaweedServer

AnyBlobs = DiskBlobs | MemoryBlobs | S3Blobs


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskBlobs]:
    blobs = DiskBlobs(tmp_path / "blobs")
    yield blobs
    blobs.close()


@pytest.fixture
def other_file_system() -> Iterator[Path]:
    """A folder in memory, which the temporary folder of tests is not."""
    folder = Path("/dev/shm", f"fettle-{token_hex(8)}")  # noqa: S108 - private by its random name
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def s3(s3_server: SeaweedServer, tmp_path: Path) -> Iterator[S3Blobs]:
    keys = {"AWS_ACCESS_KEY_ID": s3_server.access_key, "AWS_SECRET_ACCESS_KEY": s3_server.secret_key}
    blobs = open_blobs(s3_server.url(token_hex(8)), tmp_path / "spool", environment=keys)
    assert isinstance(blobs, S3Blobs)
    yield blobs
    blobs.close()


@pytest.fixture(params=["disk", "memory", "s3"])
def blobs(request: pytest.FixtureRequest) -> AnyBlobs:
    if request.param == "memory":
        return MemoryBlobs()
    chosen: AnyBlobs = request.getfixturevalue(request.param)
    return chosen
