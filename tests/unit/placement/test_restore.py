"""Putting redirected devices right: who is asked, who is told what, and when the kernel stops forwarding."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from sharky.model.errors import PlacementError, Problem
from sharky.placement.arp import REPLY, REQUEST, Arp, read_arp
from sharky.placement.memory import Before
from sharky.placement.redirect import SECOND_NS
from sharky.placement.restore import restore
from tests.unit.placement.test_redirect import OWN, PHONE, REDIRECT, ROUTER, TELEVISION

NEW, RIVAL = "02:00:00:00:00:77", "02:00:00:00:00:99"
FORWARDING = "net/ipv4/conf/eth0/forwarding"
BEFORE = Before(
    "mitm",
    "eth0",
    "first",
    1,
    (),
    settings={FORWARDING: "0", "net/ipv4/conf/gone0/forwarding": "0"},
    truths=tuple(tuple(packet.octets.hex() for packet in packets) for packets in REDIRECT.truths),
    questions=tuple(packet.octets.hex() for packet in REDIRECT.questions),
)


class Air:
    """A wire, what is in the air there, and the time, which passes only where somebody waits."""

    def __init__(self, folder: Path) -> None:
        self.setting = folder / "proc/sys" / FORWARDING
        self.setting.parent.mkdir(parents=True)
        self.setting.write_text("1\n")
        self.now_ns = 0
        self.failed = 0
        self.is_open = False
        self.is_gone = False
        self.heard: list[Arp] = []
        self.sent: list[tuple[float, Arp, str]] = []

    def __call__(self, interface: str, kinds: Collection[int]) -> Air:
        if self.is_gone:
            raise PlacementError(Problem(f"cannot use {interface}"))
        self.is_open = True
        return self

    def send(self, octets: bytes) -> None:
        packet = read_arp(octets)
        assert packet is not None
        self.sent.append((self.now_ns / SECOND_NS, packet, self.setting.read_text().strip()))

    def hear(self, seconds: float) -> Iterator[bytes]:
        heard, self.heard = self.heard, []
        self.sleep(seconds / 2 if heard else seconds)
        return (packet.octets for packet in heard)

    def sleep(self, seconds: float) -> None:
        self.now_ns += round(seconds * SECOND_NS)

    def monotonic_ns(self) -> int:
        return self.now_ns

    def close(self) -> None:
        self.is_open = False

    @property
    def told(self) -> list[tuple[float, str, str, str]]:
        """When who was told of whom that he is where."""
        return [(at_s, packet.to, packet.sender, packet.sender_mac) for at_s, packet, _ in self.sent if packet.kind == REPLY]


@pytest.fixture
def air(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Air:
    air = Air(tmp_path)
    monkeypatch.setattr("sharky.placement.restore.Wire", air)
    monkeypatch.setattr("sharky.placement.restore.time", air)
    return air


def answer(address: str, mac: str, kind: int = REPLY) -> Arp:
    return Arp(OWN.mac, mac, kind, mac, address, OWN.mac, OWN.address)


def test_each_device_and_the_router_are_told_the_truth_twice_with_a_second_between(air: Air, tmp_path: Path) -> None:
    assert restore(BEFORE, "eth0", tmp_path, air.sleep) == 0
    assert [packet.target for _, packet, _ in air.sent if packet.kind == REQUEST] == [ROUTER.address, PHONE.address, TELEVISION.address]
    assert air.told == [
        (second + later, *packet)
        for second in (2, 4)
        for packets in (
            ((0, PHONE.mac, ROUTER.address, ROUTER.mac), (0.5, TELEVISION.mac, ROUTER.address, ROUTER.mac)),
            ((1, ROUTER.mac, PHONE.address, PHONE.mac), (1.5, ROUTER.mac, TELEVISION.address, TELEVISION.mac)),
        )
        for later, *packet in packets
    ]
    assert not air.is_open


def test_the_kernel_forwards_until_all_are_told(air: Air, tmp_path: Path) -> None:
    restore(BEFORE, "eth0", tmp_path, air.sleep)
    assert {forwarding for _, _, forwarding in air.sent} == {"1"}
    assert air.setting.read_text() == "0"


def test_a_setting_that_is_as_it_was_is_not_written(air: Air, tmp_path: Path) -> None:
    air.setting.write_text("0\n")
    restore(BEFORE, "eth0", tmp_path, air.sleep)
    assert air.setting.read_text() == "0\n"


def test_who_was_replaced_is_told_and_told_of_as_he_is_now(air: Air, tmp_path: Path) -> None:
    air.heard = [answer(ROUTER.address, NEW), answer("192.168.1.99", RIVAL)]
    restore(BEFORE, "eth0", tmp_path, air.sleep)
    assert {(to, mac) for _, to, sender, mac in air.told if sender == ROUTER.address} == {(PHONE.mac, NEW), (TELEVISION.mac, NEW)}
    assert {to for _, to, sender, _ in air.told if sender == PHONE.address} == {NEW}


@pytest.mark.parametrize(
    "heard", [[answer(ROUTER.address, ROUTER.mac), answer(ROUTER.address, RIVAL)], [answer(ROUTER.address, RIVAL, REQUEST)]]
)
def test_a_rival_is_not_believed(air: Air, tmp_path: Path, heard: list[Arp]) -> None:
    air.heard = heard
    restore(BEFORE, "eth0", tmp_path, air.sleep)
    assert {mac for _, _, sender, mac in air.told if sender == ROUTER.address} == {ROUTER.mac}


def test_where_the_interface_is_gone_all_packets_count_as_not_sent_and_the_kernel_is_set_back(air: Air, tmp_path: Path) -> None:
    air.is_gone = True
    assert restore(BEFORE, "eth0", tmp_path, air.sleep) == 8
    assert air.setting.read_text() == "0"


def test_what_cannot_be_sent_is_told(air: Air, tmp_path: Path) -> None:
    air.failed = 3
    assert restore(BEFORE, "eth0", tmp_path, air.sleep) == 3
