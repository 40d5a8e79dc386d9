"""`sharky info`: what a capture file is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
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


@click.command(epilog="Example: sharky info holiday.pcapng  ·  sharky info --json *.pcap.gz | jq .packets")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="JSON lines, one a file.")
@explained
def info(files: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes flags by name
    """Tell what capture files are: format, size, time span, rates, interfaces, and where they are damaged."""
    from sharky.app.info import examine

    for number, path in enumerate(files):
        with reading_bar([path]) as progress:
            facts = examine(path, progress)
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
        "file_bytes": facts.file_octets,
        "packets": facts.sums.packets,
        "bytes": facts.sums.bytes,
        "captured_bytes": facts.sums.captured,
        "first_ns": facts.sums.first_ns,
        "last_ns": facts.sums.last_ns,
        **_rates(facts),
        "is_in_order": facts.sums.is_in_order,
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
        "packets": packets,
    }


def _encapsulation(interface: Interface) -> str:
    from sharky.capture.linktypes import linktype_name

    return linktype_name(interface.linktype)


def _lines(facts: CaptureFacts) -> Iterator[str]:
    from sharky.tally.export import printable

    yield printable(facts.name)
    for title, value in _facts(facts):
        yield f"  {title:{NAME_CELLS}} {value}"
    for number, (interface, packets) in enumerate(facts.interfaces):
        limit = f"{interface.snaplen:,} octets" if interface.snaplen else "no limit"
        name = f"{printable(interface.name)}, " if interface.name else ""
        ticks = f"{interface.ticks:,}" if interface.ticks < 10**12 else f"{float(interface.ticks):.0e}"
        shown = f"{name}{_encapsulation(interface)}, snaplen {limit}, {ticks} ticks/s, {packets:,} packets"
        yield f"  {f'Interface {number}':{NAME_CELLS}} {shown}"
    for name, count in sorted(facts.counters.items()):
        yield f"  {name.replace('_', ' ').capitalize():{NAME_CELLS}} {count:,}"


def _facts(facts: CaptureFacts) -> Iterator[tuple[str, str]]:
    from sharky.tally.report import moment_text, size_text

    sums, rates = facts.sums, _rates(facts)
    yield "Type", f"{facts.kind}, packed with {facts.packing}" if facts.packing else facts.kind
    yield "Encapsulation", facts.encapsulation
    yield "File size", f"{facts.file_octets:,} octets"
    yield "Packets", f"{sums.packets:,}"
    yield "Octets on the wire", f"{sums.bytes:,}"
    yield "Octets captured", f"{sums.captured:,}"
    if sums.packets:
        for title, time_ns in (("First packet", sums.first_ns), ("Last packet", sums.last_ns)):
            yield title, f"{moment_text(time_ns)}.{time_ns % SECOND_NS:09} UTC"
        yield "Duration", f"{rates['seconds']:,.6f} s"
        yield "Rate", f"{size_text(rates['bytes_per_second'])}/s, {rates['packets_per_second']:,.2f} packets/s"
        yield "Average packet", f"{rates['bytes_per_packet']:,.2f} octets"
        yield "Strict time order", "yes" if sums.is_in_order else "no"
    for problem in facts.problems:
        yield "Damage", problem.message
