"""What values settings take: each reads a text, and raises ValueError for one that is not taken."""

import ipaddress
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from fettle.domain.addresses import is_near
from fettle.domain.crash_points import POINTS


def integer(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError
        return int(text)

    return read


def choice(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ValueError
        return text

    return read


def yes_or_no(text: str) -> bool:
    return choice("false", "true")(text.lower()) == "true"


def url(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        parts = urlsplit(text)
        if parts.scheme not in schemes or not (parts.netloc or parts.path):
            raise ValueError
        return text

    return read


def folder_or_s3(text: str) -> str:
    if "://" in text and not (text.startswith("s3://") and urlsplit(text).hostname):
        raise ValueError
    return text


def site(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError
    return text.rstrip("/")


def outside(text: str) -> str:
    """An address that the server itself speaks to: over the open network encrypted only."""
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_near(parts.hostname or ""))
    is_plain = text.isascii() and text.isprintable() and " " not in text
    if not (is_safe and is_plain and parts.hostname) or parts.username is not None or parts.fragment or parts.port == 0:
        raise ValueError
    return text


def locked_bucket(text: str) -> str:
    days = parse_qs(urlsplit(text).query).get("retention_days", [""])
    integer(1, 36_500)(days[-1])
    if not text.startswith("s3://"):
        raise ValueError
    return folder_or_s3(text)


def certificates(text: str) -> Path:
    """A file of certificates, at least one."""
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - 30 ms of a start

    try:
        load_pem_x509_certificates(Path(text).read_bytes())
    except OSError:
        raise ValueError from None
    return Path(text)


def listed(item: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    return lambda text: tuple(item(part) for part in text.replace(",", " ").split())


def origin(text: str) -> str:
    return text if text == "*" else site(text)


def network(text: str) -> str:
    return str(ipaddress.ip_network(text, strict=False))


def host_name(text: str) -> str:
    if "/" in text or ":" in text:
        raise ValueError
    return text.lower()


def crash_point(text: str) -> tuple[str, int]:
    name, _, passes = text.partition(":")
    if name not in POINTS:
        raise ValueError
    return name, int(passes or 0)


def level(text: str) -> str:
    return choice("debug", "info", "warning", "error")(text.lower())
