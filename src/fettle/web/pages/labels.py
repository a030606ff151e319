"""The label of a work order: a QR code that leads to its photos, to be printed and stuck to the thing."""

import io
from typing import Annotated, Any, Final, Literal

import segno
from msgspec import Meta, Struct

from fettle.web.answers import Response, header
from fettle.web.calls import Call
from fettle.web.pages.declaring import Pages
from fettle.web.pages.people import reader_of
from fettle.web.pages.rendering import render

pages: Final = Pages()

# In millimetres, width first: as the labels of common printers are, and a whole sheet.
Size = Literal["62x29", "57x32", "89x36", "102x51", "102x152", "A6"]
SIZES: Final[tuple[Size, ...]] = ("62x29", "57x32", "89x36", "102x51", "102x152", "A6")


class LabelQuery(Struct, frozen=True):
    """How large the label is."""

    size: Annotated[Size, Meta(description="Width and height in millimetres.")] = "62x29"


@pages("GET", "/orders/{id}/label", query=LabelQuery)
async def show_label(call: Call, query: LabelQuery) -> Response:
    """The label as it will be printed, and how large."""
    about: dict[str, Any] = {"order": call.order, "size": query.size, "sizes": SIZES, "address": _address(call)}
    return render(call, "label.html", reader=await reader_of(call), **about)


@pages("GET", "/orders/{id}/label.svg")
async def show_code(call: Call) -> Response:
    """The QR code alone."""
    drawing = io.BytesIO()
    code = segno.make(_address(call), error="m", micro=False)
    code.save(drawing, kind="svg", border=0, xmldecl=False, omitsize=True)
    return Response(200, drawing.getvalue(), (header("content-type", "image/svg+xml"),))


def _address(call: Call) -> str:
    """The page of the photos, by number: shorter than by id, so that the squares are larger."""
    return f"{call.base_url}/orders/{call.order.wo_number}/capture"
