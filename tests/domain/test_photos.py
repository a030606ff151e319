"""What a photo by reference may name (quality: bad input, "Photos by reference")."""

import pytest

from fettle.domain.errors import Invalid
from fettle.domain.evidence import NewPhoto
from fettle.domain.photos import check_cdn_url, check_object_key, check_step


@pytest.mark.parametrize("key", ["example", "a/b/c.jpg", "é" * 512, "a..b", "x/.hidden", "a b"])
def test_a_key_is_kept_as_sent(key: str) -> None:
    assert check_object_key(key) == key


@pytest.mark.parametrize("key", ["", "x" * 1025, "é" * 513, "..", "a/../b", "/a", "a\x00", "a\nb", "a\x7f", "a\x85"])
def test_an_unfit_key_is_refused(key: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_object_key(key)
    assert refused.value.details[0].field == "minioObjectKey"


@pytest.mark.parametrize(
    "url", ["https://example.com", "http://h/p?q=1#f", "HTTPS://EXAMPLE.com/é", "https://[::1]:9000/x", "https://h/a@b"]
)
def test_a_plain_link_is_kept_as_sent(url: str) -> None:
    assert check_cdn_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/relative",
        "example.com/x",
        "javascript:alert(1)",
        "data:image/png;base64,AA",
        "file:///etc/passwd",
        "//host/x",
        "https:host",
        "https:///x",
        "https://user@host/",
        "https://user:pw@host/",
        "https://host\\@evil/",
        "https://ho st/",
        "https://host/\x00",
        "https://host/a\\b",
        "https://host/a b",
        "https://host:99999/",
        "https://[::1/",
        "ftp://host/",
        "https://host/" + "x" * 8192,
    ],
)
def test_any_other_link_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_cdn_url(url)
    assert refused.value.details[0].field == "cdnUrl"


def test_links_can_be_held_to_https_and_to_hosts() -> None:
    hosts = frozenset({"cdn.example.com"})
    assert check_cdn_url("https://CDN.example.com/x", hosts, https_only=True)
    with pytest.raises(Invalid):
        check_cdn_url("http://cdn.example.com/x", hosts, https_only=True)
    with pytest.raises(Invalid):
        check_cdn_url("https://cdn.example.com.evil.org/x", hosts)


def test_a_step_is_optional_short_and_printable() -> None:
    assert check_step(None) is None
    assert check_step("") is None
    assert check_step("x" * 100) == "x" * 100
    for step in ("x" * 101, "a\tb"):
        with pytest.raises(Invalid):
            check_step(step)


def test_the_same_photo_is_the_same_key_instant_and_step() -> None:
    photo = NewPhoto("k", "https://a/1", 5, "1970-01-01T00:00:00.000005Z", "before")
    key = photo.repeat_key("o")
    assert NewPhoto("k", "https://a/2", 5, "1970-01-01T01:00:00.000005+01:00", "before").repeat_key("o") == key
    others = [
        NewPhoto("l", "https://a/1", 5, "", "before").repeat_key("o"),
        NewPhoto("k", "https://a/1", 6, "", "before").repeat_key("o"),
        NewPhoto("k", "https://a/1", 5, "", None).repeat_key("o"),
        photo.repeat_key("p"),
    ]
    assert key not in others
