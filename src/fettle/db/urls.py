"""Database URLs: `sqlite:///absolute/path.db` and `postgresql://user:pw@host:port/name`."""

from pathlib import Path


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL; None for PostgreSQL. Raises ValueError for anything else."""
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest.strip("/"):
        return Path("/" + rest.lstrip("/"))
    if scheme in {"postgresql", "postgres"}:
        return None
    raise ValueError(f"Not a database URL: {scheme}://… (sqlite:///path or postgresql://…)")
