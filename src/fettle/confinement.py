"""What a process that reads hostile files may still do: compute, read what it was given, and answer. Linux's means.

Where seccomp is not to be had (another system, another processor) the limits of memory, time and files remain.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from typing import Final

_MEMORY_BYTES: Final = 1 << 30
_OPEN_FILES: Final = 32
_NOBODY: Final = 65_534
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
_ALLOW: Final = 0x7FFF0000
_REFUSE_EPERM: Final = 0x00050000 | 1
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# Of `struct seccomp_data`: the lower half of args[2], which are the flags of openat.
_THIRD_ARGUMENT: Final = 32
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_OPENAT: Final = {"x86_64": 257, "aarch64": 56}
_X32_CALLS: Final = 0x40000000
# Opening, naming and removing files, sockets, programs, other processes, and what widens a process's rights: by the
# kernel's audit name of the processor, and the numbers of its system calls.
_REFUSED: Final[dict[str, tuple[int, tuple[int, ...]]]] = {
    "x86_64": (
        0xC000003E,
        (
            *(2, 85, 257, 437),  # open, creat, openat, openat2
            *(41, 42, 44, 46, 49, 53),  # socket, connect, sendto, sendmsg, bind, socketpair
            *(57, 58, 59, 322),  # fork, vfork, execve, execveat
            *(62, 200, 101, 310, 311),  # kill, tkill, ptrace, process_vm_readv and writev
            *(
                76,
                82,
                83,
                84,
                86,
                87,
                88,
                90,
                92,
            ),  # truncate, rename, mkdir, rmdir, link, unlink, symlink, chmod, chown
            *(258, 260, 263, 264, 265, 266, 268, 316),  # the same in a folder
            *(155, 161, 165, 166, 272, 308),  # pivot_root, chroot, mount, umount2, unshare, setns
            *(248, 249, 250, 298, 321, 323),  # keys, perf_event_open, bpf, userfaultfd
            *(424, 425, 434, 438),  # pidfd_send_signal, io_uring_setup, pidfd_open, pidfd_getfd
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(56, 437),
            *(198, 199, 200, 203, 206, 211),
            *(221, 281),
            *(117, 129, 130, 270, 271),
            *(33, 34, 35, 36, 37, 38, 45, 53, 54, 276),
            *(39, 40, 41, 51, 97, 268),
            *(217, 218, 219, 241, 280, 282),
            *(424, 425, 434, 438),
        ),
    ),
}


def confine(cpu_s: int, memory_bytes: int = _MEMORY_BYTES, *, opens_files: bool = False) -> None:
    """Give up all that reading a file does not need, for the rest of this process's life.

    With `opens_files` it may go on opening files as the same user, to read and never to write; what was open for
    writing before may grow.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    if not opens_files:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        _become_nobody()
    if sys.platform == "linux":
        _die_with_parent()
        _filter_calls(opens_files=opens_files)


def _become_nobody() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _filter_calls(*, opens_files: bool) -> None:
    """A classic BPF program for seccomp: the refused calls answer EPERM, as does a foreign way of calling."""
    known = _REFUSED.get(platform.machine())
    if known is None:
        return
    audit_name, refused = known
    openat = _OPENAT[platform.machine()]
    if opens_files:
        refused = tuple(call for call in refused if call != openat)
    program = _program(audit_name, refused, openat)
    code = ctypes.create_string_buffer(program)
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(described), 0, 0)


def _program(audit_name: int, refused: tuple[int, ...], openat: int) -> bytes:
    """Load the processor's name, then the call's number; jump to the refusal, which is the last instruction.

    An openat that is not among the refused has its flags looked at: none of those that write.
    """
    writing = [(_EQUAL, 0, 2, openat), (_LOAD, 0, 0, _THIRD_ARGUMENT), (_ANY_BIT, 1, 0, _WRITING)]
    behind = len(refused) + len(writing)
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 0, behind + 3, audit_name), (_LOAD, 0, 0, 0)]
    steps.append((_AT_LEAST, behind + 1, 0, _X32_CALLS))
    steps += [(_EQUAL, behind - number, 0, call) for number, call in enumerate(refused)]
    steps += [*writing, (_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE_EPERM)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
