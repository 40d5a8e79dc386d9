"""Where the octets of a capture come from: a file, as it lies there or compressed."""

from __future__ import annotations

import os
import zlib
from pathlib import Path

from sharky.capture.chunk import OctetStream
from sharky.model.errors import CaptureError, Problem

GZIP_MAGIC = b"\x1f\x8b\x08"
RAW_OCTETS = 256 << 10
"""Compressed octets read at a time."""
UNPACKED_OCTETS = 1 << 20
"""Unpacked octets made at a time, whatever the compressed ones claim."""
NARROWING = 64
"""What is unpacked together with damage is lost: so it is tried again with less at a time, down to single octets."""

BOMB_OCTETS = 256 << 20
BOMB_RATIO = 500
"""What has grown beyond both is no capture but a bomb: gzip can pack zeros 1,032 to 1, captures reach about 50."""


MAGIC_OCTETS = 4
"""So many first octets tell how a file is packed."""


class FileOctets:
    """A file's octets as they lie there.

    Attributes:
        magic: Its first octets; they are handed out too.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.size = os.fstat(self._file.fileno()).st_size
        self.read = 0
        self.problem = ""
        self.magic = b""
        while len(self.magic) < MAGIC_OCTETS and (more := self._file.read(MAGIC_OCTETS - len(self.magic))):
            self.magic += more
        self._left = self.magic

    def read_into(self, room: memoryview) -> int:
        """Fill `room` from its start (see `OctetStream`)."""
        if self._left:
            came = min(len(room), len(self._left))
            room[:came], self._left = self._left[:came], self._left[came:]
        else:
            came = self._read_file(room)
        self.read += came
        return came

    def close(self) -> None:
        """Close the file; reading ends."""
        self._file.close()

    def _read_file(self, room: memoryview) -> int:
        try:
            return 0 if self._file.closed else self._file.readinto(room) or 0
        except OSError as trouble:
            self.problem = trouble.strerror or "reading failed"
            return 0


class GzipOctets:
    """What is in a gzip file, unpacked a little at a time."""

    def __init__(self, packed: OctetStream) -> None:
        self._packed = packed
        self._room = memoryview(bytearray(RAW_OCTETS))
        self._raw = self._room[:0]
        self._unpacker = zlib.decompressobj(wbits=31)
        self._unpacked = 0
        self._step = RAW_OCTETS
        self.problem = ""

    @property
    def size(self) -> int:
        """Size of the compressed file."""
        return self._packed.size

    @property
    def read(self) -> int:
        """How much of the compressed file was read."""
        return self._packed.read

    def read_into(self, room: memoryview) -> int:
        """Fill `room` from its start (see `OctetStream`)."""
        while not self.problem and not self._has_ended():
            spare = self._unpacker.copy()
            piece = self._raw[: self._step]
            try:
                octets = self._unpacker.decompress(piece, min(len(room), UNPACKED_OCTETS))
            except zlib.error:
                self._unpacker = spare
                self._step //= NARROWING
                if not self._step:
                    self.problem = "the compressed octets are damaged"
                continue
            left = len(self._unpacker.unused_data if self._unpacker.eof else self._unpacker.unconsumed_tail)
            self._raw = self._raw[len(piece) - left :]
            if not piece and not octets and not self._unpacker.eof:
                self.problem = self._packed.problem or "the compressed octets end early"
            if octets:
                room[: len(octets)] = octets
                return self._count(len(octets))
        return 0

    def close(self) -> None:
        """Close the file."""
        self._packed.close()

    def _has_ended(self) -> bool:
        """Read on where the last octets are used up, and begin anew where another gzip file follows."""
        if len(self._raw) < len(GZIP_MAGIC):
            self._fetch()
        if not self._unpacker.eof:
            return False
        self._unpacker = zlib.decompressobj(wbits=31)
        return self._raw[: len(GZIP_MAGIC)] != GZIP_MAGIC

    def _fetch(self) -> None:
        left = len(self._raw)
        self._room[:left] = self._raw.tobytes()
        came = self._packed.read_into(self._room[left:])
        self._raw = self._room[: left + came]

    def _count(self, octets: int) -> int:
        self._unpacked += octets
        if self._unpacked > max(BOMB_OCTETS, BOMB_RATIO * self.read):
            self.problem = f"it unpacks to more than {BOMB_RATIO} times its size, as no capture does"
        return octets


def open_octets(path: Path) -> OctetStream:
    """Open a file, and unpack it where its content is packed.

    Raises:
        CaptureError: Where it cannot be opened.
    """
    name = str(path)
    try:
        if path.is_dir():
            raise unreadable(name, "this is a folder", f"name the capture files in it, such as {path / '*.pcapng'}")
        packed = FileOctets(path)
    except FileNotFoundError:
        raise unreadable(name, "there is no such file", "check the name and the folder") from None
    except PermissionError:
        raise unreadable(name, "there is no permission to read it", f"try: sudo chmod +r {name}") from None
    except (OSError, ValueError) as trouble:
        raise unreadable(name, f"it cannot be opened: {trouble}") from None
    return GzipOctets(packed) if packed.magic.startswith(GZIP_MAGIC) else packed


def unreadable(name: str, message: str, hint: str = "") -> CaptureError:
    """Return the error for a file that cannot be read at all."""
    return CaptureError(Problem(message, hint, name))
