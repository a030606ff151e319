"""`fettle photos add` of a folder, beside the same bytes sent by plain requests, as many at once."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.failure import MeasurementFailed
from bench.figures import Figure
from bench.options import Options, fettle_alone
from bench.plans import BOUNDARY
from bench.resumable import send
from bench.servers import HOST, Target, environment, fettle

PNG = b"\x89PNG\r\n\x1a\n"
FILES, QUICK_FILES, FILE_BYTES = 1000, 200, 3_000_000
AT_ONCE = 4
GOAL = 0.70


def move_in(options: Options) -> list[Figure]:
    if options.is_bare_only:
        return []
    count = QUICK_FILES if options.is_quick else FILES
    with TemporaryDirectory(dir=options.folder) as name, fettle_alone(options, {}) as target:
        folder = Path(name)
        for number in range(count):
            (folder / f"{number:05}.png").write_bytes(PNG + os.urandom(FILE_BYTES - len(PNG)))
        half = count // 2
        plain = plain_s(target, sorted(folder.iterdir())[:half])
        ours = command_s(target, folder)
        plain += plain_s(target, sorted(folder.iterdir())[half:])
    size = count * FILE_BYTES
    return [
        Figure(
            name=f"fettle photos add of {count} x 3 MB",
            value=plain / ours,
            unit="of plain uploads",
            goal=GOAL,
            bare=f"{size / plain / 1e6:.0f} MB/s",
            fettle=f"{size / ours / 1e6:.0f} MB/s",
        )
    ]


def command_s(target: Target, folder: Path) -> float:
    settings = {"FETTLE_SERVER": target.address, "FETTLE_KEY": target.token}
    command = [fettle(), "photos", "add", target.orders[0], str(folder), "--json", "--jobs", str(AT_ONCE)]
    started = time.perf_counter()
    done = subprocess.run(command, env=environment(settings), capture_output=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise MeasurementFailed(done.stderr.decode()[-2000:])
    return seconds


def plain_s(target: Target, files: list[Path]) -> float:
    """Attachments by multipart, a work order each, over so many connections that stay open."""
    queues = [files[start::AT_ONCE] for start in range(AT_ONCE)]
    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        list(threads.map(lambda number: send_all(target, queues[number], number), range(AT_ONCE)))
    return time.perf_counter() - started


def send_all(target: Target, files: list[Path], first: int) -> None:
    fields = {"type": "IMAGE", "name": "bench", "added_by_user_id": target.user_id}
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="attachment"; filename="a.png"\r\n\r\n')
    head, tail = "".join(parts).encode(), f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    with closing(HTTPConnection(HOST, target.port)) as wire:
        for number, path in enumerate(files):
            order = target.orders[(first + number * AT_ONCE) % len(target.orders)]
            send(wire, target, "PUT", f"/work-orders/{order}/attachments", headers, head + path.read_bytes() + tail)
