"""What a capture file is, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict

from sharky.app.info import CaptureFacts
from sharky.app.info_record import SECOND_NS, encapsulations, precision_of, rates, texts
from sharky.capture.linktypes import linktype_name
from sharky.model.captures import Interface
from sharky.tally.export import printable
from sharky.tally.report import moment_text, size_text

NAME_CELLS = 20

TITLES = {"system": "Operating system", "filter": "Capture filter"}
"""What the text calls what is not called by its name."""


def lines(facts: CaptureFacts) -> Iterator[str]:
    """Yield the file's name, and a line for each thing that is known of it."""
    yield printable(facts.name)
    yield from (_line(title, value) for title, value in _facts(facts))
    for number, section in enumerate(facts.sections):
        if len(facts.sections) > 1:
            yield f"  Section {number}"
        yield from _written(asdict(section), is_part=len(facts.sections) > 1)
    for number, (interface, packets) in enumerate(facts.interfaces):
        yield _line(f"Interface {number}", _interface(interface, packets))
        yield from _written(texts(interface), is_part=True)
    for name, count in sorted(facts.counters.items()):
        yield _line(name.replace("_", " ").capitalize(), f"{count:,}")


def _line(title: str, value: str) -> str:
    return f"  {title:{NAME_CELLS}} {value}"


def _facts(facts: CaptureFacts) -> Iterator[tuple[str, str]]:
    sums = facts.sums
    yield "Type", f"{facts.kind}, packed with {facts.packing}" if facts.packing else facts.kind
    yield "Encapsulation", _encapsulation(facts)
    yield "Time precision", precision_of(facts)
    yield "File size", f"{facts.file_octets:,} octets"
    yield "Packets", f"{sums.packets:,}"
    yield "Octets on the wire", f"{sums.bytes:,}"
    yield "Octets captured", f"{sums.captured:,}"
    if sums.packets:
        yield from _pace(facts)
    if sums.longest_cut:
        shortest = f"{sums.shortest_cut:,} to " if sums.shortest_cut < sums.longest_cut else ""
        yield "Packets are cut at", f"{shortest}{sums.longest_cut:,} octets"
    yield from ((name.upper(), digest) for name, digest in facts.hashes.items())
    yield from (("Problem", problem.message) for problem in facts.problems)


def _encapsulation(facts: CaptureFacts) -> str:
    kinds = encapsulations(facts)
    shares = ", ".join(f"{name} {packets:,}" for name, packets in kinds.items() if packets)
    return f"{facts.encapsulation}: {shares}" if len(kinds) > 1 and shares else facts.encapsulation


def _pace(facts: CaptureFacts) -> Iterator[tuple[str, str]]:
    sums, each = facts.sums, rates(facts)
    for title, time_ns in (("First packet", sums.first_ns), ("Last packet", sums.last_ns)):
        yield title, f"{moment_text(time_ns)}.{time_ns % SECOND_NS:09} UTC"
    yield "Duration", f"{each['seconds']:,.9f} s"
    bits = f"{each['bits_per_second']:,.0f} bits/s"
    yield "Rate", f"{size_text(each['bytes_per_second'])}/s, {bits}, {each['packets_per_second']:,.2f} packets/s"
    yield "Average packet", f"{each['bytes_per_packet']:,.2f} octets"
    yield "Strict time order", "yes" if sums.is_in_order else "no"


def _interface(interface: Interface, packets: int) -> str:
    limit = f"{interface.snaplen:,} octets" if interface.snaplen else "no limit"
    name = f"{printable(interface.name)}, " if interface.name else ""
    ticks = f"{interface.ticks:,}" if interface.ticks < 10**12 else f"{float(interface.ticks):.0e}"
    return f"{name}{linktype_name(interface.linktype)}, snaplen {limit}, {ticks} ticks/s, {packets:,} packets"


def _written(told: dict[str, str], *, is_part: bool) -> Iterator[str]:
    """Yield what who captured wrote, each line for itself."""
    for name, text in told.items():
        title = ("  " if is_part else "") + TITLES.get(name, name.capitalize())
        yield from (_line(title, printable(line)) for line in filter(None, map(str.strip, text.splitlines())))
