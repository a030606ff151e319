"""Pages of 50 whole work orders out of few and many: the first, and deep ones reached by the cursor.

Every order is a copy of one that was made over the interface: 5 attachments and 8 log entries.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urljoin, urlsplit

from bench.failure import MeasurementFailed
from bench.figures import Figure
from bench.fill import add_copies
from bench.load import Outcome
from bench.options import Options
from bench.rounds import Load, in_turn, median
from bench.servers import Target, fettle, fettle_server, free_port, running
from bench.whole_order import ATTACHMENTS, LOG_ENTRIES, make_whole_order

PAGE = 50
WALK_PAGE = 1000
DEEP_PAGES = 20
REQUESTS = 200
P50_GOAL_MS = 10.0
FLATNESS_GOAL = 1.3
SIZES = (1000, 100_000, 1_000_000)


def pages(options: Options) -> list[Figure]:
    """Servers of all sizes run side by side and are asked in turn, so that a slow minute hurts all alike."""
    if options.is_bare_only:
        return []
    sizes = SIZES[:2] if options.is_quick else SIZES
    with ExitStack() as servers:
        targets = [servers.enter_context(filled_server(options, size)) for size in sizes]
        first = in_turn([(load_of(options, [f"/work-orders?limit={PAGE}"]), target) for target in targets])
        deep = in_turn([(load_of(options, deep_paths(target, int(target.name))), target) for target in targets])
    return figures_of("first", first) + figures_of("deep", deep)


def figures_of(place: str, rounds: dict[str, list[Outcome]]) -> list[Figure]:
    few, *_, many = rounds
    value = median(rounds[many], "p50_ms") / median(rounds[few], "p50_ms")
    name = f"flatness, {place}: {int(many):,} against {int(few):,}"
    return [
        *(p50_figure(f"page of {PAGE} out of {int(size):,}, {place}", some) for size, some in rounds.items()),
        Figure(name=name, value=value, unit="x", goal=FLATNESS_GOAL, direction="at most"),
    ]


@contextmanager
def filled_server(options: Options, size: int) -> Iterator[Target]:
    """A server of about `size` whole orders, named by the size."""
    with TemporaryDirectory(dir=options.folder) as name:
        with fettle_server(Path(name), {}) as target:
            order = make_whole_order(target)
        add_copies(target.folder, order, size)
        with served_again(target) as again:
            yield replace(again, name=str(size))


@contextmanager
def served_again(target: Target) -> Iterator[Target]:
    """The same data, served by a new process."""
    port = free_port()
    settings = {"FETTLE_DATA": str(target.folder), "FETTLE_PORT": str(port)}
    with running([fettle(), "serve"], settings, target.folder.parent / "again.log", port) as process_id:
        yield replace(target, port=port, process_id=process_id)


def load_of(options: Options, paths: list[str]) -> Load:
    return Load(
        kind="get",
        requests=REQUESTS,
        connections=1,
        status=200,
        rounds=options.rounds(),
        warm_up=20,
        paths=paths,
    )


def deep_paths(target: Target, size: int) -> list[str]:
    """Walk to where nine tenths of the orders lie behind, as a client would, then note the pages that follow."""
    step = WALK_PAGE if size > WALK_PAGE else PAGE
    path = f"/work-orders?limit={step}"
    for _ in range(size * 9 // 10 // step):
        path = next_path(target, path, step)
    path = path.replace(f"limit={step}", f"limit={PAGE}")
    paths = [path]
    while len(paths) < min(DEEP_PAGES, size // 10 // PAGE):
        paths.append(next_path(target, paths[-1], PAGE))
    return paths


def next_path(target: Target, path: str, expected: int) -> str:
    orders, headers = target.get(path)
    if len(orders) != expected:
        raise MeasurementFailed(f"{path}: {len(orders)} orders instead of {expected}")
    check_whole(orders[len(orders) // 2])
    return linked_path(path, headers)


def linked_path(path: str, headers: Mapping[str, str]) -> str:
    link = headers.get("Link", "")
    if 'rel="next"' not in link:
        raise MeasurementFailed(f"{path}: no next page in the Link header: {link!r}")
    url = urlsplit(urljoin(path, link.partition("<")[2].partition(">")[0]))
    return f"{url.path}?{url.query}"


def check_whole(order: dict[str, list[object]]) -> None:
    found = len(order["attachments"]), len(order["activity_log"])
    if found != (ATTACHMENTS, LOG_ENTRIES):
        raise MeasurementFailed(f"an order has {found} attachments and log entries")


def p50_figure(name: str, outcomes: list[Outcome]) -> Figure:
    said = f"p50 {median(outcomes, 'p50_ms'):.1f} ms, p99 {median(outcomes, 'p99_ms'):.1f} ms"
    return Figure(
        name=name,
        value=median(outcomes, "p50_ms"),
        unit="ms",
        goal=P50_GOAL_MS,
        direction="at most",
        fettle=said,
        rounds={"fettle": outcomes},
    )
