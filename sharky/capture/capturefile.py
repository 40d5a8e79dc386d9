"""One capture file as a source of packets.

Octets pass through a chunk, the walk finds the records in it, the format makes columns of them. A damaged file is read
up to the damage, and past packets that alone are damaged; `problems` then says where that is, and `counters` how much was lost.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sharky.capture.chunk import CHUNK_OCTETS, Chunk
from sharky.capture.clock import SystemClock
from sharky.capture.comments import packet_comments
from sharky.capture.damage import DamageError, Findings, Losses
from sharky.capture.octets import name_of, open_octets, unreadable
from sharky.capture.oddities import Oddities
from sharky.capture.packets import BATCH_PACKETS, Format, Records
from sharky.capture.pcap import FILE_HEADER, HEAD, Pcap
from sharky.capture.pcap import MAGICS as PCAP_MAGICS
from sharky.capture.pcapng import SECTION_MAGIC, Pcapng
from sharky.capture.snoop import MAGIC as SNOOP_MAGIC
from sharky.capture.snoop import Snoop
from sharky.capture.walk import walk
from sharky.model.captures import Interface
from sharky.model.clock import Clock
from sharky.model.errors import CaptureError
from sharky.model.packets import Offsets, PacketBatch

FORMATS = "pcap, pcapng and snoop, also packed with gzip, zstd or lz4"
MAGICS = (SECTION_MAGIC, SNOOP_MAGIC, *(magic.to_bytes(4, order) for magic in PCAP_MAGICS for order in ("little", "big")))
"""How the files of these formats begin."""

TICK_MS = 20
"""While a pipe is silent, time goes on in such steps."""

USUAL_PACKETS = BATCH_PACKETS * 15 // 16
"""A chunk shall hold so many: a few more make two small batches of a large one."""

FIRST_REACH = 16 << 10
"""After a change of layout the walk begins with so many octets, and goes further each time."""


BOMB_RECORDS = 1 << 20
BOMB_DENSITY = 3
"""What holds more records, and so many to an octet of the compressed file, is no capture but a bomb: where time runs on, packets
that are all alike and at regular times come to 1.7 (zstd -16)."""


class CaptureFile:
    """One capture file.

    Attributes:
        name: As it was given.
        counters: How much was lost, and how.
        problems: What was found to be damaged so far.
        format: How its records are read.
    """

    def __init__(
        self, path: Path, losses: Losses, chunk_octets: int = CHUNK_OCTETS, clock: Clock | None = None, *, is_mapped: bool = False
    ) -> None:
        """Open a file and read its header.

        Args:
            path: Its name.
            losses: To be added to; files that are read together share one.
            chunk_octets: How much is read at a time.
            clock: Tells how long a pipe is silent; the system's where none is given.
            is_mapped: Whether its octets may be shown instead of copied: not for who lets time pass between batches (see `Chunk`).

        Raises:
            CaptureError: Where it cannot be read at all.
        """
        self.name = name_of(path)
        self.counters = losses.counters
        self.problems = losses.problems
        self._findings = Findings(self.name, losses)
        self._oddities = Oddities(self._findings)
        self._clock = clock or SystemClock()
        self._number = 1
        self._records = 0
        self._now_ns = 0
        self._is_closed = False
        self._reach = chunk_octets
        self._stream = open_octets(path)
        try:
            self._chunk = Chunk(self._stream, chunk_octets, is_mapped=is_mapped)
            self.format = self._recognise()
        except CaptureError:
            self._stream.close()
            raise

    def progress(self) -> float:
        """Return which part of the file was read, from 0 to 1."""
        return min(1.0, self._stream.consumed / self._stream.size) if self._stream.size else 0.0

    def interface(self, number: int) -> Interface:
        """Return what is known of an interface (see `CaptureSource`)."""
        return self.format.interface(number)

    @property
    def octets(self) -> int:
        """How large the file is; 0 for a pipe."""
        return self._stream.size

    @property
    def packing(self) -> str:
        """How it is compressed; empty where it is not."""
        return self._stream.packing

    def close(self) -> None:
        """Close the file."""
        self._is_closed = True
        self._stream.close()

    def batches(self) -> Iterator[PacketBatch]:
        """Hand out the file's packets (see `PacketSource`)."""
        chunk = self._chunk
        try:
            while (yield from self._await_record()):
                yield from self._read_on()
                self._refuse_bombs()
            if not self._is_closed:
                self._report_end()
        except DamageError as damaged:
            self._lose("damaged", chunk.place(damaged.position), damaged.reason)
            if damaged.counter:
                self.counters[damaged.counter] += 1
        finally:
            chunk.release()

    def _recognise(self) -> Format:
        while self._chunk.end < HEAD and (self._chunk.end < FILE_HEADER or self._stream.has_arrived(0)) and self._chunk.refill(HEAD):
            pass
        header = self._chunk.memory[: min(self._chunk.end, HEAD)].tobytes()
        if not header and not self._stream.problem:
            raise unreadable(self.name, "the file is empty", "capture something into it first")
        if Pcap.recognises(header):
            capture: Format = Pcap(header, self._findings)
        elif Pcapng.recognises(header):
            capture = Pcapng(header, self._findings)
        elif Snoop.recognises(header):
            capture = Snoop(header, self._findings)
        elif self._stream.problem:
            raise unreadable(self.name, self._stream.problem, self._stream.remedy)
        elif len(header) < FILE_HEADER and header.startswith(MAGICS):
            raise unreadable(self.name, f"cut at byte {len(header)}: the file ends in the middle of its header", "capture it anew")
        else:
            raise unreadable(self.name, "this is not a capture file", f"Sharky reads {FORMATS}")
        self._chunk.begin = capture.first
        return capture

    def _await_record(self) -> Generator[PacketBatch, None, bool]:
        """Have at least one whole record in the chunk; return false where the file ends before. Silence gives ticks."""
        chunk, capture = self._chunk, self.format
        while True:
            there = chunk.end - chunk.begin
            needed = capture.layout.header if there < capture.layout.header else capture.length(chunk, chunk.begin)
            if needed <= there and there >= capture.layout.header:
                return True
            if needed > chunk.size and not capture.is_needed(chunk, chunk.begin):
                if not self._pass_over(needed):
                    return False
            else:
                yield from self._await_octets()
                if not chunk.refill(needed):
                    return False

    def _await_octets(self) -> Iterator[PacketBatch]:
        """Let the packet clock go on with the real one while a pipe is silent."""
        begin_ns = self._clock.now_ns()
        before_ns = self._now_ns
        while not self._stream.has_arrived(TICK_MS) and not self._is_closed:
            if self._number > 1:
                self._now_ns = max(self._now_ns, before_ns + self._clock.now_ns() - begin_ns)
                yield PacketBatch.tick(self._now_ns, self._number)

    def _pass_over(self, octets: int) -> bool:
        """Read past a long record that carries no packet; false where the file ends in it."""
        place = self._chunk.place(self._chunk.begin)
        self.counters["long_blocks"] += 1
        if self._chunk.skip(octets) == octets:
            return True
        self.counters["cut_blocks"] += 1
        self._lose("cut", place, "the file ends in the middle of a block")
        return False

    def _read_on(self) -> Iterator[PacketBatch]:
        """Hand out all packets that are whole in the chunk; there is at least one record."""
        chunk, capture = self._chunk, self.format
        stop = min(chunk.end - capture.layout.header + 1, chunk.begin + self._reach)
        positions, landing = walk(chunk, capture.layout, stop)
        if landing > chunk.end and len(positions) > 1:
            positions, landing = positions[:-1], int(positions[-1])
        self._records += len(positions)
        chunk.aim((landing - chunk.begin) * USUAL_PACKETS // len(positions))
        parts = -(-len(positions) // BATCH_PACKETS)
        for part in np.array_split(positions, parts):
            for records in capture.packets(chunk, part):
                yield self._batch(records)
            if capture.resume_at is not None:
                chunk.begin, self._reach = capture.resume_at, FIRST_REACH
                return
        chunk.begin = landing
        self._reach = min(self._reach * 8, chunk.size)

    def _refuse_bombs(self) -> None:
        """End where more records come out of a compressed file than a capture can have in it."""
        if self._stream.packing and self._records > max(BOMB_RECORDS, BOMB_DENSITY * self._stream.consumed):
            reason = f"there are more than {BOMB_DENSITY} records to an octet of the compressed file, as in no capture"
            raise DamageError(self._chunk.begin, reason)

    def _batch(self, records: Records) -> PacketBatch:
        first = self._number
        self._number += len(records)
        self._now_ns = max(self._now_ns, int(records.time_ns.max()))
        self._oddities.look(records, self._chunk)
        return PacketBatch(
            self._chunk.shown,
            records.offset,
            records.captured,
            records.wire_length,
            records.time_ns,
            records.linktype,
            records.interface,
            first,
            self._now_ns,
            first_octets=records.first_octets,
            spare=self._chunk.spare,
            interface_of=self.interface,
            comments_of=self._comments if self.format.kind == Pcapng.kind else None,
        )

    def _comments(self, offset: Offsets, captured: NDArray[np.int64]) -> list[tuple[int, str]]:
        return packet_comments(self._chunk, offset, captured)

    def _report_end(self) -> None:
        chunk = self._chunk
        left = chunk.end - chunk.begin
        is_packet = left < self.format.layout.header or self.format.is_needed(chunk, chunk.begin)
        if left:
            self.counters["cut_packets" if is_packet else "cut_blocks"] += 1
        if left or self._stream.problem:
            reason = self._stream.problem or f"the file ends in the middle of a {'packet' if is_packet else 'block'}"
            self._lose("cut", chunk.place(chunk.begin), reason)

    def _lose(self, how: str, place: int, reason: str) -> None:
        """Report that nothing could be read from `place` on."""
        lost = self._chunk.place(self._chunk.end) - place + max(0, self._stream.size - self._stream.consumed)
        self._findings.end(f"{how} at byte {place}: {reason}", self._number - 1, lost)
