"""Named places where a fault test lets the process die as by SIGKILL. Nothing happens unless one is armed."""

import os
import signal
from typing import Final

POINTS: Final = frozenset(
    {
        "blob.after_write",
        "blob.after_fsync",
        "blob.after_rename",
        "blob.after_put",
        "upload.after_fsync",
        "upload.after_link",
        "before_commit",
        "after_commit",
        "before_answer",
    }
)
_armed: str | None = None
_passes_left = 0


def arm(name: str, passes: int = 0) -> None:
    """Die at the point of this name, after having passed it `passes` times."""
    global _armed, _passes_left
    _armed, _passes_left = name, passes


def crash_point(name: str) -> None:
    """Kill this process with SIGKILL when this point is armed and its passes are used up."""
    global _passes_left  # noqa: PLW0603 - as in arm
    if _armed is None or _armed != name:
        return
    if _passes_left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    _passes_left -= 1
