"""The process apart that sets one report: it reads a folder, writes the PDF to its standard output, and ends.

Started as `python -I -m fettle.report.press FOLDER SECONDS [ADDRESS]`: the seconds since 1970 are what the PDF says of
its age, the address is what its QR code leads to. It ends with 28 (ENOSPC) when the disk is full.
"""

import errno
import io
import os
import sys
from pathlib import Path
from typing import Final

import segno
import typst

from fettle.confinement import confine

HERE: Final = Path(__file__).parent
_CPU_S: Final = 120
# Twice of what the largest report takes: 1,000 pictures and 5,000 lines of the log.
_MEMORY_BYTES: Final = 3 << 29
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# Requests come first.
_NICE: Final = 10


def main() -> int:
    """Set the report."""
    folder, seconds, *address = sys.argv[1:]
    os.nice(_NICE)
    # What is on the machine must not matter: a report looks the same everywhere.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(HERE / "fonts")])
    template = (HERE / "report.typ").read_bytes()
    inputs = {"qr": qr_code(address[0])} if address else {}
    confine(_CPU_S, _MEMORY_BYTES, opens_files=True)
    compiler = typst.Compiler(template, root=folder, font_paths=fonts, sys_inputs=inputs)
    content = compiler.compile(format="pdf", timestamp=int(seconds))
    if not isinstance(content, bytes):
        return 1
    try:
        with os.fdopen(1, "wb") as out:
            out.write(content)
    except OSError as error:
        return errno.ENOSPC if error.errno in _FULL else 1
    return 0


def qr_code(address: str) -> str:
    """As SVG, without a margin."""
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="svg", border=0, xmldecl=False, omitsize=True)
    return drawing.getvalue().decode()


if __name__ == "__main__":
    sys.exit(main())
