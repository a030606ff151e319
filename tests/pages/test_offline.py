"""What makes the pages an app: the manifest and the worker as a browser is given them."""

import io
import re

import httpx
from PIL import Image

from tests.pages.site import Site


def test_the_manifest_names_icons_that_are_there_and_as_large_as_it_says(site: Site) -> None:
    answer = httpx.get(f"{site.url}/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert (manifest["scope"], manifest["display"]) == ("/", "standalone")
    assert {"any", "maskable"} == {icon["purpose"] for icon in manifest["icons"]}
    for icon in manifest["icons"]:
        picture = Image.open(io.BytesIO(httpx.get(f"{site.url}{icon['src']}").content))
        assert (picture.format, "x".join(map(str, picture.size))) == ("PNG", icon["sizes"])


def test_the_worker_is_asked_for_anew_and_names_files_that_are_there(site: Site) -> None:
    answer = httpx.get(f"{site.url}/worker.js")
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["content-type"].startswith("text/javascript")
    files = re.findall(r'"(/static/[^"]+)"', answer.text.split("\n")[1])
    assert any(file.endswith("/capture.js") for file in files)
    with httpx.Client(base_url=site.url) as client:
        assert [file for file in files if client.get(file).status_code != httpx.codes.OK] == []


def test_what_is_shown_without_a_network_knows_nobody(site: Site) -> None:
    """It is kept for everybody, so a session must make no difference."""
    with httpx.Client(base_url=site.url) as client:
        form = {"email": site.demo["planner_email"], "password": site.demo["planner_password"]}
        before = client.get("/offline").text
        assert client.post("/sign-in", data=form, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
        assert client.get("/offline").text == before
