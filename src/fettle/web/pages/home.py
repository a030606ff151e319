"""The first page: what there is to do, for whoever is signed in."""

from typing import Final

from fettle.web.answers import Response
from fettle.web.calls import Call
from fettle.web.pages.declaring import Pages
from fettle.web.pages.rendering import redirect

pages: Final = Pages()


@pages("GET", "/", status=303)
async def home(_call: Call) -> Response:
    """To the work orders."""
    return redirect("/orders")
