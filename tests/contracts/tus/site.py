"""A site of another origin: its page uploads to Fettle with the tus-js-client that Fettle's own pages use."""

import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

_FOLDER = Path(__file__).parent
_CLIENT = Path(str(files("fettle.web.pages"))) / "static" / "tus-js-client-4.3.1.min.js"


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
    def translate_path(self, path: str) -> str:
        """The client is where the pages have it."""
        return str(_CLIENT) if urlsplit(path).path == f"/{_CLIENT.name}" else super().translate_path(path)

    def log_message(self, *_: object) -> None:
        """Keep quiet: only what Fettle says is of interest."""
