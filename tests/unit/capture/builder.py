"""Capture files built in memory, sound and unsound, and the plain reading of them that the fast one is held against."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sharky.capture.capturefile import CaptureFile
from sharky.capture.damage import Losses
from sharky.model.counters import Counters
from sharky.model.errors import Problem
from sharky.model.packets import FIRST_OCTETS, PAD, PacketBatch

SECOND = 1_000_000_000
START = 1_700_000_000


def pcap(packets: Iterable[bytes], order: str = "<", magic: int = 0xA1B2C3D4, linktype: int = 1) -> bytes:
    """A pcap file, its packets a second and a unit apart."""
    header = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 262144, linktype)
    return header + b"".join(pcap_record(packet, START + place, place, order) for place, packet in enumerate(packets))


def pcap_record(packet: bytes, seconds: int = START, fraction: int = 0, order: str = "<", wire_length: int | None = None) -> bytes:
    length = len(packet) if wire_length is None else wire_length
    return struct.pack(order + "IIII", seconds, fraction, len(packet), length) + packet


def block(kind: int, body: bytes, order: str = "<", length: int | None = None, repeated: int | None = None) -> bytes:
    body += bytes(-len(body) % 4)
    length = 12 + len(body) if length is None else length
    return struct.pack(order + "II", kind, length) + body + struct.pack(order + "I", length if repeated is None else repeated)


def shortened(whole: bytes, order: str, by: int) -> bytes:
    """Return a block whose lengths leave out some octets of what fills it up."""
    length = struct.pack(order + "I", len(whole) - by)
    return whole[:4] + length + whole[8:-4] + length


def section(order: str = "<", major: int = 1) -> bytes:
    return block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, major, 0, -1), order)


def option(code: int, value: bytes, order: str = "<") -> bytes:
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(linktype: int = 1, order: str = "<", snaplen: int = 0, options: bytes = b"") -> bytes:
    return block(1, struct.pack(order + "HHI", linktype, 0, snaplen) + options, order)


def enhanced(packet: bytes, stamp: int = START * 1_000_000, number: int = 0, order: str = "<", captured: int | None = None) -> bytes:
    length = len(packet) if captured is None else captured
    return block(6, struct.pack(order + "IIIII", number, stamp >> 32, stamp & 0xFFFFFFFF, length, len(packet)) + packet, order)


def simple(packet: bytes, order: str = "<", wire_length: int | None = None) -> bytes:
    return block(3, struct.pack(order + "I", len(packet) if wire_length is None else wire_length) + packet, order)


def obsolete(packet: bytes, stamp: int = START * 1_000_000, number: int = 0, order: str = "<") -> bytes:
    head = struct.pack(order + "HHIIII", number, 7, stamp >> 32, stamp & 0xFFFFFFFF, len(packet), len(packet))
    return block(2, head + packet, order)


def pcapng(packets: Iterable[bytes], order: str = "<") -> bytes:
    blocks = [enhanced(packet, (START + place) * 1_000_000, order=order) for place, packet in enumerate(packets)]
    return section(order) + interface(order=order) + b"".join(blocks)


@dataclass
class Seen:
    """All that came out of a source, copied."""

    octets: list[bytes] = field(default_factory=list)
    time_ns: list[int] = field(default_factory=list)
    wire_length: list[int] = field(default_factory=list)
    linktype: list[int] = field(default_factory=list)
    interface: list[int] = field(default_factory=list)
    number: list[int] = field(default_factory=list)
    clock_ns: list[int] = field(default_factory=list)
    copied: int = 0
    counters: Counters = field(default_factory=Counters)
    problems: list[Problem] = field(default_factory=list)

    def add(self, batch: PacketBatch) -> None:
        assert len(batch.buffer) >= PAD + max((batch.offset + batch.captured).tolist(), default=0)
        memory = batch.buffer.tobytes() if len(batch) < 5 else memoryview(batch.buffer)
        if batch.first_octets is not None:
            begins = [bytes(memory[offset : offset + FIRST_OCTETS]) for offset in batch.offset.tolist()]
            assert [bytes(first) for first in batch.first_octets] == begins
            self.copied += len(batch)
        for offset, captured in zip(batch.offset.tolist(), batch.captured.tolist(), strict=True):
            self.octets.append(bytes(memory[offset : offset + captured]))
        self.time_ns += batch.time_ns.tolist()
        self.wire_length += batch.wire_length.tolist()
        self.linktype += batch.linktype.tolist()
        self.interface += batch.interface.tolist()
        self.number += range(batch.first_number, batch.first_number + len(batch))
        self.clock_ns.append(batch.now_ns)
        assert not len(batch) or batch.now_ns >= batch.time_ns.max()


def see(batches: Iterator[PacketBatch]) -> Seen:
    seen = Seen()
    for batch in batches:
        seen.add(batch)
    return seen


def read(folder: Path, content: bytes, chunk_octets: int = 1 << 20) -> Seen:
    """Write a capture and read it, copied and shown: both are the same, but for where batches end."""
    path = folder / "some.capture"
    path.write_bytes(content)
    seen, shown = (_read(CaptureFile(path, Losses(), chunk_octets, is_mapped=is_mapped)) for is_mapped in (False, True))
    assert replace(shown, clock_ns=seen.clock_ns, copied=seen.copied) == seen
    return seen


def _read(capture: CaptureFile) -> Seen:
    seen = see(capture.batches())
    capture.close()
    seen.counters, seen.problems = capture.counters, capture.problems
    return seen


def plain_pcap(content: bytes, order: str = "<") -> list[bytes]:
    """Read a sound pcap file record by record."""
    packets, at = [], 24
    while at < len(content):
        length = struct.unpack_from(order + "I", content, at + 8)[0]
        packets.append(content[at + 16 : at + 16 + length])
        at += 16 + length
    return packets


def packets_of(sizes: Sequence[int]) -> list[bytes]:
    """Packets of the given sizes, no two alike."""
    return [struct.pack(">I", place)[: max(0, size)] + bytes([place & 255]) * max(0, size - 4) for place, size in enumerate(sizes)]
