"""The same loads with the other database and the other store: reported, without a goal of their own."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from bench.figures import Figure
from bench.options import Options, fettle_alone
from bench.rounds import Load, alternate, median
from bench.uploads import file_load, images_load, photos_load, spoken
from tests.servers.postgres import PostgresServer
from tests.servers.seaweed import SeaweedServer


def postgres(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    with postgres_settings() as settings:
        return all_loads(options, "PostgreSQL", settings)


def s3(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    with s3_settings() as settings:
        return all_loads(options, "S3", settings)


def all_loads(options: Options, place: str, settings: Mapping[str, str]) -> list[Figure]:
    loads: list[Callable[[Options], Load]] = [photos_load, images_load, file_load]
    with fettle_alone(options, settings) as target:
        figures = []
        for load in (make(options) for make in loads):
            rounds = alternate(load, [target])["fettle"]
            figures.append(
                Figure(
                    name=f"{load.kind} on {place}",
                    value=median(rounds, "per_second"),
                    unit="/s",
                    fettle=spoken(load, rounds),
                    rounds={"fettle": rounds},
                )
            )
        return figures


@contextmanager
def postgres_settings() -> Iterator[Mapping[str, str]]:
    """A PostgreSQL that waits for its disk at every commit, as it does by default."""
    server = PostgresServer()
    try:
        server.start()
        yield {"FETTLE_DATABASE_URL": server.create_database()}
    finally:
        server.remove()


@contextmanager
def s3_settings() -> Iterator[Mapping[str, str]]:
    server = SeaweedServer()
    try:
        server.start()
        yield {
            "FETTLE_BLOBS_URL": server.url(),
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
        }
    finally:
        server.remove()
