"""How fast the load generator itself is: against a server that does nothing. It should be several times the rest."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bench.figures import Figure
from bench.options import Options, imagined_orders
from bench.rounds import Load, alternate
from bench.servers import Target, free_port, running
from bench.uploads import file_load, images_load, photos_load, spoken


def ceiling(options: Options) -> list[Figure]:
    port = free_port()
    command = [sys.executable, "-m", "bench.trivial", str(port)]
    with TemporaryDirectory(dir=options.folder) as name, running(command, {}, Path(name, "log"), port) as process_id:
        target = Target("trivial", port, process_id, Path(name), orders=imagined_orders())
        return [of(load(options), target) for load in (photos_load, images_load, file_load)]


def of(load: Load, target: Target) -> Figure:
    rounds = alternate(msgspec.structs.replace(load, status=200), [target])  # it answers 200 to everything
    name = f"ceiling of the load generator: {load.kind}"
    return Figure(name=name, value=None, unit="", bare=spoken(load, rounds["trivial"]), rounds=rounds)
