"""Which public addresses browsers take passkeys for."""

import pytest

from fettle.domain.errors import Conflict
from fettle.domain.passkeys import Site, require_site, site_of


@pytest.mark.parametrize(
    ("public_url", "site"),
    [
        ("https://Fettle.example", Site("fettle.example", "https://fettle.example")),
        ("https://fettle.example:443/below", Site("fettle.example", "https://fettle.example")),
        ("https://fettle.example:8443", Site("fettle.example", "https://fettle.example:8443")),
        ("http://localhost:8000", Site("localhost", "http://localhost:8000")),
        ("http://shop.localhost", Site("shop.localhost", "http://shop.localhost")),
        ("http://fettle.example", None),
        ("http://127.0.0.1:8000", None),
        ("https://[::1]", None),
        ("https://192.0.2.1", None),
        (None, None),
    ],
)
def test_the_site_is_a_host_that_browsers_trust(public_url: str | None, site: Site | None) -> None:
    assert site_of(public_url) == site


def test_without_a_site_there_are_no_passkeys() -> None:
    with pytest.raises(Conflict) as refused:
        require_site(None)
    assert refused.value.code == "PASSKEYS_UNAVAILABLE"
