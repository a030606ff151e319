"""One log line and one measurement for every request."""

import logging
import sys
from typing import Any, Final, Literal

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from fettle.web.calls import Call
from fettle.web.shared_metrics import shared_registry

_encode = msgspec.json.Encoder(enc_hook=str).encode
_GROUP_BUCKETS: Final = (1, 2, 4, 8, 16, 32, 64)
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
SharedMode = Literal["livesum", "max", "mostrecent"]
_SERVER_FAULT: Final = 500
_PARTS_OF_A_RECORD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def configure_logging(level: int) -> None:
    """Logs go to standard output, one JSON object a line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_serialize),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(handlers=[_ToStructlog()], level=level, force=True)


class _ToStructlog(logging.Handler):
    """What others say through the standard library comes out the same way."""

    def emit(self, record: logging.LogRecord) -> None:
        fields = {name: value for name, value in vars(record).items() if name not in _PARTS_OF_A_RECORD}
        logger = structlog.get_logger()
        logger.log(record.levelno, record.getMessage(), logger=record.name, exc_info=record.exc_info, **fields)


def _serialize(event: dict[str, Any], **_: Any) -> bytes:
    return _encode(event)


class Observer:
    """Counts and times requests by route; the label values come from our own table, never from a client."""

    def __init__(self) -> None:
        """Each app has a registry of its own, so that several can live in one process."""
        self.registry: Final = CollectorRegistry()
        self._log = structlog.get_logger("fettle.web")
        self._requests = Counter(
            "fettle_requests_total", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "fettle_request_seconds", "Time to answer.", ("route",), buckets=_BUCKETS, registry=self.registry
        )
        self.in_progress = self._gauge("fettle_requests_in_progress", "Requests being answered.", "livesum")
        self.jobs_waiting = self._gauge("fettle_jobs_waiting", "Background jobs not done yet.", "mostrecent")
        self._writes_waiting = self._gauge("fettle_writes_waiting", "Commands in the queue of the database.", "livesum")
        self._writes = Histogram(
            "fettle_write_group_commands",
            "Commands committed together.",
            buckets=_GROUP_BUCKETS,
            registry=self.registry,
        )
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[str, Histogram] = {}

    def done(self, call: Call, status: int, seconds: float, code: str | None, error: BaseException | None) -> None:
        """Note the end of a request; `error` is what the log needs to know and the client must not."""
        route = call.operation.paths[0] if call.operation else "-"
        self._counter(call.method if call.operation else "-", route, status).inc()
        self._timer(route).observe(seconds)
        caller = call.known_caller
        fields = {
            "trace_id": call.trace_id,
            "method": call.method,
            "path": call.path,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 2),
            "client": call.client,
            "company_id": caller.company_id if caller else None,
            "user_id": caller.user_id if caller else None,
        }
        if code is not None:
            fields["code"] = code
        if status >= _SERVER_FAULT:
            self._log.error("request", exc_info=error, **fields)
        else:
            self._log.info("request", **fields)

    def grouped(self, committed: int, waiting: int) -> None:
        """Note that so many commands were committed together, and how many are in the queue behind them."""
        self._writes.observe(committed)
        self._writes_waiting.set(waiting)

    def describe(self, version: str, database: str, blobs: str) -> None:
        """Say once what is running: Fettle's version, the database's with its name, and the kind of store."""
        labels = {"version": version, "database": database, "blobs": blobs}
        built = self._gauge("fettle_build_info", "What is running; always 1.", "max", tuple(labels))
        built.labels(**labels).set(1)

    def render(self) -> bytes:
        """All measurements, of all processes of this server, in the text format of Prometheus."""
        return generate_latest(shared_registry() or self.registry)

    def _gauge(self, name: str, says: str, shared: SharedMode, labels: tuple[str, ...] = ()) -> Gauge:
        """`shared` tells how the values of several processes become one."""
        return Gauge(name, says, labels, registry=self.registry, multiprocess_mode=shared)

    def _counter(self, method: str, route: str, status: int) -> Counter:
        key = (method, route, status)
        found = self._counters.get(key)
        if found is None:
            found = self._counters[key] = self._requests.labels(method, route, str(status))
        return found

    def _timer(self, route: str) -> Histogram:
        found = self._timers.get(route)
        if found is None:
            found = self._timers[route] = self._seconds.labels(route)
        return found
