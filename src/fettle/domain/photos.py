"""What a photo by reference may name: an object key, a link that is kept and never followed, a step."""

import re
from typing import Final
from urllib.parse import urlsplit

from fettle.domain.errors import invalid_field
from fettle.domain.limits import MAX_CDN_URL_CHARACTERS, MAX_OBJECT_KEY_BYTES, MAX_STEP_CHARACTERS

# Most links are like this, and are known to be plain without being taken apart.
_USUAL_LINK: Final = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:[/?#][!-\[\]-~]*)?")
_CONTROL: Final = re.compile("[\\x00-\\x1f\\x7f-\\x9f]")


def check_object_key(key: str) -> str:
    """The key as sent; raises when empty, over 1,024 bytes, absolute, climbing with `..` or with control characters."""
    if not key or len(key.encode()) > MAX_OBJECT_KEY_BYTES:
        raise invalid_field("minioObjectKey", "length_bytes", min=1, max=MAX_OBJECT_KEY_BYTES)
    if key.startswith("/") or ".." in key.split("/") or has_control(key):
        raise invalid_field("minioObjectKey", "object_key")
    return key


def check_cdn_url(url: str, hosts: frozenset[str] = frozenset(), *, https_only: bool = False) -> str:
    """The link as sent, which is never fetched.

    Raises unless it is absolute http(s) without userinfo, backslash or control characters, at most 8,192 characters,
    and (when `hosts` has any) on a host of that list.
    """
    if len(url) > MAX_CDN_URL_CHARACTERS:
        raise invalid_field("cdnUrl", "too_long", max=MAX_CDN_URL_CHARACTERS)
    if not _is_plain_http(url, https_only=https_only):
        raise invalid_field("cdnUrl", "https_url" if https_only else "http_url")
    if hosts and (urlsplit(url).hostname or "") not in hosts:
        raise invalid_field("cdnUrl", "host_not_allowed")
    return url


def check_step(step: str | None, field: str = "step") -> str | None:
    """The step, None for none (null or ""); raises over 100 characters or with control characters."""
    if not step:
        return None
    if len(step) > MAX_STEP_CHARACTERS:
        raise invalid_field(field, "too_long", max=MAX_STEP_CHARACTERS)
    if has_control(step):
        raise invalid_field(field, "control_characters")
    return step


def has_control(text: str) -> bool:
    """Whether any character is a control character (C0, DEL, C1)."""
    return _CONTROL.search(text) is not None


def _is_plain_http(url: str, *, https_only: bool) -> bool:
    if _USUAL_LINK.fullmatch(url):
        return url.startswith("https:") or not https_only
    if "\\" in url or " " in url or has_control(url):
        return False
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    scheme_fits = parts.scheme == "https" or (parts.scheme == "http" and not https_only)
    return scheme_fits and bool(parts.hostname) and "@" not in parts.netloc and "://" in url[:8]
