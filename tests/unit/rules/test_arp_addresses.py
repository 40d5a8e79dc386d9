"""Two devices with one IPv4 address: which ARP packets say so, and of which packet before."""

from __future__ import annotations

import dataclasses
from struct import pack

import numpy as np
import pytest

from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.unit.dissect.builder import Packet, batch, eth

ALICE, BOB, GROUP, NOBODY = 0x02000000000A, 0x02000000000B, 0x030000000001, 0
NEAR, FAR, NOWHERE = 0x0A000001, 0x0A000002, 0


def arp(operation: int, mac: int, address: int, target_mac: int, target: int) -> bytes:
    ends = mac.to_bytes(6) + address.to_bytes(4) + target_mac.to_bytes(6) + target.to_bytes(4)
    return eth(0x0806, pack(">HHBBH", 1, 0x0800, 6, 4, operation) + ends)


PACKETS = [
    arp(1, ALICE, NEAR, NOBODY, FAR),
    arp(2, BOB, FAR, ALICE, NEAR),
    arp(1, BOB, NEAR, NOBODY, FAR),
    arp(2, ALICE, FAR, BOB, NEAR),
    arp(8, BOB, NEAR, ALICE, FAR),
    arp(1, GROUP, NEAR, NOBODY, FAR),
    arp(1, BOB, NOWHERE, NOBODY, FAR),
    arp(1, ALICE, NEAR, BOB, NEAR),
    arp(2, ALICE, NEAR, BOB, NEAR),
    arp(1, BOB, NEAR, NOBODY, NEAR),
]


def passing(text: str, size: int) -> list[int]:
    tree = ProtocolTree()
    identifier, wanted, passed = Identifier(tree), compile_filter(text), []
    for begin in range(0, len(PACKETS), size):
        packed = batch([Packet(one) for one in PACKETS[begin : begin + size]])
        times = np.arange(begin, begin + len(packed), dtype=np.int64) * 1_000_000_000
        columns = dissect(dataclasses.replace(packed, time_ns=times, first_number=begin + 1), tree)
        mask = wanted.mask(columns, identifier.identify(columns))
        passed += [begin + 1 + int(place) for place in columns.position[mask]]
    return sorted(passed)


@pytest.mark.parametrize("size", [1, 3, len(PACKETS)])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("arp.duplicate-address-detected", [3, 4, 10]),
        ("arp.duplicate-address-frame == 2", [3, 4]),
        ("arp.duplicate-address-frame == 9", [10]),
        ("count(arp.duplicate-address-frame) == 2", [4]),
        ("arp.seconds-since-duplicate-address-frame == 2", [4]),
    ],
)
def test_an_address_that_two_devices_have_is_told(text: str, expected: list[int], size: int) -> None:
    assert passing(text, size) == expected
