"""Which hosts may be spoken to without encryption."""

from ipaddress import ip_address


def is_near(host: str) -> bool:
    """Whether it is this machine, a private address, or a bare name as containers call each other."""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host
