"""Resumable uploads: the tus protocol 1.0.0, core and the extensions that `uploads.EXTENSIONS` names."""

from fettle.web.operations import Operation
from fettle.web.tus.uploads import uploads


def operations() -> list[Operation]:
    """All operations of the protocol."""
    return uploads.all
