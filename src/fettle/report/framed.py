"""A JPEG as a PDF of one page.

Typst copies such a page as it is, and decodes no pixel; of a JPEG it holds all pixels in memory until the end: 474 MB
for 200 of 960 by 720, where this takes 123 MB and a third of the time (docs/decisions/0009-reports-by-typst.md).
"""

from fettle.domain.pictures import Print


def framed(picture: Print) -> bytes:
    """The page, of a point for each pixel (ISO 32000-1, sections 7.5 and 8.9)."""
    width, height, jpeg = picture.width, picture.height, picture.content
    drawing = f"q {width} 0 0 {height} 0 0 cm /P Do Q".encode()
    about = f"/Width {width} /Height {height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode".encode()
    box = f"/MediaBox [0 0 {width} {height}]".encode()
    return _document(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R " + box + b" /Resources << /XObject << /P 4 0 R >> >> /Contents 5 0 R >>",
        _stream(b"/Type /XObject /Subtype /Image " + about, jpeg),
        _stream(b"", drawing),
    )


def _stream(about: bytes, content: bytes) -> bytes:
    return b"<< " + about + f" /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream"


def _document(*objects: bytes) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, written in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + written + b"\nendobj\n"
    listed = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{listed}\n%%EOF\n".encode()
    return bytes(out)
