"""What a capture file is, as a JSON record."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from sharky.app.info import CaptureFacts
from sharky.capture.linktypes import linktype_name
from sharky.model.captures import Interface

SECOND_NS = 1_000_000_000
UNITS = {0: "seconds", 3: "milliseconds", 6: "microseconds", 9: "nanoseconds"}
"""Powers of ten in words."""


def record(facts: CaptureFacts) -> dict[str, Any]:
    """Return all that is known, in plain values."""
    return {
        "file": facts.name,
        "type": facts.kind,
        "packing": facts.packing,
        "encapsulation": facts.encapsulation,
        "encapsulations": encapsulations(facts),
        "time_precision": precision_of(facts),
        "file_bytes": facts.file_octets,
        "packets": facts.sums.packets,
        "bytes": facts.sums.bytes,
        "captured_bytes": facts.sums.captured,
        "first_ns": facts.sums.first_ns,
        "last_ns": facts.sums.last_ns,
        **rates(facts),
        "is_in_order": facts.sums.is_in_order,
        "inferred_snaplen": [facts.sums.shortest_cut, facts.sums.longest_cut] if facts.sums.longest_cut else None,
        **facts.hashes,
        "sections": [asdict(section) for section in facts.sections],
        "interfaces": [_interface_record(interface, packets) for interface, packets in facts.interfaces],
        "problems": [problem.message for problem in facts.problems],
        "counters": dict(sorted(facts.counters.items())),
    }


def rates(facts: CaptureFacts) -> dict[str, float]:
    """Return the span and what there is in a second and in a packet; 0 where no time passes."""
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


def encapsulations(facts: CaptureFacts) -> dict[str, int]:
    """Return how many packets each kind of network has, the most frequent first."""
    counts: Counter[str] = Counter()
    for interface, packets in facts.interfaces:
        counts[linktype_name(interface.linktype)] += packets
    return dict(counts.most_common())


def precision_of(facts: CaptureFacts) -> str:
    """Return the unit of time in a file; those of its interfaces may differ."""
    units = {_precision(interface.ticks) for interface, _ in facts.interfaces}
    return "per-packet" if len(units) > 1 else next(iter(units), "unknown")


def texts(interface: Interface) -> dict[str, str]:
    """Return what who captured wrote of an interface, empty where nothing."""
    return {name: getattr(interface, name) for name in ("description", "filter", "system", "hardware", "comment")}


def _interface_record(interface: Interface, packets: int) -> dict[str, Any]:
    return {
        "name": interface.name,
        "linktype": interface.linktype,
        "encapsulation": linktype_name(interface.linktype),
        "snaplen": interface.snaplen,
        "ticks_per_second": interface.ticks,
        "time_precision": _precision(interface.ticks),
        **texts(interface),
        "packets": packets,
    }


def _precision(ticks: int) -> str:
    """Return a unit of time in words.

    >>> _precision(1_000_000), _precision(10_000_000), _precision(512)
    ('microseconds', '10^-7 s', '2^-9 s')
    """
    if not ticks & (ticks - 1):
        return f"2^-{ticks.bit_length() - 1} s" if ticks > 1 else UNITS[0]
    power = len(str(ticks)) - 1
    return UNITS.get(power, f"10^-{power} s")
