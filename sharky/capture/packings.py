"""How captures come compressed, and who unpacks them: told by the first octets of the file."""

from __future__ import annotations

import importlib
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from sharky.capture.chunk import OctetStream
from sharky.capture.framed import DAMAGED, LZ4, ZSTD, FramedReader, UnpackError, unpack_lz4, unpack_zstd

PACKED_OCTETS = 256 << 10
"""Packed octets read from the file at a time."""

UNPACKED_OCTETS = 256 << 10
"""Unpacked octets made at a time, whatever the compressed ones claim."""

BOMB_OCTETS = 256 << 20
BOMB_RATIO = 500
"""What has grown beyond both is no capture but a bomb: gzip can pack zeros 1,032 to 1, captures reach about 50."""


class Readable(Protocol):
    """A file that is unpacked while it is read."""

    def read1(self, octets: int, /) -> bytes:
        """Return at most so many octets, as they come; none at the end."""


@dataclass(frozen=True, slots=True)
class Packing:
    """One way to compress a file.

    Attributes:
        name: As its own users call it.
        magic: The octets with which such a file begins.
        module: The Python module that unpacks it.
        package: What has to be installed for that; empty where Python brings it along.
        unpack: Opens a packed file with that module.
        errors: Names of the module's own exceptions for damaged octets.
    """

    name: str
    magic: bytes
    module: str
    package: str
    unpack: Callable[[Any, io.RawIOBase], Readable]
    errors: tuple[str, ...] = ()


PACKINGS = (
    Packing("gzip", b"\x1f\x8b\x08", "sharky.capture.gzipped", "", lambda module, packed: module.GzipReader(packed)),
    Packing(
        "zstd",
        ZSTD,
        "zstandard",
        "zstandard",
        lambda module, packed: FramedReader(module, packed, ZSTD, unpack_zstd),
        ("ZstdError",),
    ),
    Packing("lz4", LZ4, "lz4.frame", "lz4", lambda module, packed: FramedReader(module, packed, LZ4, unpack_lz4)),
)
MAGIC_OCTETS = max(len(packing.magic) for packing in PACKINGS)


def packing_of(magic: bytes) -> Packing | None:
    """Return how a file is packed that begins so, or None.

    >>> packing_of(bytes.fromhex("1f8b0808")).name
    'gzip'
    """
    return next((packing for packing in PACKINGS if magic.startswith(packing.magic)), None)


class UnpackedOctets:
    """What is in a compressed file, unpacked a little at a time."""

    def __init__(self, packed: OctetStream, packing: Packing) -> None:
        """Begin to unpack.

        Raises:
            ModuleNotFoundError: Where the optional package is not installed.
        """
        module = importlib.import_module(packing.module)
        own = tuple(getattr(module, name) for name in packing.errors)
        self._damage: tuple[type[Exception], ...] = (OSError, RuntimeError, zlib.error, *own)
        self.packing = packing.name
        self._packed = packed
        self._file = packing.unpack(module, _File(packed))
        self._unpacked = 0
        self._problem = ""
        self.remedy = packed.remedy

    @property
    def size(self) -> int:
        """Size of the compressed file."""
        return self._packed.size

    @property
    def consumed(self) -> int:
        """How much of the compressed file was read."""
        return self._packed.consumed

    @property
    def problem(self) -> str:
        """Why no more octets came; empty where all is well."""
        return self._packed.problem or self._problem

    def has_arrived(self, timeout_ms: int) -> bool:  # noqa: ARG002 - the protocol's arguments
        """Return that there may be more at any time: what is unpacked already, nobody tells."""
        return True

    def read_into(self, room: memoryview) -> int:
        """Fill `room` from its start (see `OctetStream`): packets are dealt with in batches as large as what comes at a time."""
        came = 0
        while came < len(room) and (octets := self._unpack(min(len(room) - came, UNPACKED_OCTETS))):
            room[came : came + len(octets)] = octets
            came += len(octets)
            if not self._packed.has_arrived(0):
                break
        return came

    def _unpack(self, most: int) -> bytes:
        """Return some octets, none at the end or where there is a problem."""
        if self._problem:
            return b""
        try:
            octets = self._file.read1(most)
        except EOFError:
            self._problem = "the compressed octets end early"
            return b""
        except UnpackError as trouble:
            self._problem, self.remedy = trouble.reason, trouble.remedy or self.remedy
            return b""
        except self._damage:
            self._problem = DAMAGED
            return b""
        self._unpacked += len(octets)
        if self._unpacked > max(BOMB_OCTETS, BOMB_RATIO * self.consumed):
            self._problem = f"it unpacks to more than {BOMB_RATIO} times its size, as no capture does"
        return octets

    def seek(self, place: int) -> bool:  # noqa: ARG002 - the protocol's arguments
        """Return that what is unpacked only runs forwards."""
        return False

    def window(self) -> None:
        """Return that what is unpacked lies in no file."""

    def close(self) -> None:
        """Close the file."""
        self._packed.close()


class _File(io.RawIOBase):
    """A stream of octets as the file that unpackers want."""

    def __init__(self, stream: OctetStream) -> None:
        self._stream = stream
        self._room = memoryview(bytearray(PACKED_OCTETS))
        self._left = self._room[:0]

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        if not self._left:
            self._left = self._room[: self._stream.read_into(self._room)]
        piece = self._left[: len(room)]
        room[: len(piece)] = piece
        self._left = self._left[len(piece) :]
        return len(piece)
