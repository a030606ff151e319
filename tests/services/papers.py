"""Reports read back: what a person would read in them, and how many pictures they show."""

import ctypes
import re
from hashlib import sha256

import pypdfium2  # type: ignore[import-untyped]  # its wheel says nothing of types
import pypdfium2.raw  # type: ignore[import-untyped]  # as above

from fettle.domain.evidence import NewPhotoBytes
from fettle.domain.instants import parse_instant
from fettle.domain.people import Scope
from fettle.domain.reports import Wanted
from fettle.services.files import Upload
from fettle.services.gate import Done
from fettle.services.ports import PrintedReport
from fettle.services.rows import Transaction
from tests.services.conftest import Company

_TAKEN = "2026-04-15T14:00:00+02:00"
# What the setting of type adds between letters: blanks, ends of lines, soft breaks, and marks of where a line broke.
_SET = re.compile("[\\s\u200b\u00ad\ufffe\ufeff]+")


class NothingElse:
    """Nothing ends with the photo."""

    def require_open(self, tx: Transaction) -> None: ...
    def end(self, tx: Transaction, done: Done) -> None: ...


class Paper:
    """One PDF."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self._document = pypdfium2.PdfDocument(content)
        self.pages = len(self._document)
        self.text = "\n".join(page.get_textpage().get_text_range() for page in self._document)

    def says(self, text: str) -> bool:
        """Whether the text stands there, wherever its lines were broken."""
        return squeezed(text) in squeezed(self.text)

    @property
    def pictures(self) -> int:
        """How many photographs are shown."""
        kinds = [pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
        return sum(len(list(page.get_objects(filter=kinds, max_depth=5))) for page in self._document)

    @property
    def fonts(self) -> set[str]:
        """The names of the fonts in it, without the mark of a subset."""
        return {name.rpartition("+")[2] for name in map(_font_of, self._texts()) if name}

    def _texts(self) -> list[pypdfium2.PdfObject]:
        kinds = [pypdfium2.raw.FPDF_PAGEOBJ_TEXT]
        return [each for page in self._document for each in page.get_objects(filter=kinds, max_depth=5)]


def squeezed(text: str) -> str:
    return _SET.sub("", text)


async def paper(company: Company, order_id: str, language: str = "en") -> Paper:
    """The report of a work order."""
    return await read(await company.parts.services.reports.of_order(company.id, order_id, Wanted(language)))


async def read(report: PrintedReport) -> Paper:
    content = b"".join([chunk async for chunk in report.chunks()])
    assert len(content) == report.size
    return Paper(content)


async def add_photo(company: Company, order_id: str, content: bytes, step: str | None, name: str = "IMG_1.jpg") -> str:
    """The id of a photo that came with its bytes; its facts have not been read yet."""
    services = company.parts.services
    new = NewPhotoBytes(sha256(content).hexdigest() + str(step), step, parse_instant(_TAKEN), _TAKEN)
    async with services.blobs.spool() as spool:
        await spool.write(content)
        intent, upload = company.intent(Scope.EVIDENCE), Upload(spool, name)
        return (await services.evidence.add_photo(intent, order_id, new, upload, ending=NothingElse())).id


async def read_facts(company: Company, evidence_id: str) -> None:
    """As the worker does after bytes have come."""
    entry = await company.parts.database.read(lambda tx: tx.evidence.find_by_id(evidence_id))
    assert entry is not None
    await company.parts.services.pictures.read_facts(company.id, entry.file_name)


def _font_of(text: pypdfium2.PdfObject) -> str:
    font = pypdfium2.raw.FPDFTextObj_GetFont(text.raw)
    name = ctypes.create_string_buffer(200)
    pypdfium2.raw.FPDFFont_GetBaseFontName(font, name, len(name))
    return name.value.decode()
