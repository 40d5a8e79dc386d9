"""What stands behind what Ethernet frames carry, as Wireshark tells it apart."""

from __future__ import annotations

import zlib

import pytest

from sharky.model.columns import Columns, Labels
from sharky.rules import compile_filter
from tests.unit.dissect.builder import Packet, columns

ADDRESSES = bytes.fromhex("002233445566001122334455")
TAG = bytes.fromhex("81000005")
UDP = bytes.fromhex("0fa00fa1000c0000") + b"xxxx"
IP = bytes.fromhex("08004500002000070000401166c40a0000010a000002") + UDP
LONG = bytes.fromhex("08004500004000070000401166a40a0000010a000002") + bytes.fromhex("0fa00fa1002c0000") + b"x" * 36
ARP = bytes.fromhex("0806" + "0001080006040001" + "00" * 20)
EAPOL = bytes.fromhex("888e01010000")
STP = bytes.fromhex("0026424203") + bytes(35)
UNKNOWN = bytes.fromhex("9999") + b"x" * 10


def check(frame: bytes) -> bytes:
    return frame + zlib.crc32(frame).to_bytes(4, "little")


def passing(text: str, found: Columns) -> list[bool]:
    mask = compile_filter(text).mask(found, Labels(found.path, found.stopped_at))
    return [bool(one) for one in mask[found.position.argsort()]]


def passes(text: str, frame: bytes, cut: int = 0) -> bool:
    return passing(text, columns(Packet(frame[: len(frame) - cut], wire_length=len(frame))))[0]


@pytest.mark.parametrize(
    ("content", "ends"),
    [
        (IP + bytes(14), ["eth.padding"]),
        (IP + b"\xff" * 14, ["eth.trailer"]),
        (IP + bytes(10), ["eth.trailer"]),
        (IP + bytes(18), ["eth.padding", "eth.fcs"]),
        (IP + bytes(20), ["eth.padding", "eth.trailer", "eth.fcs"]),
        (LONG + bytes(3), ["eth.trailer"]),
        (LONG + bytes(4), ["eth.fcs"]),
        (LONG, []),
        (TAG + IP + bytes(10), ["eth.padding"]),
        (TAG + IP + bytes(14), ["eth.padding", "vlan.trailer"]),
        (TAG + TAG + LONG + bytes(8), ["vlan.trailer"]),
        (bytes.fromhex("884700010140") + IP[2:] + bytes(10), ["eth.padding"]),
        (ARP + bytes(18), ["eth.padding"]),
        (EAPOL + bytes(8), ["eth.trailer"]),
        (STP + bytes(10), ["eth.padding", "eth.trailer"]),
        (UNKNOWN + bytes(40), []),
    ],
)
def test_padding_trailer_and_check_sequence_are_told_apart(content: bytes, ends: list[str]) -> None:
    names = ("eth.padding", "eth.trailer", "vlan.trailer", "eth.fcs")
    assert [name for name in names if passes(name, ADDRESSES + content)] == ends


def test_their_octets_can_be_asked_for() -> None:
    frame = check(ADDRESSES + IP + bytes(14) + b"\xca\xfe")
    for text in (
        "len(eth.padding) == 14",
        "eth.trailer == ca:fe",
        "eth.trailer[0] == ca",
        "eth.trailer contains fe",
        f"eth.fcs == 0x{frame[-4:].hex()}",
        'eth.fcs.status == "Unverified"',
    ):
        assert passes(text, frame), text


def test_of_a_frame_that_is_cut_among_zeros_nothing_is_told() -> None:
    names = ("eth.padding", "eth.trailer", "eth.fcs")
    assert not any(passes(name, ADDRESSES + IP + bytes(18), cut=9) for name in names)
    assert passes("len(eth.trailer) == 9", ADDRESSES + IP + b"\xff" * 18, cut=9)


def test_what_stands_behind_does_not_depend_on_neighbours() -> None:
    frames = [ADDRESSES + content for content in (IP + bytes(18), ARP, LONG + bytes(9), UNKNOWN, TAG + IP + bytes(20))]
    for text in ("eth.padding", "eth.trailer", "vlan.trailer", "eth.fcs", "len(eth.padding) > 3"):
        assert passing(text, columns(*frames)) == [passes(text, frame) for frame in frames]
