"""The one place that knows which store an address means."""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from fettle.blobs.disk import DiskBlobs

if TYPE_CHECKING:
    from fettle.blobs.s3 import S3Blobs


def open_blobs(
    url: str,
    spool: Path | None = None,
    public_endpoint: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> "DiskBlobs | S3Blobs":
    """Open the store at `url`: `s3://…` (see `parse_s3_url`), a `file:` URL, or the path of a folder.

    `spool` is where temporary files go; without it the folder's own `tmp`, and for S3 the system's temporary folder.
    Links point to `public_endpoint`; the keys of S3 are in `environment`. Raises NotAStoreAddress for an address that
    means nothing, OSError when a folder cannot be made.
    """
    if url.startswith("s3:"):
        # Only here, for loading it takes 20 ms of a start that others need not spend.
        from fettle.blobs.s3 import S3Blobs  # noqa: PLC0415
        from fettle.blobs.s3_address import parse_s3_url  # noqa: PLC0415 - as above

        address = parse_s3_url(url, environment, public_endpoint)
        return S3Blobs(address, spool or Path(gettempdir(), "fettle-spool"))
    folder = Path(unquote(urlsplit(url).path)) if url.startswith("file:") else Path(url)
    return DiskBlobs(folder, spool)
