"""Labels: what their code says, how large they are on paper."""

import io

import httpx
import pypdfium2  # type: ignore[import-untyped]  # ships no types
import pytest
import segno
from playwright.async_api import Page, expect

from fettle.web.pages.labels import SIZES
from tests.pages.site import Site, require_accessible

_A_POINT_MM = 25.4 / 72
_A6 = "105x148"


async def test_it_leads_to_the_photos_of_the_work_order(planner: Page, site: Site) -> None:
    await planner.goto(f"{site.url}/orders/{site.demo['work_order_id']}/label")
    address = f"{site.url}/orders/1/capture"
    await expect(planner.get_by_role("img", name=address)).to_be_visible()
    await require_accessible(planner)
    drawn = await planner.evaluate("async () => (await fetch('/orders/1/label.svg')).text()")
    expected = io.BytesIO()
    segno.make(address, error="m", micro=False).save(expected, kind="svg", border=0, xmldecl=False, omitsize=True)
    assert drawn == expected.getvalue().decode()
    assert await planner.evaluate("() => document.querySelector('.label img').naturalWidth > 0")


@pytest.mark.parametrize("size", SIZES)
async def test_on_paper_it_is_the_label_alone(planner: Page, site: Site, size: str) -> None:
    await planner.goto(f"{site.url}/orders/1/label?size={size}")
    (page,) = pypdfium2.PdfDocument(await planner.pdf(prefer_css_page_size=True))
    wanted = _A6 if size == "A6" else size
    assert [round(side * _A_POINT_MM) for side in page.get_size()] == [int(side) for side in wanted.split("x")]
    text = page.get_textpage().get_text_bounded()
    assert text.split() == ["1", "Bracket,", "first", "batch", "Machining"]


def test_an_unknown_size_is_refused(site: Site) -> None:
    with site.api() as client:
        answer: httpx.Response = client.get("/orders/1/label?size=1x1")
    assert answer.status_code == 400
