"""A connection to either engine, without the event loop around it."""

from fettle.db.postgres_connection import PostgresConnection
from fettle.db.sqlite_connection import SqliteConnection
from fettle.db.urls import sqlite_path

Connection = SqliteConnection | PostgresConnection


def connect(url: str) -> Connection:
    path = sqlite_path(url)
    if path is None:
        return PostgresConnection(url)
    return SqliteConnection(path, read_only=False, wait_ms=10_000)
