"""Parts of a file shown in memory instead of copied there.

Who looks at a page that a file no longer has is killed (SIGBUS, mmap(2)). So a file is shown only under a read lease (fcntl(2)): who
wants to write to it waits until the lease is given back, which is done before the next part is shown. Nobody gets a lease on a file
that is being written to, or that belongs to somebody else; and a file that lies elsewhere can get shorter behind the kernel's back.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import functools
import mmap
import os
import signal

import numpy as np

from sharky.model.packets import Octets

MAP_FIXED, MADV_SEQUENTIAL, MADV_POPULATE_READ = 0x10, 2, 22
"""<linux/mman.h>; the last came with Linux 5.14."""

PAGE = mmap.PAGESIZE


class FileWindow:
    """A file under a lease, which whoever opened the file gives back by closing it, at the latest."""

    def __init__(self, descriptor: int) -> None:
        """Take the lease.

        Args:
            descriptor: Of a regular file, opened for reading only.

        Raises:
            OSError: Where there is none to be had.
        """
        self._descriptor = descriptor
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)  # The usual one, SIGIO, would end the program; this one is ignored.
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)

    def show(self, memory: Octets, place: int) -> bool:
        """Let memory show a part of the file.

        Args:
            memory: uint8, from the beginning of a page on; all pages that it touches are the file's then, and not to be written to.
            place: Where the part begins in the file, at a multiple of a page.

        Returns:
            Whether it does; else somebody waits to write, or the file cannot be read there, and `hide` is due.
        """
        if not self._is_held() or not _map(memory, mmap.PROT_READ, mmap.MAP_PRIVATE, self._descriptor, place):
            return False
        pages = ctypes.c_void_p(memory.ctypes.data), ctypes.c_size_t(len(memory))
        _c().madvise(*pages, MADV_SEQUENTIAL)
        return bool(_c().madvise(*pages, MADV_POPULATE_READ) == 0)

    def hide(self, memory: Octets) -> None:
        """Give the lease back, and make memory ordinary that has shown the file: zeros, and nobody else's."""
        if not _map(memory, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, 0):
            raise MemoryError
        with contextlib.suppress(OSError):  # The file was closed in the meantime, and the lease with it.
            fcntl.fcntl(self._descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)

    def _is_held(self) -> bool:
        try:
            return fcntl.fcntl(self._descriptor, fcntl.F_GETLEASE) == fcntl.F_RDLCK
        except OSError:
            return False


def window_on(descriptor: int) -> FileWindow | None:
    """Return a window on a file, None where nothing would keep it from getting shorter.

    Of what lies on no block device, with major number 0, only some is in this machine's memory, and the rest is somebody else's.
    """
    try:
        return FileWindow(descriptor) if os.major(os.fstat(descriptor).st_dev) and _c() else None
    except (OSError, AttributeError):
        return None


def room_for(octets: int) -> Octets:
    """Return memory that begins with a page: (octets,) uint8, zeros."""
    return np.frombuffer(mmap.mmap(-1, octets), np.uint8)


def _map(memory: Octets, protection: int, flags: int, descriptor: int, place: int) -> bool:
    """Put other pages in the place of those that memory has."""
    address = memory.ctypes.data
    came: int | None = _c().mmap64(address, len(memory), protection, flags | MAP_FIXED, descriptor, place)
    return came == address


@functools.cache
def _c() -> ctypes.CDLL:
    """Return the C library.

    Raises:
        AttributeError: Where it has no mmap64.
    """
    library = ctypes.CDLL(None)
    library.mmap64.restype = ctypes.c_void_p
    library.mmap64.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_int64]
    return library
