"""`fettle serve`: Granian in front, one or more processes behind it."""

import argparse
import logging
import os
import signal
import socket
from dataclasses import replace
from functools import partial
from threading import Thread
from typing import Any, Final

import msgspec
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import MPServer

from fettle.build import load_app, prepare
from fettle.cli.demo import SAMPLE, make_demo
from fettle.cli.trial import how_to_try
from fettle.domain.instants import SECOND, show_instant
from fettle.settings import Settings
from fettle.web.shared_metrics import sharing_metrics

_HEADERS_WITHIN_MS: Final = 10_000
_DRAINED_WITHIN_S: Final = 30
_BACKLOG: Final = 2048
_MOST_REQUESTS: Final = 1024
# Larger reads mean fewer turns of the event loop for an upload, but every connection that uploads holds as much.
# Measured, one file of 100 MiB as a share of bare, and the memory of 50 uploads at once: 256 KiB 78% and 101 MiB,
# this 84% and 110 MiB, 512 KiB 90% and 137 MiB.
_READ_BUFFER_BYTES: Final = 3 << 17


class JsonLines(logging.Formatter):
    """What Granian says in the process that watches the others, in the form of all logs."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {"event": record.getMessage(), "level": record.levelname.lower()}
        line |= {"logger": "granian", "timestamp": show_instant(int(record.created * SECOND))}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


_LOGGING: Final = {
    "formatters": {"json": {"()": JsonLines}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stdout"}},
    "loggers": {"_granian": {"handlers": ["out"], "propagate": False}},
}


def serve(settings: Settings, arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT; then what is being answered has 30 seconds to end."""
    host, port = _find_address(arguments.host or settings.host, _port(settings, arguments))
    settings = replace(settings, host=host, port=port)
    prepare(settings)
    if arguments.demo:
        print(how_to_try(make_demo(settings), _address(settings), SAMPLE, settings.language), flush=True)
    die_when_told()
    _end_with_this_process()
    with sharing_metrics(settings.workers):
        _granian(settings).serve(target_loader=partial(load_app, settings), wrap_loader=False)


def _granian(settings: Settings) -> MPServer:
    return MPServer(
        "fettle",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=settings.workers,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_WITHIN_MS, max_buffer_size=_READ_BUFFER_BYTES),
        websockets=False,
        backlog=_BACKLOG,
        backpressure=_MOST_REQUESTS,
        workers_kill_timeout=_DRAINED_WITHIN_S,
        respawn_failed_workers=settings.workers > 1,
        log_level=LogLevels.warning,
        log_dictconfig=_LOGGING,
    )


def die_when_told() -> None:
    """Let a forked process end when it is told to, until Granian has set its own handlers.

    It would keep its parent's, which do nothing there. Signals wait while it forks: one may come at once.
    """
    told = {signal.SIGTERM, signal.SIGINT}

    def in_child() -> None:
        for each in told:
            signal.signal(each, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, told)

    os.register_at_fork(
        before=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, told),
        after_in_parent=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, told),
        after_in_child=in_child,
    )


def _end_with_this_process() -> None:
    """Let no process forked from now on outlive this one: it would keep the port and the database from the next start.

    Each waits for the end of a pipe that only this process keeps open.
    """
    watched, held = os.pipe()

    def watch() -> None:
        os.close(held)
        Thread(target=_end_after, args=(watched,), name="lifeline", daemon=True).start()

    os.register_at_fork(after_in_child=watch)


def _end_after(watched: int) -> None:
    os.read(watched, 1)
    os._exit(1)


def _port(settings: Settings, arguments: argparse.Namespace) -> int:
    return settings.port if arguments.port is None else int(arguments.port)


def _find_address(host: str, port: int) -> tuple[str, int]:
    """The numeric address and the port, a free one for 0; raises OSError when it cannot be had.

    Granian shares ports between its processes, and would share one with another server too.
    """
    family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
        0
    ]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError as error:
            raise OSError(error.errno, error.strerror, f"{host}:{port}") from error
        return str(place[0]), int(probe.getsockname()[1])


def _address(settings: Settings) -> str:
    """Where a person on this machine, or behind the proxy, reaches the server."""
    if settings.public_url is not None:
        return settings.public_url
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - recognised, not bound
    return f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
