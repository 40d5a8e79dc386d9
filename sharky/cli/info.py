"""`sharky info`: what a capture file is."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sharky.cli.errors import complain, explained
from sharky.cli.progress import reading_bar

if TYPE_CHECKING:
    from sharky.app.info import CaptureFacts
    from sharky.model.captures import Interface

NAME_CELLS = 20
SECOND_NS = 1_000_000_000
UNITS = {0: "seconds", 3: "milliseconds", 6: "microseconds", 9: "nanoseconds"}
"""Powers of ten in words."""

TITLES = {"system": "Operating system", "filter": "Capture filter"}
"""What the text calls what is not called by its name."""


@click.command(epilog="Example: sharky info holiday.pcapng  ·  sharky info --json *.pcap.gz | jq .packets")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON lines, one a file.")
@click.option("--hash", "has_hashes", is_flag=True, help="SHA-256 and SHA-1 of the files too, for which each is read twice.")
@explained
def info(files: tuple[Path, ...], as_json: bool, has_hashes: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Tell what capture files are: format, size, time span, rates, who wrote them, interfaces, and where they are damaged."""
    from sharky.app.info import HASHES, examine

    for number, path in enumerate(files):
        with reading_bar([path]) as progress:
            facts = examine(path, progress, HASHES if has_hashes else ())
        for problem in facts.problems:
            complain(problem)
        lines = [json.dumps(_record(facts))] if as_json else [*([""] if number else []), *_lines(facts)]
        sys.stdout.writelines(f"{line}\n" for line in lines)


def _rates(facts: CaptureFacts) -> dict[str, float]:
    sums = facts.sums
    seconds = (sums.last_ns - sums.first_ns) / SECOND_NS
    per_second = 1 / seconds if seconds else 0.0
    return {
        "seconds": seconds,
        "bytes_per_second": sums.bytes * per_second,
        "bits_per_second": 8 * sums.bytes * per_second,
        "bytes_per_packet": sums.bytes / sums.packets if sums.packets else 0.0,
        "packets_per_second": sums.packets * per_second,
    }


def _record(facts: CaptureFacts) -> dict[str, Any]:
    return {
        "file": facts.name,
        "type": facts.kind,
        "packing": facts.packing,
        "encapsulation": facts.encapsulation,
        "encapsulations": _encapsulations(facts),
        "time_precision": _precision_of(facts),
        "file_bytes": facts.file_octets,
        "packets": facts.sums.packets,
        "bytes": facts.sums.bytes,
        "captured_bytes": facts.sums.captured,
        "first_ns": facts.sums.first_ns,
        "last_ns": facts.sums.last_ns,
        **_rates(facts),
        "is_in_order": facts.sums.is_in_order,
        "inferred_snaplen": [facts.sums.shortest_cut, facts.sums.longest_cut] if facts.sums.longest_cut else None,
        **facts.hashes,
        "sections": [asdict(section) for section in facts.sections],
        "interfaces": [_interface_record(interface, packets) for interface, packets in facts.interfaces],
        "problems": [problem.message for problem in facts.problems],
        "counters": dict(sorted(facts.counters.items())),
    }


def _interface_record(interface: Interface, packets: int) -> dict[str, Any]:
    return {
        "name": interface.name,
        "linktype": interface.linktype,
        "encapsulation": _encapsulation(interface),
        "snaplen": interface.snaplen,
        "ticks_per_second": interface.ticks,
        "time_precision": _precision(interface.ticks),
        **_texts(interface),
        "packets": packets,
    }


def _texts(interface: Interface) -> dict[str, str]:
    return {name: getattr(interface, name) for name in ("description", "filter", "system", "hardware", "comment")}


def _encapsulations(facts: CaptureFacts) -> dict[str, int]:
    """Return how many packets each kind of network has, the most frequent first."""
    counts: Counter[str] = Counter()
    for interface, packets in facts.interfaces:
        counts[_encapsulation(interface)] += packets
    return dict(counts.most_common())


def _precision_of(facts: CaptureFacts) -> str:
    """Return the unit of time in a file; those of its interfaces may differ."""
    units = {_precision(interface.ticks) for interface, _ in facts.interfaces}
    return "per-packet" if len(units) > 1 else next(iter(units), "unknown")


def _precision(ticks: int) -> str:
    """Return a unit of time in words.

    >>> _precision(1_000_000), _precision(10_000_000), _precision(512)
    ('microseconds', '10^-7 s', '2^-9 s')
    """
    if not ticks & (ticks - 1):
        return f"2^-{ticks.bit_length() - 1} s" if ticks > 1 else UNITS[0]
    power = len(str(ticks)) - 1
    return UNITS.get(power, f"10^-{power} s")


def _encapsulation(interface: Interface) -> str:
    from sharky.capture.linktypes import linktype_name

    return linktype_name(interface.linktype)


def _lines(facts: CaptureFacts) -> Iterator[str]:
    from sharky.tally.export import printable

    yield printable(facts.name)
    for title, value in _facts(facts):
        yield f"  {title:{NAME_CELLS}} {value}"
    for number, section in enumerate(facts.sections):
        if len(facts.sections) > 1:
            yield f"  Section {number}"
        yield from _told(asdict(section), is_part=len(facts.sections) > 1)
    for number, (interface, packets) in enumerate(facts.interfaces):
        limit = f"{interface.snaplen:,} octets" if interface.snaplen else "no limit"
        name = f"{printable(interface.name)}, " if interface.name else ""
        ticks = f"{interface.ticks:,}" if interface.ticks < 10**12 else f"{float(interface.ticks):.0e}"
        shown = f"{name}{_encapsulation(interface)}, snaplen {limit}, {ticks} ticks/s, {packets:,} packets"
        yield f"  {f'Interface {number}':{NAME_CELLS}} {shown}"
        yield from _told(_texts(interface), is_part=True)
    for name, count in sorted(facts.counters.items()):
        yield f"  {name.replace('_', ' ').capitalize():{NAME_CELLS}} {count:,}"


def _told(texts: dict[str, str], *, is_part: bool) -> Iterator[str]:
    """Say what there is to say, each line for itself."""
    from sharky.tally.export import printable

    for name, text in texts.items():
        title = ("  " if is_part else "") + TITLES.get(name, name.capitalize())
        for line in filter(None, map(str.strip, text.splitlines())):
            yield f"  {title:{NAME_CELLS}} {printable(line)}"


def _facts(facts: CaptureFacts) -> Iterator[tuple[str, str]]:
    from sharky.tally.report import moment_text, size_text

    sums, rates = facts.sums, _rates(facts)
    yield "Type", f"{facts.kind}, packed with {facts.packing}" if facts.packing else facts.kind
    shares = ", ".join(f"{name} {packets:,}" for name, packets in _encapsulations(facts).items() if packets)
    yield "Encapsulation", f"{facts.encapsulation}: {shares}" if len(_encapsulations(facts)) > 1 and shares else facts.encapsulation
    yield "Time precision", _precision_of(facts)
    yield "File size", f"{facts.file_octets:,} octets"
    yield "Packets", f"{sums.packets:,}"
    yield "Octets on the wire", f"{sums.bytes:,}"
    yield "Octets captured", f"{sums.captured:,}"
    if sums.packets:
        for title, time_ns in (("First packet", sums.first_ns), ("Last packet", sums.last_ns)):
            yield title, f"{moment_text(time_ns)}.{time_ns % SECOND_NS:09} UTC"
        yield "Duration", f"{rates['seconds']:,.9f} s"
        bits = f"{rates['bits_per_second']:,.0f} bits/s"
        yield "Rate", f"{size_text(rates['bytes_per_second'])}/s, {bits}, {rates['packets_per_second']:,.2f} packets/s"
        yield "Average packet", f"{rates['bytes_per_packet']:,.2f} octets"
        yield "Strict time order", "yes" if sums.is_in_order else "no"
    if sums.longest_cut:
        shortest = f"{sums.shortest_cut:,} to " if sums.shortest_cut < sums.longest_cut else ""
        yield "Packets are cut at", f"{shortest}{sums.longest_cut:,} octets"
    for name, digest in facts.hashes.items():
        yield name.upper(), digest
    for problem in facts.problems:
        yield "Problem", problem.message
