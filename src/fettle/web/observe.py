"""One log line and one measurement for every request."""

import sys
from typing import Any, Final

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from fettle.web.calls import Call

_encode = msgspec.json.Encoder(enc_hook=str).encode
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0)
_SERVER_FAULT: Final = 500


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
        self.in_progress = Gauge("fettle_requests_in_progress", "Requests being answered.", registry=self.registry)
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

    def render(self) -> bytes:
        """All measurements in the text format of Prometheus."""
        return generate_latest(self.registry)

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
