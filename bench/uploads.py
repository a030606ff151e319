"""Photos registered, images attached, one large file: a share of the reference, in alternating rounds."""

from collections.abc import Sequence

from bench.figures import Figure
from bench.load import Outcome
from bench.options import Options, side_by_side
from bench.plans import MIB
from bench.rounds import Load, alternate, median

FILE_BYTES = 100 * MIB
PHOTOS_GOAL = 0.40  # 0.50 is the aim
ATTACH_GOAL = 0.75
FILE_GOAL = 0.85


def photos_load(options: Options) -> Load:
    requests = 4000 if options.is_quick else 10_000
    return Load(
        kind="photos", requests=requests, connections=32, status=201, rounds=options.rounds(), warm_up=requests // 4
    )


def images_load(options: Options) -> Load:
    requests = 300 if options.is_quick else 1000
    return Load(
        kind="images",
        requests=requests,
        connections=8,
        status=200,
        rounds=options.rounds(),
        warm_up=64,
        size_bytes=MIB,
    )


def file_load(options: Options) -> Load:
    return Load(
        kind="files",
        requests=3,
        connections=1,
        status=200,
        rounds=options.rounds(),
        warm_up=1,
        size_bytes=FILE_BYTES,
    )


def photos(options: Options) -> list[Figure]:
    return [share(options, photos_load(options), "photos registered, 32 connections", PHOTOS_GOAL)]


def attach(options: Options) -> list[Figure]:
    return [share(options, images_load(options), "1 MiB image attached, 8 connections", ATTACH_GOAL)]


def file(options: Options) -> list[Figure]:
    return [share(options, file_load(options), "one 100 MiB file", FILE_GOAL)]


def share(options: Options, load: Load, name: str, goal: float) -> Figure:
    with side_by_side(options) as targets:
        rounds = alternate(load, targets)
    said = {server: spoken(load, outcomes) for server, outcomes in rounds.items()}
    rate = {server: median(outcomes, "per_second") for server, outcomes in rounds.items()}
    value = rate["fettle"] / rate["bare"] if "fettle" in rate else None
    return Figure(
        name=name,
        value=value,
        unit="of bare",
        goal=goal,
        bare=said["bare"],
        fettle=said.get("fettle", ""),
        rounds=rounds,
    )


def spoken(load: Load, outcomes: Sequence[Outcome]) -> str:
    """The medians over the rounds, in the unit that suits: bytes for large bodies, requests for small."""
    p50, p99 = (f"{median(outcomes, latency):.1f}" for latency in ("p50_ms", "p99_ms"))
    bytes_rate = f"{median(outcomes, 'bytes_per_second') / 1e6:.0f} MB/s"
    if load.size_bytes > MIB:
        return bytes_rate
    rate = f"{median(outcomes, 'per_second'):.0f}/s"
    return f"{rate} ({bytes_rate})" if load.size_bytes else f"{rate}, p50 {p50} ms, p99 {p99} ms"
