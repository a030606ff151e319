"""A JPEG as a page: PDF readers see the very bytes."""

import io

import pypdfium2  # type: ignore[import-untyped]  # its wheel says nothing of types
from PIL import Image

from fettle.domain.pictures import Print
from fettle.report.framed import framed
from tests.media import samples


def test_the_page_is_the_picture() -> None:
    jpeg = samples.photo(size=(320, 200))
    document = pypdfium2.PdfDocument(framed(Print(320, 200, jpeg)))
    (page,) = document
    assert page.get_size() == (320, 200)
    (picture,) = page.get_objects()
    assert bytes(picture.get_data(decode_simple=False)) == jpeg
    shown = page.render().to_pil()
    with Image.open(io.BytesIO(jpeg)) as original:
        assert shown.getpixel((5, 5)) == original.getpixel((5, 5))
