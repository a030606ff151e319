"""If-Match, languages, other sites, proxies, failed attempts: the small things that a header or an address decides."""

import pytest

from fettle.domain.credentials import write_credential
from fettle.domain.errors import Invalid
from fettle.domain.people import CredentialKind
from fettle.web.conditions import etag_of, read_versions, without_secrets
from fettle.web.cors import Cors
from fettle.web.framing import ClientAddress, read_headers, require_sane
from fettle.web.guard import read_presented
from fettle.web.language import choose_language
from fettle.web.pms.company_rules import RulesBody
from fettle.web.pms.completions import CompletionBody
from fettle.web.pms.me import PasswordBody
from fettle.web.routing import MethodNotAllowed
from fettle.web.throttle import Throttle

_KEY = write_credential(CredentialKind.KEY, "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0", "a" * 43)
_OTHER = write_credential(CredentialKind.KEY, "2489e9ad-2ee2-8e00-8ec9-32d5f69181c1", "a" * 43)
_TOKEN = write_credential(CredentialKind.TOKEN, "2489e9ad-2ee2-8e00-8ec9-32d5f69181c0", "a" * 43)


@pytest.mark.parametrize(
    ("sent", "versions"),
    [
        (None, None),
        ("*", None),
        (etag_of(3), {3}),
        ('"3", "4"', {3, 4}),
        ('W/"3"', set()),
        ('"abc"', set()),
        ('""', set()),
    ],
)
def test_if_match_names_versions(sent: str | None, versions: set[int] | None) -> None:
    headers = {} if sent is None else {"if-match": sent}
    assert read_versions(headers) == versions


def test_what_is_kept_of_a_request_holds_no_password() -> None:
    sent = b'{"password":"secret","meaning":"done"}'
    assert without_secrets(sent, CompletionBody) == b'{"meaning":"done"}'
    assert without_secrets(b'{"newPassword":"a","currentPassword":"b"}', PasswordBody) == b"{}"
    assert without_secrets(sent, RulesBody) == sent


@pytest.mark.parametrize("sent", ["", "3", "'3'", '"3', "x"])
def test_an_if_match_of_no_form_is_refused(sent: str) -> None:
    with pytest.raises(Invalid):
        read_versions({"if-match": sent})


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA,en;q=0.8", "fr"),
        ("de,fr;q=0.5,en;q=0.4", "fr"),
        ("en;q=0.4, FR;q=0.5", "fr"),
        ("de", "en"),
        ("fr;q=0", "en"),
        ("fr;q=x", "en"),
        ("*", "en"),
    ],
)
def test_the_preferred_language_that_we_speak(accepted: str | None, language: str) -> None:
    assert choose_language(accepted, "en") == language


def test_credentials_come_in_either_header_but_not_two_of_them() -> None:
    for headers in (
        {"authorization": f"Bearer {_KEY}"},
        {"authorization": f"bEARER  {_KEY} "},
        {"x-api-key": _KEY},
        {"authorization": f"Bearer {_KEY}", "x-api-key": _KEY},
    ):
        presented = read_presented(headers)
        assert presented is not None
        assert presented.kind is CredentialKind.KEY
    for headers in ({}, {"authorization": f"Basic {_KEY}"}, {"authorization": _KEY}, {"x-api-key": _TOKEN}):
        assert read_presented(headers) is None
    with pytest.raises(Invalid) as refused:
        read_presented({"authorization": f"Bearer {_KEY}", "x-api-key": _OTHER})
    assert refused.value.code == "TWO_CREDENTIALS"


def test_only_named_origins_are_let_in() -> None:
    cors = Cors(frozenset({"https://app.example"}))
    assert dict(cors.headers("https://app.example"))[b"access-control-allow-origin"] == b"https://app.example"
    assert cors.headers("https://evil.example") == ()
    assert cors.headers(None) == ()
    assert Cors(frozenset()).headers("https://app.example") == ()
    asked = {"origin": "https://app.example", "access-control-request-method": "POST"}
    preflight = cors.preflight(asked)
    assert preflight is not None
    assert b"X-API-Key" in dict(preflight.headers)[b"access-control-allow-headers"]
    assert cors.preflight({**asked, "origin": "https://evil.example"}) is None
    assert cors.preflight({"origin": "https://app.example"}) is None


def test_a_page_may_ask_and_read_all_of_the_tus_protocol() -> None:
    cors = Cors(frozenset({"*"}))
    preflight = cors.preflight({"origin": "https://app.example", "access-control-request-method": "OPTIONS"})
    assert preflight is not None
    methods = dict(preflight.headers)[b"access-control-allow-methods"].decode().split(", ")
    assert {"OPTIONS", "POST", "HEAD", "PATCH", "DELETE"} <= set(methods)
    exposed = dict(cors.headers("https://app.example"))[b"access-control-expose-headers"].decode().split(", ")
    abilities = {"Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm"}
    standing = {"Upload-Offset", "Upload-Length", "Upload-Expires", "Upload-Metadata", "Fettle-Evidence-Id"}
    assert {"Location", "Tus-Resumable"} | abilities | standing <= set(exposed)


def test_only_trusted_proxies_are_believed() -> None:
    addresses = ClientAddress(["10.0.0.0/8", "::1"])
    assert addresses.of("203.0.113.9", "1.2.3.4") == "203.0.113.9"
    assert addresses.of("10.1.2.3", "1.2.3.4") == "1.2.3.4"
    assert addresses.of("10.1.2.3", "6.6.6.6, 1.2.3.4, 10.9.9.9") == "1.2.3.4"
    assert addresses.of("10.1.2.3", None) == "10.1.2.3"
    assert ClientAddress([]).of("10.1.2.3", "1.2.3.4") == "10.1.2.3"


def test_failures_are_counted_for_a_minute() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0], limit=3)
    assert [throttle.failed("a") for _ in range(4)] == [False, False, False, True]
    assert throttle.is_blocked("a")
    assert not throttle.is_blocked("b")
    now[0] = 61.0
    assert not throttle.is_blocked("a")
    assert throttle.failed("a") is False


def test_headers_are_bounded_and_the_important_ones_alone() -> None:
    host = (b"host", b"h")
    assert read_headers([host, (b"accept", b"a"), (b"accept", b"b")])["accept"] == "a, b"
    for pairs, code in (
        ([], "MALFORMED_REQUEST"),
        ([host, host], "MALFORMED_REQUEST"),
        ([host, (b"authorization", b"a"), (b"authorization", b"b")], "MALFORMED_REQUEST"),
        ([host, (b"x", b"a" * 70_000)], "HEADERS_TOO_LARGE"),
        ([host, *[(b"x", b"")] * 20_000], "HEADERS_TOO_LARGE"),
    ):
        with pytest.raises(Invalid) as refused:
            read_headers(pairs)
        assert refused.value.code == code


def test_an_address_is_bounded_and_trace_is_never_answered() -> None:
    sane = {"raw_path": b"/x", "query_string": b"", "method": "GET"}
    require_sane(sane)
    with pytest.raises(Invalid):
        require_sane({**sane, "raw_path": b"/" * 40_000})
    with pytest.raises(MethodNotAllowed):
        require_sane({**sane, "method": "TRACE"})
