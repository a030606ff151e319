import psycopg

from tests.servers.postgres import PostgresServer


def test_commits_durably_on_a_promised_release(postgres_server: PostgresServer) -> None:
    with psycopg.connect(postgres_server.create_database()) as connection:
        row = connection.execute("SELECT current_setting('fsync'), current_setting('server_version_num')")
        assert row.fetchone() in {("on", str(release)) for release in range(160000, 170000)}


def test_databases_are_apart(postgres_server: PostgresServer) -> None:
    first, second = postgres_server.create_database(), postgres_server.create_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE only_here ()")
    with psycopg.connect(second) as connection:
        assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)


def test_committed_rows_outlive_a_crash_on_the_same_address() -> None:
    server = PostgresServer()
    try:
        server.start()
        url = server.create_database()
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
        server.crash()
        server.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    finally:
        server.remove()
