"""What goes to the process apart; the server imports this and none of the decoders."""

import msgspec

from fettle.domain.pictures import PrintSize, RenditionKind


class Wanted(msgspec.Struct, frozen=True):
    """What is asked of one file."""

    content_type: str
    kinds: tuple[RenditionKind, ...] = ()
    print_size: PrintSize | None = None
