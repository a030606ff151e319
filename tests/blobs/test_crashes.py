"""A process that dies at any step of keeping: what lies under the key is whole or not there; nothing else is left."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fettle.blobs.disk import DiskBlobs

_KEEP = """
import asyncio, sys
from pathlib import Path
from fettle.blobs.disk import DiskBlobs
from fettle.domain import crash_points
from fettle.domain.errors import Unavailable

async def keep(blobs):
    async with blobs.spool() as spool:
        for _ in range(int(sys.argv[3])):
            await spool.write(bytes(1000))
        await spool.keep("kept/aa/one")

crash_points.arm(sys.argv[2])
try:
    asyncio.run(keep(DiskBlobs(Path(sys.argv[1]))))
except Unavailable:
    print("unavailable")
"""


def keep(folder: Path, point: str, thousands: int, *through: str) -> subprocess.CompletedProcess[str]:
    command = [*through, sys.executable, "-c", _KEEP, str(folder), point, str(thousands)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def files(folder: Path) -> list[Path]:
    return [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("thousands", [1, 5000], ids=["in one go", "in several"])
@pytest.mark.parametrize(
    ("point", "is_there"), [("blob.after_write", False), ("blob.after_fsync", False), ("blob.after_rename", True)]
)
def test_a_kill_leaves_all_or_nothing(tmp_path: Path, point: str, is_there: bool, thousands: int) -> None:  # noqa: FBT001 - a table's cell
    assert keep(tmp_path, point, thousands).returncode == -signal.SIGKILL
    assert len(files(tmp_path)) == 1
    blobs = DiskBlobs(tmp_path)
    blobs.clean_spool()
    blobs.close()
    assert files(tmp_path) == ([Path("kept/aa/one")] if is_there else [])
    assert not is_there or (tmp_path / "kept/aa/one").stat().st_size == thousands * 1000


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
@pytest.mark.parametrize("which", [1, 2, 3, 4], ids=["file", "new parent", "new folder", "folder"])
def test_a_failed_fsync_is_no_success_and_leaves_nothing(tmp_path: Path, which: int) -> None:
    tracer = ["strace", "-f", "-qq", "-o", str(tmp_path / "trace"), "-e", f"inject=fsync:error=EIO:when={which}"]
    blobs = tmp_path / "blobs"
    done = keep(blobs, "none", 1, *tracer)
    assert "INJECTED" in (tmp_path / "trace").read_text()
    assert (done.stdout, done.returncode) == ("unavailable\n", 0), done.stderr
    assert files(blobs) == []
