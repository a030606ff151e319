"""Whether servers are at work on a PostgreSQL database: each of their connections shares a lock, until it ends.

Those for reading too: a server that was cut off may read long before it writes again.
"""

import time
from collections.abc import Callable
from typing import Final

from fettle.db.postgres_connection import PostgresConnection
from fettle.db.refusals import AnotherServerRuns

# Any number will do, as long as every Fettle takes the same, and migrations another.
_LOCK: Final = 7_310_868_735_422_308_198
_LOOKS: Final = 10
_BETWEEN_LOOKS_S: Final = 0.1


def connect_as_server(url: str) -> PostgresConnection:
    """Beside other servers; waits for who has the database alone, as long as for any lock."""
    return _connect(url, lambda connection: connection.run("SELECT pg_advisory_lock_shared(?)", _LOCK))


def connect_alone(url: str) -> PostgresConnection:
    """Beside no server, and none comes as long as the connection lasts; raises AnotherServerRuns."""
    return _connect(url, _take)


def _take(connection: PostgresConnection) -> None:
    """A server that has just ended has its lock until PostgreSQL has noticed. Waiting in line would hold up others."""
    for _ in range(_LOOKS):
        if connection.one("SELECT pg_try_advisory_lock(?)", _LOCK) == (True,):
            return
        time.sleep(_BETWEEN_LOOKS_S)
    raise AnotherServerRuns(
        "Another server is running on this database; stop it first.",
        "Un autre serveur tourne sur cette base ; arrêtez-le d'abord.",
    )


def _connect(url: str, lock: Callable[[PostgresConnection], None]) -> PostgresConnection:
    connection = PostgresConnection(url)
    try:
        lock(connection)
    except Exception:
        connection.close()
        raise
    return connection
