"""Small disks that may fill, fail, lose their power or be made read-only. All of it needs root."""

import errno
import os
import shutil
import subprocess
from pathlib import Path
from time import monotonic, sleep

import pytest

_MIB = 1 << 20
_SMALLEST_MIB = {"ext4": 64, "xfs": 320}
_UNMOUNTED_WITHIN_S = 10

needs_root = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("xfs_io") is None,
    reason="NOT RUN: needs root, xfsprogs and e2fsprogs for disks of its own; .ci/run runs it",
)


class Disk:
    """A file system of its own at `root`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def fill(self, leave_bytes: int = 0) -> None:
        """Leave so many bytes free; with none even a small file finds no room."""
        with (self.root / "filler").open("ab") as filler:
            free = self._free_bytes() - leave_bytes
            if free > 0:
                os.posix_fallocate(filler.fileno(), filler.tell(), free)
            while not leave_bytes and _grow(filler.fileno()):
                pass

    def make_room(self) -> None:
        (self.root / "filler").unlink()

    def make_read_only(self) -> None:
        """What is being written at this moment comes to its end first."""
        assert _becomes_possible("mount", "-o", "remount,ro", self.root)

    def make_writable(self) -> None:
        _run("mount", "-o", "remount,rw", self.root)

    def unmount(self) -> None:
        """Raises TimeoutError when something still works there."""
        if not _becomes_possible("umount", self.root):
            subprocess.run(["umount", "--lazy", self.root], check=False)
            raise TimeoutError(str(self.root))

    def _free_bytes(self) -> int:
        found = os.statvfs(self.root)
        return found.f_bavail * found.f_frsize


class LoopDisk(Disk):
    """An ext4 or XFS in a file beside `root`: it keeps what was flushed, and only that is sure to outlive a cut."""

    def __init__(self, root: Path, kind: str, mebibytes: int) -> None:
        super().__init__(root)
        self._kind = kind
        self._image = root.with_suffix(".image")
        with self._image.open("wb") as image:
            image.truncate(max(mebibytes, _SMALLEST_MIB[kind]) * _MIB)
        _run(f"mkfs.{kind}", "-q", self._image)
        root.mkdir()
        self.mount()

    def mount(self) -> None:
        _run("mount", "-o", "loop", self._image, self.root)

    def cut_power(self) -> None:
        """What is not on the disk yet never gets there."""
        _run("xfs_io", "-x", "-c", "shutdown", self.root)

    def break_down(self) -> None:
        """Let ext4 find itself in disorder: it turns read-only under those who write."""
        device = Path(_run("findmnt", "--noheadings", "--output", "SOURCE", self.root).strip()).name
        _run("mount", "-o", "remount,errors=remount-ro", self.root)
        Path("/sys/fs/ext4", device, "trigger_fs_error").write_text("a test\n")

    def repair(self) -> None:
        """Only when unmounted."""
        subprocess.run(["fsck", "-y", self._image], capture_output=True, check=False)


class MemoryDisk(Disk):
    """A small disk in memory."""

    def __init__(self, root: Path, mebibytes: int) -> None:
        super().__init__(root)
        root.mkdir()
        _run("mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", root)


class Disks:
    """Makes file systems in `folder`, and unmounts them at the end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: list[Disk] = []

    def loop(self, kind: str = "ext4", mebibytes: int = 64) -> LoopDisk:
        disk = LoopDisk(self._fresh_path(), kind, mebibytes)
        self._made.append(disk)
        return disk

    def memory(self, mebibytes: int) -> MemoryDisk:
        disk = MemoryDisk(self._fresh_path(), mebibytes)
        self._made.append(disk)
        return disk

    def unmount(self) -> None:
        for disk in self._made:
            disk.unmount()

    def _fresh_path(self) -> Path:
        return self._folder / f"disk{len(self._made)}"


def _grow(descriptor: int) -> bool:
    try:
        return os.write(descriptor, bytes(4096)) > 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False


def _becomes_possible(*command: str | Path) -> bool:
    """Whether the command works within some seconds, in which something may still be busy."""
    deadline = monotonic() + _UNMOUNTED_WITHIN_S
    while subprocess.run(command, capture_output=True, check=False).returncode != 0:
        if monotonic() > deadline:
            return False
        sleep(0.05)
    return True


def _run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout
