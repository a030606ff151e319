"""The one place that knows which destinations the settings mean."""

from collections.abc import Mapping
from pathlib import Path

from fettle.domain.checkpoint_copies import Destination
from fettle.outside.folder import FolderTaker
from fettle.outside.locked_bucket import LockedBucketTaker, read_locked_bucket
from fettle.outside.timestamps import TimestampTaker
from fettle.outside.webhook import WebhookTaker
from fettle.services.copy_ports import CheckpointTaker


def open_takers(
    *,
    folder: Path | None,
    webhook: tuple[str, str | None] | None,
    bucket: tuple[str, Mapping[str, str]] | None,
    timestamps: tuple[str, Path] | None,
) -> dict[Destination, CheckpointTaker]:
    """Who takes copies; nothing is asked of them yet. Raises NotAStoreAddress.

    A webhook comes with its secret, a bucket with the environment of its keys, an authority with its roots.
    """
    takers: dict[Destination, CheckpointTaker] = {}
    if folder is not None:
        takers[Destination.FOLDER] = FolderTaker(folder)
    if webhook is not None:
        takers[Destination.WEBHOOK] = WebhookTaker(*webhook)
    if bucket is not None:
        takers[Destination.S3] = LockedBucketTaker(*read_locked_bucket(*bucket))
    if timestamps is not None:
        takers[Destination.TIMESTAMP] = TimestampTaker(*timestamps)
    return takers
