"""HTTP itself, byte by byte on a real socket (quality: bad input, "HTTP" and "Credentials")."""

import json
import socket
import time
from http.client import HTTPResponse

import pytest

from tests.serving import Demo, FettleServer

_HOST = "Host: fettle.example"


# What is below makes no difference here: one place is enough.
pytestmark = pytest.mark.parametrize("place", ["sqlite-disk"], indirect=True)


class Wire:
    """Sends requests to the letter."""

    def __init__(self, port: int, key: str) -> None:
        self.port = port
        self.key = key

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=40)

    def ask(self, start: str, *lines: str, body: bytes = b"", host: bool = True) -> tuple[int, dict[str, str], bytes]:
        head = "\r\n".join([f"{start} HTTP/1.1", *([_HOST] if host else []), *lines, "", ""])
        with self.connect() as connection:
            connection.sendall(head.encode("latin-1") + body)
            return answer_of(connection)

    def code(self, start: str, *lines: str, body: bytes = b"", host: bool = True) -> tuple[int, str]:
        status, _, content = self.ask(start, *lines, body=body, host=host)
        sent = json.loads(content)
        assert sent["status"] == status
        assert set(sent) >= {"code", "message", "status", "traceId"}
        return status, sent["code"]


def answer_of(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    response = HTTPResponse(connection)
    response.begin()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


@pytest.fixture
def wire(server: FettleServer, demo: Demo) -> Wire:
    return Wire(server.port, demo.api_key)


def test_a_request_line_or_headers_without_end_are_refused(wire: Wire) -> None:
    assert wire.ask(f"GET /{'a' * 70_000}")[0] == 414
    assert wire.code(f"GET /{'a' * 40_000}") == (414, "URI_TOO_LONG")
    assert wire.code("GET /livez", f"X: {'a' * 70_000}") == (431, "HEADERS_TOO_LARGE")
    assert wire.ask("GET /livez", *["X: a"] * 20_000)[0] == 431


def test_one_host_is_needed_and_only_one(wire: Wire) -> None:
    assert wire.ask("GET /livez")[0] == 200
    assert wire.code("GET /livez", host=False) == (400, "MALFORMED_REQUEST")
    assert wire.code("GET /livez", "Host: other.example") == (400, "MALFORMED_REQUEST")


def test_a_length_beside_chunks_is_not_believed(wire: Wire) -> None:
    chunked = b"2\r\n{}\r\n0\r\n\r\n"
    lines = (f"X-API-Key: {wire.key}", "Content-Type: application/json", "Transfer-Encoding: chunked")
    status, _, content = wire.ask("POST /v1/work-orders", "Content-Length: 3", *lines, body=chunked)
    assert status == 400
    assert json.loads(content)["code"] in {"INVALID_BODY", "MALFORMED_REQUEST"}


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "BREW"])
def test_strange_methods_are_not_allowed(wire: Wire, method: str) -> None:
    target = "fettle.example:80" if method == "CONNECT" else "/livez"
    assert wire.ask(f"{method} {target}")[0] in {400, 404, 405}
    if method != "CONNECT":
        assert wire.code(f"{method} {target}") == (405, "METHOD_NOT_ALLOWED")


def test_another_method_is_told_which_there_are(wire: Wire) -> None:
    status, headers, _ = wire.ask("DELETE /v1/work-orders")
    assert status == 405
    assert headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    "path", ["/%2e%2e%2fetc/passwd", "/files/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/v1/work-orders/%00", "/v1/../livez/x"]
)
def test_no_path_climbs(wire: Wire, path: str) -> None:
    status, _, content = wire.ask(f"GET {path}", f"X-API-Key: {wire.key}")
    assert status == 404
    assert json.loads(content)["code"] in {"NOT_FOUND", "WORK_ORDER_NOT_FOUND"}


def test_compressed_bodies_are_not_taken(wire: Wire) -> None:
    lines = (f"X-API-Key: {wire.key}", "Content-Type: application/json", "Content-Encoding: gzip", "Content-Length: 2")
    assert wire.code("POST /v1/work-orders", *lines, body=b"{}") == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_bad_key_is_refused_at_once_and_the_answer_can_be_read(wire: Wire) -> None:
    """A gigabyte is announced and begun; the client that goes on sending still reads its 401."""
    lines = ("X-API-Key: wrong", "Content-Type: multipart/form-data; boundary=x", f"Content-Length: {1 << 30}")
    head = "\r\n".join(["PUT /work-orders/1/attachments HTTP/1.1", _HOST, *lines, "", ""]).encode()
    for _ in range(5):
        began = time.monotonic()
        with wire.connect() as connection:
            connection.sendall(head)
            for _ in range(64):
                connection.sendall(b"-" * (64 << 10))
            status, _, content = answer_of(connection)
        assert (status, json.loads(content)["code"]) == (401, "UNAUTHENTICATED")
        assert time.monotonic() - began < 5


def test_who_waits_for_the_go_ahead_gets_the_refusal_instead(wire: Wire) -> None:
    lines = ("X-API-Key: wrong", "Content-Type: application/json", "Content-Length: 1000000", "Expect: 100-continue")
    began = time.monotonic()
    assert wire.code("POST /v1/work-orders", *lines) == (401, "UNAUTHENTICATED")
    assert time.monotonic() - began < 1


def test_too_large_is_said_before_the_body_is_read(wire: Wire) -> None:
    json_lines = (f"X-API-Key: {wire.key}", "Content-Type: application/json", f"Content-Length: {3 << 20}")
    assert wire.code("POST /v1/work-orders", *json_lines, "Expect: 100-continue") == (413, "TOO_LARGE")
    form_lines = (
        f"X-API-Key: {wire.key}",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {2 << 30}",
    )
    assert wire.code("PUT /work-orders/1/attachments", *form_lines, "Expect: 100-continue") == (413, "TOO_LARGE")


def test_json_without_a_length_ends_at_its_limit(wire: Wire) -> None:
    lines = (f"X-API-Key: {wire.key}", "Content-Type: application/json", "Transfer-Encoding: chunked")
    chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    assert wire.code("POST /v1/work-orders", *lines, body=chunk * 40 + b"0\r\n\r\n") == (413, "TOO_LARGE")


def test_the_order_of_checks_is_the_contract_s(wire: Wire) -> None:
    key, text = f"X-API-Key: {wire.key}", "Content-Type: text/plain"
    nowhere = "/v1/work-orders/2489E9AD-2EE2-8E00-8EC9-32D5F69181C0/photos"
    assert wire.code("POST /v1/nothing", text)[0] == 404
    assert wire.code("DELETE /v1/work-orders", text)[0] == 405
    assert wire.code(f"POST {nowhere}", text, f"Content-Length: {3 << 20}", "Expect: 100-continue")[0] == 401
    assert wire.code(f"POST {nowhere}", key, text, f"Content-Length: {3 << 20}", "Expect: 100-continue")[0] == 413
    assert wire.code(f"POST {nowhere}", key, text, "Content-Length: 1", body=b"{") == (415, "UNSUPPORTED_MEDIA_TYPE")
    json_type = "Content-Type: application/json"
    refused = wire.code(f"POST {nowhere}", key, json_type, "Content-Length: 1", body=b"{")
    assert refused == (404, "WORK_ORDER_NOT_FOUND")
    assert wire.code("POST /v1/work-orders/1/photos", key, json_type, "Content-Length: 1", body=b"{")[0] == 400


def test_credentials_count_in_their_headers_alone(wire: Wire) -> None:
    path = "/v1/work-orders"
    assert wire.code(f"GET {path}?key={wire.key}&api_key={wire.key}")[0] == 401
    assert wire.ask(f"GET {path}", f"authorization: bEaReR {wire.key}")[0] == 200
    both = wire.code(f"GET {path}", f"X-API-Key: {wire.key}", "Authorization: Bearer other")
    assert both == (400, "TWO_CREDENTIALS")
    status, headers, _ = wire.ask(f"GET {path}", f"X-API-Key: {wire.key[:-1]}0")
    assert status in {200, 401}
    assert status == 200 or headers["www-authenticate"] == 'Bearer realm="fettle"'


def test_a_trace_id_is_kept_or_made(wire: Wire) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    _, headers, _ = wire.ask("GET /livez", f"traceparent: 00-{trace}-b7ad6b7169203331-01")
    assert headers["x-trace-id"] == trace
    for malformed in ("x", f"00-{'0' * 32}-b7ad6b7169203331-01", f"00-{trace.upper()}-b7ad6b7169203331-01"):
        _, headers, _ = wire.ask("GET /livez", f"traceparent: {malformed}")
        assert headers["x-trace-id"] != trace
        assert len(headers["x-trace-id"]) == 32


def test_headers_sent_a_byte_a_second_do_not_hold_a_connection(wire: Wire) -> None:
    with wire.connect() as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\n")
        began = time.monotonic()
        connection.settimeout(1)
        while time.monotonic() - began < 20:
            try:
                connection.sendall(b"X")
                if connection.recv(1000) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
        assert time.monotonic() - began < 15


def test_a_body_without_a_byte_for_half_a_minute_is_given_up(wire: Wire) -> None:
    lines = (f"X-API-Key: {wire.key}", "Content-Type: application/json", "Content-Length: 10")
    began = time.monotonic()
    assert wire.code("POST /v1/work-orders", *lines, body=b"{") == (408, "REQUEST_TIMEOUT")
    assert 25 < time.monotonic() - began < 35


def test_errors_are_in_the_reader_s_language_even_before_routing(wire: Wire) -> None:
    _, _, content = wire.ask("GET /nothing", "Accept-Language: fr")
    assert json.loads(content)["message"] == "Introuvable."
    _, _, content = wire.ask("GET /v1/work-orders", "Accept-Language: fr-FR,fr;q=0.9")
    assert json.loads(content)["message"].startswith("Non authentifié")
