"""Real server programs that cannot outlive the tests."""

import os
import secrets
import signal
import socket
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

# The shell holds one end of a pipe whose other end only this process has: when this process dies,
# however it dies, `cat` ends and the server is told to stop. The first line printed is the server's pid.
_WATCHED = """
exec 3<&0
"$@" >>server.log 2>&1 </dev/null 3<&- & server=$!
echo $server
{ cat <&3; kill -INT $server; } >/dev/null 2>&1 & watch=$!
wait $server
status=$?
kill $watch 2>/dev/null
exit $status
"""

_LISTENING_PORTS = range(20_000, 32_000)


class ServerDidNotStart(Exception):
    """The program ended, or was not ready in time; carries the end of its log."""


def free_ports(count: int) -> list[int]:
    """Return TCP ports, all different, that were free on loopback a moment ago.

    None is of the range from which outgoing connections take theirs: a server that is stopped and started
    again finds its port still free.
    """
    found: set[int] = set()
    while len(found) < count:
        port = secrets.choice(_LISTENING_PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.add(port)
    return list(found)


class ServerProcess:
    """One program, run in `folder`, writing folder/server.log, ended when this process ends.

    `as_user` is the uid and gid to run as; only root may name one.
    """

    def __init__(self, folder: Path, as_user: int | None = None) -> None:
        self._folder = folder
        self._as_user = as_user
        self._shell: subprocess.Popen[bytes] | None = None
        self._pid = 0

    @property
    def running(self) -> bool:
        return self._shell is not None and self._shell.poll() is None

    @property
    def pid(self) -> int:
        """The program's process id, since its last start."""
        return self._pid

    def start(self, command: Sequence[str | Path], environment: Mapping[str, str], ready: Callable[[], bool]) -> None:
        """Start `command` and wait until `ready()`, at most 30 seconds.

        Raises ServerDidNotStart, with the program stopped.
        """
        self._shell = subprocess.Popen(
            ["sh", "-c", _WATCHED, "sh", *command],
            cwd=self._folder,
            env={"PATH": os.defpath, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the shell's own remark when the server is killed
            start_new_session=True,  # a Ctrl-C for pytest is not one for the server
            user=self._as_user,
            group=self._as_user,
            extra_groups=None if self._as_user is None else [],
        )
        assert self._shell.stdout is not None
        self._pid = int(self._shell.stdout.readline())
        self._wait(ready)

    def stop(self, with_signal: signal.Signals = signal.SIGINT) -> None:
        """Send `with_signal` and wait for the end; does nothing when the program is not running."""
        if self._shell is None:
            return
        if self.running:
            with suppress(ProcessLookupError):  # it may have ended, and the shell not know yet
                os.kill(self._pid, with_signal)
        try:
            self._shell.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.communicate()
        self._shell = None

    def _wait(self, ready: Callable[[], bool]) -> None:
        deadline = monotonic() + 30
        while not ready():
            if not self.running or monotonic() > deadline:
                self.stop()
                log = (self._folder / "server.log").read_text(errors="replace")
                raise ServerDidNotStart(log[-2000:])
            sleep(0.02)
