"""The form of an attachment, in either way of contract A: a JSON part `metadata`, or the same names as fields."""

from typing import NamedTuple, Protocol, TypeVar

import msgspec

from fettle.domain.errors import Detail, Invalid
from fettle.domain.evidence import NewAttachment, Type
from fettle.domain.files import clean_file_name
from fettle.services.files import Upload
from fettle.web.bodies import decode_json
from fettle.web.multipart import Form

FILE_PART = "attachment"
METADATA_PART = "metadata"
# In a form without JSON there is no null: an empty text says that there is none.
_EMPTY_IS_ABSENT = frozenset({"value", "file_name", "fileName"})


class AttachmentFields(Protocol):
    """What a dialect's own Struct of the fields has, however it spells them."""

    @property
    def type(self) -> Type: ...
    @property
    def name(self) -> str: ...
    @property
    def value(self) -> str | None: ...
    @property
    def file_name(self) -> str | None: ...


Fields = TypeVar("Fields", bound=AttachmentFields)


class SentAttachment(NamedTuple):
    """An attachment as it was sent; `upload` is None without bytes."""

    new: NewAttachment
    upload: Upload | None


def read_fields(form: Form, kind: type[Fields]) -> Fields:
    """The fields of the form, as the dialect's Struct.

    Raises INVALID_BODY for `metadata` that is no such JSON object, and for fields beside it that differ.
    """
    flat = {name: text for name, text in form.fields.items() if name != METADATA_PART}
    flat = {name: text for name, text in flat.items() if text or name not in _EMPTY_IS_ABSENT}
    metadata = form.fields.get(METADATA_PART)
    if metadata is None:
        _require_any(flat)
        return decode_json(msgspec.json.encode(flat), kind)
    fields = _decode(metadata, kind)
    sent = msgspec.to_builtins(fields)
    for name, text in flat.items():
        if sent.get(name) != text:
            raise Invalid("INVALID_BODY", Detail(name, "differs"))
    return fields


def sent_attachment(form: Form, fields: AttachmentFields) -> SentAttachment:
    """What the fields and the part `attachment` describe; a `file_name` beside bytes is their original name."""
    new = NewAttachment(fields.type, fields.name, fields.value, fields.file_name)
    file = form.files.get(FILE_PART)
    if file is None:
        return SentAttachment(new, None)
    named = clean_file_name(fields.file_name) if fields.file_name else None
    return SentAttachment(new, Upload(file.spool, named or file.file_name))


def _require_any(flat: dict[str, str]) -> None:
    if not flat:
        raise Invalid("INVALID_BODY", Detail(METADATA_PART, "required"))


def _decode(metadata: str, kind: type[Fields]) -> Fields:
    """As `decode_json`, but what is wrong with the whole is said of the part."""
    try:
        return decode_json(metadata.encode(), kind)
    except Invalid as error:
        details = [Detail(detail.field or METADATA_PART, detail.code, detail.params) for detail in error.details]
        raise Invalid(error.code, *details) from None
