"""The rows and bytes of one installation, read behind the server's back."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
from obstore.store import S3Store

from fettle.db.sqlite_module import sqlite3

Row = tuple[Any, ...]
Read = Callable[..., list[Row]]
KEPT = "kept"
GROWING = "growing"
MADE = "made"


class Record:
    """Where a server keeps its things, by its FETTLE_ settings."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._data = Path(environment["FETTLE_DATA"])
        self._database = environment.get("FETTLE_DATABASE_URL")
        self._blobs = environment.get("FETTLE_BLOBS_URL", str(self._data / "files"))
        self._spool = environment.get("FETTLE_SPOOL")
        self._keys = environment.get("FETTLE_S3_ACCESS_KEY_ID"), environment.get("FETTLE_S3_SECRET_ACCESS_KEY")

    @property
    def is_sqlite(self) -> bool:
        return self._database is None

    @property
    def is_s3(self) -> bool:
        return self._blobs.startswith("s3:")

    @property
    def prefix(self) -> str:
        """What all keys begin with, of a store on S3."""
        return urlsplit(self._blobs).path.strip("/")

    @property
    def database_path(self) -> Path:
        return self._data / "fettle.db"

    @property
    def files(self) -> Path:
        """The folder of the bytes, of a store on disk."""
        return Path(self._blobs)

    def rows(self, statement: str, *values: Any) -> list[Row]:
        """What the database says, with `?` for each value."""
        with self.snapshot() as read:
            return read(statement, *values)

    @contextmanager
    def snapshot(self) -> Iterator[Read]:
        """Several questions about one moment: a server at work goes on changing rows."""
        with self._connection() as connection:
            connection.execute("BEGIN" if self.is_sqlite else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

            def read(statement: str, *values: Any) -> list[Row]:
                text = statement if self.is_sqlite else statement.replace("?", "%s")
                return list(connection.execute(text, values).fetchall())

            yield read

    def stored_keys(self) -> set[str]:
        """Every key of originals under which there are bytes."""
        return self._keys_below(KEPT)

    def made_keys(self) -> set[str]:
        """Every key of renditions under which there are bytes."""
        return self._keys_below(MADE)

    def growing(self) -> set[str]:
        """Every key of uploads that are not finished."""
        return self._keys_below(GROWING)

    def _keys_below(self, folder: str) -> set[str]:
        if self.is_s3:
            return {meta["path"] for page in self._store().list(folder) for meta in page}
        found = (path for path in (self.files / folder).rglob("*") if path.is_file())
        return {str(path.relative_to(self.files)) for path in found}

    def temporary_files(self) -> set[str]:
        """Every file in temporary space, whoever it belongs to."""
        return {str(path) for folder in self._temporary_folders() for path in folder.rglob("*") if path.is_file()}

    def temporary_owners(self) -> int:
        """How many processes have, or had, temporary space."""
        return max(sum(1 for _ in folder.glob("spool-*")) for folder in self._temporary_folders())

    def _temporary_folders(self) -> list[Path]:
        if self.is_s3:
            return [Path(self._spool) if self._spool else self._data / "spool"]
        return [self.files / "tmp", *([Path(self._spool)] if self._spool else [])]

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        if self._database is not None:
            with psycopg.connect(self._database) as there:
                yield there
            return
        connection = sqlite3.connect(f"file:{self.database_path}?mode=ro", uri=True, timeout=10)
        try:
            yield connection
        finally:
            connection.close()

    def _store(self) -> S3Store:
        parts = urlsplit(self._blobs)
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            endpoint=parse_qs(parts.query)["endpoint"][0],
            region="us-east-1",
            access_key_id=self._keys[0],
            secret_access_key=self._keys[1],
            client_options={"allow_http": True},
        )
