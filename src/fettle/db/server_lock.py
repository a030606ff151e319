"""One server for each SQLite file: a lock that the system lets go of however the process ends."""

import fcntl
import os
from pathlib import Path

from fettle.db.refusals import AnotherServerRuns


class ServerLock:
    """An exclusive lock on a small file beside the database; it holds the process id for whoever looks."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".server")
        self._file: int | None = None

    def take(self) -> None:
        """Raises AnotherServerRuns when a server has it."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(file, 32).decode(errors="replace").strip()
            os.close(file)
            raise AnotherServerRuns(
                f"Another server (process {holder}) is running on {self._path.parent}; stop it first.",
                f"Un autre serveur (processus {holder}) tourne sur {self._path.parent} ; arrêtez-le d'abord.",
            ) from None
        os.truncate(file, 0)
        os.write(file, f"{os.getpid()}\n".encode())
        self._file = file

    def release(self) -> None:
        """Let a next server in."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
