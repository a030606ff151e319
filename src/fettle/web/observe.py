"""One log line and one measurement for every request."""

import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, Final, Literal

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from fettle.domain.instants import SECOND, Instant
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


class RequestLine(msgspec.Struct, omit_defaults=True):
    """What is logged of every request; times in milliseconds."""

    event: str
    level: str
    timestamp: str
    trace_id: str
    method: str
    path: str
    route: str
    status: int
    ms: float
    client: str
    company_id: str | None = None
    user_id: str | None = None
    code: str | None = None
    exception: str | None = None


class Observer:
    """Counts and times requests by route; the label values come from our own table, never from a client."""

    def __init__(self) -> None:
        """Each app has a registry of its own, so that several can live in one process."""
        self.registry: Final = CollectorRegistry()
        self._tells_all: bool = structlog.get_logger().is_enabled_for(logging.INFO)
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
            "fettle_write_group_commands", "Commands committed as one.", buckets=_GROUP_BUCKETS, registry=self.registry
        )
        self._checked_files = Counter("fettle_checked_files_total", "Files read again.", registry=self.registry)
        self._checked_bytes = Counter("fettle_checked_bytes_total", "Bytes read again.", registry=self.registry)
        self._damaged_files = self._gauge(
            "fettle_damaged_files", "Files whose bytes are lost or changed.", "mostrecent"
        )
        self._oldest_check = self._gauge(
            "fettle_oldest_check_timestamp_seconds",
            "When the file that waits longest was checked, or stored; 0 without files.",
            "mostrecent",
        )
        self._oldest_uncopied = self._gauge(
            "fettle_oldest_uncopied_checkpoint_timestamp_seconds",
            "When the oldest checkpoint was made that waits for its copy; 0 when all are copied.",
            "mostrecent",
            ("destination",),
        )
        self._oldest_unsigned = self._gauge(
            "fettle_oldest_unsigned_entry_timestamp_seconds",
            "When the oldest entry was made that no checkpoint covers; 0 when all are covered.",
            "mostrecent",
        )
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._lines = structlog.BytesLogger(sys.stdout.buffer)

    def done(self, call: Call, status: int, seconds: float, code: str | None, error: BaseException | None) -> None:
        """Note the end of a request; `error` is what the log needs to know and the client must not."""
        route = call.operation.paths[0] if call.operation else "-"
        self._count(call.method if call.operation else "-", route, status, seconds)
        is_fault = status >= _SERVER_FAULT
        if not is_fault and not self._tells_all:
            return
        caller = call.known_caller
        line = RequestLine(
            "request",
            "error" if is_fault else "info",
            datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            call.trace_id,
            call.method,
            call.path,
            route,
            status,
            round(seconds * 1000, 2),
            call.client,
            company_id=caller.company_id if caller else None,
            user_id=caller.user_id if caller else None,
            code=code,
            exception="".join(traceback.format_exception(error)) if is_fault and error else None,
        )
        # Without structlog's chain of processors, which took three times as long for the same bytes.
        self._lines.msg(_encode(line))

    def grouped(self, committed: int, waiting: int) -> None:
        """Note that so many commands were committed together, and how many are in the queue behind them."""
        self._writes.observe(committed)
        self._writes_waiting.set(waiting)

    def checked(self, size: int) -> None:
        """Note that a file of so many bytes was read again."""
        self._checked_files.inc()
        self._checked_bytes.inc(size)

    def looked_at(self, damaged: int, oldest_check: Instant | None) -> None:
        """Note what the rows say of the files now."""
        self._damaged_files.set(damaged)
        self._oldest_check.set(0 if oldest_check is None else oldest_check / SECOND)

    def copies_wait(self, destination: str, since: Instant | None) -> None:
        """Note how old the oldest checkpoint is that waits for its copy."""
        self._oldest_uncopied.labels(destination).set(0 if since is None else since / SECOND)

    def entries_wait(self, since: Instant | None) -> None:
        """Note how old the oldest entry is that no checkpoint covers."""
        self._oldest_unsigned.set(0 if since is None else since / SECOND)

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

    def _count(self, method: str, route: str, status: int, seconds: float) -> None:
        found = self._series.get((method, route, status))
        if found is None:
            series = self._requests.labels(method, route, str(status)), self._seconds.labels(route)
            found = self._series[method, route, status] = series
        found[0].inc()
        found[1].observe(seconds)
