"""Where the octets of a capture come from: a file or standard input, as they lie there or compressed."""

from __future__ import annotations

import errno
import os
import select
import stat
import sys
from pathlib import Path

from sharky.capture.chunk import OctetStream
from sharky.capture.packings import MAGIC_OCTETS, UnpackedOctets, packing_of
from sharky.capture.window import FileWindow, window_on
from sharky.model.errors import CaptureError, Problem
from sharky.model.extras import way_to_install

PIPE = "try: tcpdump -i eth0 -U -w - | sharky replay -"
"""What makes standard input a capture."""

STANDARD_INPUT = Path("-")


class FileOctets:
    """The octets of a file, or of a pipe as they arrive: 64 KB at a time, but all that is there together.

    Attributes:
        magic: The first of them; they are handed out too.
        size, consumed, packing, problem, remedy: See `OctetStream`.
    """

    def __init__(self, path: Path) -> None:
        is_input = path == STANDARD_INPUT
        self._file = open(0 if is_input else path, "rb", buffering=0, closefd=not is_input)  # noqa: SIM115 - closed by `close`
        self._descriptor = self._file.fileno()
        status = os.fstat(self._descriptor)
        self._is_growing = not stat.S_ISREG(status.st_mode)
        self.size = 0 if self._is_growing else status.st_size
        self.consumed = 0
        self.packing = ""
        self.problem = ""
        self.remedy = "get the file anew"
        self.magic = b""
        while len(self.magic) < MAGIC_OCTETS and (more := self._file.read(MAGIC_OCTETS - len(self.magic))):
            self.magic += more
        self._left = self.magic

    def has_arrived(self, timeout_ms: int) -> bool:
        """Wait for a pipe (see `OctetStream`); its end arrives, too."""
        if self._left or self._file.closed or not self._is_growing:
            return True
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return bool(poll.poll(timeout_ms))

    def read_into(self, room: memoryview) -> int:
        """Fill `room` from its start (see `OctetStream`)."""
        came = 0
        while came < len(room):
            more = self._read_once(room[came:])
            came += more
            if not more or not self._is_growing or not self.has_arrived(0):
                break
        self.consumed += came
        if not came and len(room) and self.consumed < self.size and not self._file.closed:
            self.problem = self.problem or "the file has shrunk while it was read"
        return came

    def seek(self, place: int) -> bool:
        """Go to a place in the file; a pipe only runs forwards, and what is closed nowhere."""
        if self._is_growing or self._file.closed:
            return False
        self._left = b""
        self.consumed = self._file.seek(place)
        return True

    def window(self) -> FileWindow | None:
        """Return a window on the file (see `OctetStream`)."""
        return None if self._is_growing else window_on(self._descriptor)

    def close(self) -> None:
        """Close the file; reading ends."""
        self._file.close()

    def _read_once(self, room: memoryview) -> int:
        if self._left:
            came = min(len(room), len(self._left))
            room[:came], self._left = self._left[:came], self._left[came:]
            return came
        try:
            return self._file.readinto(room) or 0
        except OSError as trouble:
            self.problem = trouble.strerror or "reading failed"
        except ValueError:
            pass  # It was closed in the meantime.
        return 0


def open_octets(path: Path) -> OctetStream:
    """Open a file (or standard input for `-`), and unpack it where its content is packed.

    Raises:
        CaptureError: Where it cannot be opened.
    """
    packed = _open(path)
    packing = packing_of(packed.magic)
    try:
        return UnpackedOctets(packed, packing) if packing else packed
    except ModuleNotFoundError:
        package = packing.package if packing else ""
        packed.close()
        raise unreadable(name_of(path), f"it is packed with {packing and packing.name}", f"to read it: {way_to_install(package)}") from None


def _open(path: Path) -> FileOctets:
    name = name_of(path)
    try:
        if path == STANDARD_INPUT and sys.stdin is not None and sys.stdin.isatty():
            raise unreadable(name, "standard input is a terminal", PIPE)
        if path.is_dir():
            raise unreadable(name, "this is a folder", f"name the capture files in it, such as {path / '*.pcapng'}")
        return FileOctets(path)
    except FileNotFoundError:
        raise unreadable(name, "there is no such file", "check the name and the folder") from None
    except PermissionError:
        raise unreadable(name, "there is no permission to read it", f"try: sudo chmod +r {name}") from None
    except OSError as trouble:
        if trouble.errno == errno.EBADF:
            raise unreadable(name, "nothing is connected to it", PIPE) from None
        raise unreadable(name, f"it cannot be opened: {trouble.strerror}", "check the name and the folder") from None
    except ValueError as trouble:
        raise unreadable(name, f"it cannot be opened: {trouble}") from None


def name_of(path: Path) -> str:
    """Return what a message calls a file."""
    return "standard input" if path == STANDARD_INPUT else str(path)


def unreadable(name: str, message: str, hint: str = "") -> CaptureError:
    """Return the error for a file that cannot be read at all."""
    return CaptureError(Problem(message, hint, name))
