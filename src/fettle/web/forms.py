"""A declared multipart form, read for one call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fettle.domain.errors import Detail, Invalid
from fettle.web.calls import Call
from fettle.web.multipart import Form as SentForm
from fettle.web.multipart import read_form
from fettle.web.operations import Form
from fettle.web.transfer import body_chunks


@asynccontextmanager
async def read_call_form(call: Call, declared: Form, max_file_bytes: int) -> AsyncIterator[SentForm]:
    """The form, its files in spools that are dropped on leaving; raises for fields that the operation does not have."""
    content_type = call.headers.get("content-type", "")
    async with await read_form(
        content_type,
        body_chunks(call.receive),
        call.services.blobs,
        files=declared.files,
        max_file_bytes=max_file_bytes,
    ) as form:
        for name in form.fields:
            if name not in declared.fields and not (name == "metadata" and declared.metadata):
                raise Invalid("INVALID_BODY", Detail(name, "unknown_field"))
        yield form
