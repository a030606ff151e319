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
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
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


def confine(cpu_s: int) -> None:
    """Give up all that reading a file does not need, for the rest of this process's life."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(_NOBODY)
        os.setuid(_NOBODY)
    if sys.platform == "linux":
        _die_with_parent()
        _filter_calls()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _filter_calls() -> None:
    """A classic BPF program for seccomp: the refused calls answer EPERM, as does a foreign way of calling."""
    known = _REFUSED.get(platform.machine())
    if known is None:
        return
    audit_name, refused = known
    program = _program(audit_name, refused)
    code = ctypes.create_string_buffer(program)
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(described), 0, 0)


def _program(audit_name: int, refused: tuple[int, ...]) -> bytes:
    """Load the processor's name, then the call's number; jump to the refusal, which is the last instruction."""
    steps = [(_LOAD, 0, 0, 4), (_EQUAL, 0, len(refused) + 3, audit_name), (_LOAD, 0, 0, 0)]
    steps.append((_AT_LEAST, len(refused) + 1, 0, _X32_CALLS))
    steps += [(_EQUAL, len(refused) - number, 0, call) for number, call in enumerate(refused)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _REFUSE_EPERM)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)
