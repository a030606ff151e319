"""A site of another origin: its page uploads to Fettle with tus-js-client.

`tus-js-client-4.3.1/` holds the build for browsers from its distribution (MIT), with the licence; unchanged, but for a
reference to a source map that is not kept here.
"""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_FOLDER = Path(__file__).parent


class Site:
    """Serves `page.html` and the client beside it, on a loopback port of its own."""

    def __init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(_FOLDER)))
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def origin(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep quiet: only what Fettle says is of interest."""
