"""Asks the network by ARP who is there and how fast it answers, and whether two interfaces are in one network already."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator

from sharky.model.errors import PlacementError, Problem
from sharky.placement.arp import BROADCAST, REPLY, question, read_arp
from sharky.placement.echo import echo_rate

ETH_P_IP, ETH_P_ARP = 0x0800, 0x0806
UNKNOWN = "0.0.0.0"  # noqa: S104 - "nobody yet"
EXPERIMENTAL = 0x88B5
"""An EtherType that no protocol uses (IEEE 802, local experimental)."""
ROUNDS = 4
ROUND_S = 0.3
LONGEST_PACKET = 2048


class PacketProber:
    """Sends and takes in packets at an interface."""

    def answers(self, interface: str, addresses: tuple[str, ...], source: str) -> dict[str, int]:
        """As `Prober.answers` says."""
        best: dict[str, int] = {}
        with _open(interface, ETH_P_ARP) as sock:
            mac = sock.getsockname()[4].hex(":")
            for _ in range(ROUNDS if addresses else 0):
                sent_ns = {}
                for address in addresses:
                    sent_ns[address] = time.monotonic_ns()
                    sock.send(question(mac, source, address).octets)
                for address, taken_ns in _collect(sock, sent_ns, mac).items():
                    best[address] = min(taken_ns, best.get(address, taken_ns))
        return best

    def owners(self, interface: str, addresses: tuple[str, ...], source: str) -> dict[str, frozenset[str]]:
        """Return the MACs that answer for each IPv4 address; several where two machines claim the same.

        Each address is asked for at most once a second.
        """
        found: dict[str, set[str]] = {address: set() for address in addresses}
        with _open(interface, ETH_P_ARP) as sock:
            mac = sock.getsockname()[4].hex(":")
            for _ in range(ROUNDS):
                for address, macs in found.items():
                    if not macs:
                        sock.send(question(mac, source, address).octets)
                for octets in _heard(sock, time.monotonic() + 1):
                    arp = read_arp(octets)
                    if arp and arp.kind == REPLY and arp.to == mac and arp.sender in found:
                        found[arp.sender].add(arp.sender_mac)
                if all(found.values()):
                    break
        return {address: frozenset(macs) for address, macs in found.items()}

    def rate(self, interface: str, address: str, source: str) -> int:
        """As `Prober.rate` says."""
        to = "" if source == UNKNOWN else _mac_of(interface, address, source)
        if not to:
            return 0
        with _open(interface, ETH_P_IP) as sock:
            try:
                return echo_rate(sock, to, address, source)
            except OSError:
                return 0  # The interface takes no more just now, or has no link.

    def is_loop(self, sender: str, listener: str) -> bool:
        """As `Prober.is_loop` says."""
        mark = os.urandom(46)
        with _open(listener, EXPERIMENTAL) as ear, _open(sender, EXPERIMENTAL) as mouth:
            mac = mouth.getsockname()[4]
            for _ in range(ROUNDS):
                mouth.send(bytes.fromhex(BROADCAST.replace(":", "")) + mac + EXPERIMENTAL.to_bytes(2, "big") + mark)
                if any(octets[14:60] == mark for octets in _heard(ear, time.monotonic() + ROUND_S / ROUNDS)):
                    return True
        return False


def _mac_of(interface: str, address: str, source: str) -> str:
    """Return the MAC that answers first for an address; empty where none does."""
    with _open(interface, ETH_P_ARP) as sock:
        mac = sock.getsockname()[4].hex(":")
        for _ in range(ROUNDS):
            sock.send(question(mac, source, address).octets)
            for octets in _heard(sock, time.monotonic() + ROUND_S):
                arp = read_arp(octets)
                if arp and arp.kind == REPLY and arp.to == mac and arp.sender == address:
                    return arp.sender_mac
    return ""


def _collect(sock: socket.socket, sent_ns: dict[str, int], mac: str) -> dict[str, int]:
    """Return how long each address took to answer; those that did not within a round are left out."""
    taken: dict[str, int] = {}
    for octets in _heard(sock, time.monotonic() + ROUND_S):
        arp = read_arp(octets)
        if arp and arp.kind == REPLY and arp.to == mac and arp.sender in sent_ns:
            taken.setdefault(arp.sender, time.monotonic_ns() - sent_ns[arp.sender])
            if len(taken) == len(sent_ns):
                break
    return taken


def _heard(sock: socket.socket, until: float) -> Iterator[bytes]:
    """Yield packets as they come, until a moment of the monotonic clock."""
    while (left := until - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            octets, (_, _, packet_type, *_) = sock.recvfrom(LONGEST_PACKET)
        except TimeoutError:
            return
        if packet_type != socket.PACKET_OUTGOING:
            yield octets


def _open(interface: str, ethertype: int) -> socket.socket:
    try:
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        sock.bind((interface, ethertype))
    except OSError as error:
        trouble = f"cannot ask the network at {interface}: {(error.strerror or str(error)).lower()}"
        raise PlacementError(Problem(trouble, "is its cable plugged in?")) from error
    return sock
