"""What a confined process cannot do any more. Each attempt is made by a real one."""

import subprocess
import sys

import pytest

from fettle.media.nursery import WITHIN_S

_CONFINED = (
    "from fettle.media.confinement import confine\nimport os, socket\nconfine({cpu_s})\n{attempt}\nos._exit(7)\n"
)
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
_EXECUTED = 7


def _run(attempt: str, cpu_s: int = WITHIN_S) -> subprocess.CompletedProcess[bytes]:
    source = _CONFINED.format(cpu_s=cpu_s, attempt=attempt)
    return subprocess.run([sys.executable, "-I", "-c", source], capture_output=True, check=False, timeout=60)


@pytest.mark.skipif(sys.platform != "linux", reason="the means are Linux's")
@pytest.mark.parametrize("deed", _TRIED)
def test_a_confined_process_cannot(deed: str) -> None:
    done = _run(_TRIED[deed])
    assert done.returncode == 1, (deed, done.returncode, done.stderr)
    assert b"Error" in done.stderr


def test_a_confined_process_can_compute() -> None:
    assert _run("sum(range(1000))").returncode == _EXECUTED


def test_its_time_is_limited() -> None:
    assert _run("while True: pass", cpu_s=1).returncode < 0
