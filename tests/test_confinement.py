"""What a confined process cannot do any more. Each attempt is made by a real one."""

import subprocess
import sys
from pathlib import Path

import pytest

from fettle.media.nursery import WITHIN_S

_CONFINED = "from fettle.confinement import confine\nimport os, socket\nconfine({about})\n{attempt}\nos._exit(7)\n"
_TRIED = {
    "read a file": "open('/etc/passwd').read()",
    "write a file": "open('fettle-test', 'w')",
    "list a folder": "os.listdir('/')",
    "reach the network": "socket.socket()",
    "reach a socket of the machine": "socket.socket(socket.AF_UNIX)",
    "start a program": "os.execv('/bin/true', ['true'])",
    "end another process": "os.kill(os.getppid(), 15)",
    "remove a file": "os.unlink('fettle-test')",
    "rename a file": "os.rename('fettle-test', 'fettle-test-2')",
    "take memory": "bytearray(2 << 30)",
    "become root again": "os.setuid(0) if os.getuid() else 1 / 0",
}
# Beside them, what only one that may open files has a chance to try.
_WRITES = {
    "make a file": "open('{folder}/new', 'w')",
    "empty a file": "open('{folder}/there', 'w')",
    "add to a file": "open('{folder}/there', 'a')",
    "change a file": "open('{folder}/there', 'r+')",
    "make a nameless file": "os.open('{folder}', os.O_TMPFILE | os.O_RDWR)",
    "make a folder": "os.mkdir('{folder}/new')",
}
_READS = {"read a file", "list a folder", "become root again"}
_EXECUTED = 7


def _run(attempt: str, about: str = str(WITHIN_S)) -> subprocess.CompletedProcess[bytes]:
    source = _CONFINED.format(about=about, attempt=attempt)
    return subprocess.run([sys.executable, "-I", "-c", source], capture_output=True, check=False, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="the means are Linux's")
@pytest.mark.parametrize("deed", _TRIED)
def test_a_confined_process_cannot(deed: str) -> None:
    done = _run(_TRIED[deed])
    assert done.returncode == 1, (deed, done.returncode, done.stderr)
    assert b"Error" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="the means are Linux's")
@pytest.mark.parametrize("deed", sorted((_TRIED.keys() | _WRITES.keys()) - _READS))
def test_one_that_may_read_files_cannot(deed: str, tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"content")
    attempt = {**_TRIED, **_WRITES}[deed].format(folder=tmp_path)
    done = _run(attempt, f"{WITHIN_S}, opens_files=True")
    assert done.returncode == 1, (deed, done.returncode, done.stderr)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"content"]


def test_one_that_may_read_files_reads_them(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"content")
    attempt = f"assert open('{tmp_path}/there', 'rb').read() == b'content'"
    assert _run(attempt, f"{WITHIN_S}, opens_files=True").returncode == _EXECUTED
    assert _run(attempt).returncode == 1


def test_a_confined_process_can_compute() -> None:
    assert _run("sum(range(1000))").returncode == _EXECUTED


def test_its_time_is_limited() -> None:
    assert _run("while True: pass", "1").returncode < 0
