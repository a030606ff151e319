"""Browsers on other sites: which may call, and what they may read (contract B, "Limits")."""

from typing import Final

from fettle.web.answers import Headers, Response, header

_ALLOWED_HEADERS: Final = (
    "Authorization, X-API-Key, Content-Type, Idempotency-Key, If-Match, If-None-Match, Accept-Language, traceparent, "
    "Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Offset, Upload-Checksum, X-HTTP-Method-Override"
)
_EXPOSED_HEADERS: Final = (
    "Location, Link, ETag, X-Trace-Id, Retry-After, Fettle-Replayed, Fettle-Evidence-Id, "
    "Tus-Resumable, Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm, "
    "Upload-Offset, Upload-Length, Upload-Expires, Upload-Metadata"
)
_METHODS: Final = "GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE"
_PREFLIGHT_AGE_S: Final = 600


class Cors:
    """Answers preflights and marks answers for the origins in the settings; `*` stands for every origin."""

    def __init__(self, origins: frozenset[str]) -> None:
        """Without origins nothing is ever marked."""
        self._origins = origins

    def headers(self, origin: str | None) -> Headers:
        """What an answer to this origin carries."""
        if not self._origins or origin is None or not self._allows(origin):
            return ()
        return (
            header("access-control-allow-origin", origin),
            header("access-control-expose-headers", _EXPOSED_HEADERS),
            (b"vary", b"Origin"),
        )

    def preflight(self, headers: dict[str, str]) -> Response | None:
        """The answer to a preflight from an allowed origin; None for any other request."""
        origin = headers.get("origin")
        if origin is None or "access-control-request-method" not in headers or not self._allows(origin):
            return None
        return Response(
            204,
            headers=(
                header("access-control-allow-methods", _METHODS),
                header("access-control-allow-headers", _ALLOWED_HEADERS),
                header("access-control-max-age", str(_PREFLIGHT_AGE_S)),
            ),
        )

    def _allows(self, origin: str) -> bool:
        return "*" in self._origins or origin in self._origins
