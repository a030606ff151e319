"""What a caller asked for."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from bench.rounds import Load, run_load
from bench.servers import Target, bare_server, fettle_server

ORDERS = 1000


class Options(NamedTuple):
    """`folder` is where the data of both servers goes: one disk for all. `is_quick` takes fewer and smaller rounds."""

    folder: Path
    is_quick: bool
    is_bare_only: bool

    def rounds(self) -> int:
        return 3 if self.is_quick else 5


@contextmanager
def side_by_side(options: Options) -> Iterator[list[Target]]:
    """Both servers, fresh, each with 1,000 orders to spread requests over."""
    with TemporaryDirectory(dir=options.folder) as name, ExitStack() as servers:
        folder = Path(name)
        bare = servers.enter_context(bare_server(folder))
        if options.is_bare_only:
            yield [bare.with_orders(imagined_orders())]
            return
        fettle = with_new_orders(servers.enter_context(fettle_server(folder, {})))
        yield [bare.with_orders(fettle.orders), fettle]


@contextmanager
def fettle_alone(options: Options, settings: Mapping[str, str]) -> Iterator[Target]:
    with TemporaryDirectory(dir=options.folder) as name, fettle_server(Path(name), settings) as fettle:
        yield with_new_orders(fettle)


def with_new_orders(target: Target) -> Target:
    """Make orders over the interface, in DRAFT, where both photos and attachments are taken."""
    load = Load(kind="orders", requests=ORDERS, connections=8, status=200, rounds=1, warm_up=0)
    run_load(load, target)
    orders, _ = target.get(f"/work-orders?status=DRAFT&limit={ORDERS}")
    return target.with_orders([order["id"] for order in orders])


def imagined_orders() -> list[str]:
    """The reference looks nothing up, so any ids do."""
    return [f"00000000-0000-4000-8000-{number:012x}" for number in range(ORDERS)]
