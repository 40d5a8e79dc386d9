"""What a filter may ask of the interface that a packet came by."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sharky.model.captures import Interface
from sharky.model.packets import PacketBatch
from sharky.rules import compile_filter
from tests.unit.rules.builder import TCP_PACKET, Batches, packet

INTERFACES = (
    Interface("eth0", 1, 0, 1, number=0, section=1),
    Interface("", 101, 0, 1, "Wi-Fi", number=1, section=1),
    Interface("", 1, 0, 1, number=0, section=2),
    Interface("", 127, 0, 1),
)
"""Of two sections of a pcapng file, and of a file that numbers none."""


COMMENTS = {0: ["one", "two"], 3: ["One"]}
"""By the place of the packet."""


def comments_of(offset: np.ndarray, _: np.ndarray) -> list[tuple[int, str]]:
    """Tell comments; packets begin at ten times their place."""
    return [(row, text) for row, begin in enumerate(offset.tolist()) for text in COMMENTS.get(begin // 10, ())]


def passing(text: str, rows: list[int] | None = None) -> list[int]:
    """Return the places of the packets that pass, of one that came by each interface, in the order of capture."""
    columns, labels = Batches().batch(*(packet(0, *TCP_PACKET) for _ in INTERFACES), rows=rows)
    numbers = np.arange(len(INTERFACES), dtype=np.uint16)
    linktype = np.array([one.linktype for one in INTERFACES], np.uint16)
    offset = np.arange(len(INTERFACES)) * 10
    known = {"interface_of": INTERFACES.__getitem__, "comments_of": comments_of}
    columns.batch = replace(PacketBatch.tick(0, 1), offset=offset, captured=offset, interface=numbers, linktype=linktype, **known)
    return sorted(columns.position[compile_filter(text).mask(columns, labels)].tolist())


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("frame.interface_id", [0, 1, 2]),
        ("frame.interface_id == 0", [0, 2]),
        ("frame.section_number == 2", [2]),
        ("frame.encap_type > -1 and frame.encap_type & 6 and frame.encap_type + 1 == 8", [1]),
        ("frame.encap_type in {-8, -6, -4, -2, 3, 5, 7, 9, 11, 13} and len(frame.encap_type) == 2", [1]),
        ('frame.encap_type < ip.ttl and string(frame.encap_type) == "7" and max(frame.encap_type) == 7', [1]),
        ('frame.interface_name#2 or frame.interface_name#2 != "eth1"', []),
        ("frame.interface_name", [0, 1, 2]),
        ('frame.interface_name == "eth0"', [0]),
        ('frame.interface_name != "eth0"', [1, 2]),
        ('frame.interface_name in {"Wi-Fi", "unknown"}', [1, 2]),
        ('frame.interface_name matches "^ETH"', [0]),
        ('upper(frame.interface_name) == "ETH0"', [0]),
        ("count(frame.interface_name) == 1", [0, 1, 2]),
        ("frame.interface_description", [1]),
        ("frame.encap_type == 1", [0, 2]),
        ('frame.encap_type == "Raw IP"', [1]),
        ("frame.encap_type == 23", [3]),
        ("frame.comment", [0, 3]),
        ('frame.comment == "one"', [0]),
        ('lower(frame.comment) == "one"', [0, 3]),
        ('pkt_comment contains "ne"', [0, 3]),
        ('all frame.comment contains "n"', [3]),
        ("count(frame.comment) == 2", [0]),
        ("not frame.comment", [1, 2]),
    ],
)
def test_the_interface_is_that_of_the_capture_whatever_the_order_of_rows(text: str, places: list[int]) -> None:
    assert passing(text) == places
    assert passing(text, rows=[2, 0, 3, 1]) == places


def test_of_packets_from_nowhere_there_is_no_interface() -> None:
    columns, labels = Batches().batch(packet(0, *TCP_PACKET))
    for text in ("frame.interface_id", "frame.interface_name", "frame.comment"):
        assert not compile_filter(text).mask(columns, labels).any()
