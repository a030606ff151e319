"""What holds for every page: who sees it, under which policy, and what it weighs."""

import gzip
import re

import httpx
import pytest

from fettle.web import pages
from fettle.web.operations import Operation
from fettle.web.sign_ins import SignIns
from tests.pages.site import Site

_PAGES = pages.operations(SignIns())
_GUARDED = [
    pytest.param(each, path, id=f"{each.method} {path}") for each in _PAGES if each.scope for path in each.paths
]
_FIRST_PAGE_BYTES = 150_000


@pytest.mark.parametrize(("operation", "path"), _GUARDED)
def test_without_a_session_there_is_only_the_way_to_sign_in(site: Site, operation: Operation, path: str) -> None:
    wanted = re.sub(r"\{\w+\}", site.demo["work_order_id"], path)
    answer = httpx.request(operation.method, f"{site.url}{wanted}", headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=")


def test_a_part_of_a_page_leads_there_too(site: Site) -> None:
    answer = httpx.get(f"{site.url}/orders", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/sign-in")


def test_pages_have_a_strict_policy_and_nothing_inline(site: Site) -> None:
    answer = httpx.get(f"{site.url}/sign-in")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(r"<script(?![^>]* src=)| style=| on\w+=", answer.text)


def test_what_is_not_there_is_a_page_for_people_and_json_for_programs(site: Site) -> None:
    for language, sentence in (("en", "There is nothing here."), ("fr", "Introuvable.")):
        headers = {"Accept": "text/html,*/*", "Accept-Language": language}
        answer = httpx.get(f"{site.url}/nowhere", headers=headers)
        assert (answer.status_code, sentence in answer.text) == (404, True)
        assert answer.headers["content-type"].startswith("text/html")
    assert httpx.get(f"{site.url}/nowhere").json()["code"] == "NOT_FOUND"
    assert httpx.get(f"{site.url}/v1/nowhere", headers={"Accept": "*/*"}).json()["code"] == "NOT_FOUND"


def test_the_first_page_is_light(site: Site) -> None:
    """Over the wire, with everything that it loads."""
    with httpx.Client(base_url=site.url, headers={"Accept-Encoding": "gzip"}) as client:
        page = client.get("/sign-in")
        loaded = {path: client.get(path) for path in re.findall(r'(?:src|href)="(/static/[^"#]+)', page.text)}
        assert len(loaded) >= 3
        for path, answer in loaded.items():
            assert answer.is_success, path
            assert "immutable" in answer.headers["cache-control"]
        sent = sum(int(answer.headers["content-length"]) for answer in (page, *loaded.values()))
    assert sent < _FIRST_PAGE_BYTES, sent
    assert gzip.compress(page.content) != page.content
