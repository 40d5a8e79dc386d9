"""Notices while a redirection runs what makes it incomplete: rivals, those who do not believe, IPv6, and a firewall in the way."""

from __future__ import annotations

from sharky.placement.arp import REQUEST, Arp
from sharky.placement.redirect import SECOND_NS, Redirect, Station

PATIENCE_NS = 20 * SECOND_NS
"""A device in use sends something within this time; each has heard ten times by then whom to send it to."""
DOUBTS = 5
"""So often within `PATIENCE_NS` only those ask for the router who do not keep what they are told."""
STUCK = 20
"""So many packets to forward, and not one forwarded, are no accident."""
MAXIMUM_SAID = 100
"""Somebody who invents MACs does not fill the screen, nor the memory."""
SHORTEST_IPV4 = 34
IPV4, IPV6 = b"\x08\x00", b"\x86\xdd"


class Watch:
    """Is shown packets, and says what they tell; each thing once."""

    def __init__(self, redirect: Redirect, start_ns: int) -> None:
        self._redirect = redirect
        self._start_ns = start_ns
        self._truth = {station.address: station.mac for station in (redirect.router, *redirect.targets)}
        self._targets = {target.mac: target for target in redirect.targets}
        self._heard: set[str] = set()
        self._from_target = dict.fromkeys(self._targets, 0)
        self._to_target = {target.address: 0 for target in redirect.targets}
        self._past_us: set[str] = set()
        self._is_patience_over = False
        self._doubts = dict.fromkeys(self._targets, 0)
        self._doubts_since_ns = start_ns
        self._said: set[str] = set()

    def hear_arp(self, arp: Arp) -> list[str]:
        """Take in an ARP packet that came in."""
        if arp.by in self._targets:
            self._heard.add(arp.by)
        true_mac = self._truth.get(arp.sender)
        if true_mac and arp.sender_mac not in (true_mac, self._redirect.own.mac):
            return self._once(f"{arp.sender_mac} says that it is {arp.sender}, too: somebody else redirects packets here")
        target = self._targets.get(arp.by)
        if target and arp.kind == REQUEST and arp.target == self._redirect.router.address:
            self._doubts[target.mac] += 1
            if self._doubts[target.mac] == DOUBTS:
                return self._once(f"{target} keeps asking for the router, as if it did not believe the redirection")
        return []

    def hear_packet(self, octets: bytes) -> list[str]:
        """Take in an IPv4 or IPv6 packet that came in."""
        by, ethertype = octets[6:12].hex(":"), octets[12:14]
        target = self._targets.get(by)
        if target:
            self._heard.add(by)
        if ethertype == IPV6:
            return self._hear_ipv6(target, by)
        to = octets[:6].hex(":")
        if target and ethertype == IPV4 and to == self._redirect.router.mac and self._is_patience_over:
            self._past_us.add(by)
        if ethertype == IPV4 and len(octets) >= SHORTEST_IPV4 and to == self._redirect.own.mac:
            destination = ".".join(map(str, octets[30:34]))
            if target and destination != self._redirect.own.address:
                self._from_target[by] += 1
            elif by == self._redirect.router.mac and destination in self._to_target:
                self._to_target[destination] += 1
        return []

    def _hear_ipv6(self, target: Station | None, by: str) -> list[str]:
        if target:
            return self._once(f"{target} also speaks IPv6, which passes by: ARP redirects IPv4 alone")
        if by == self._redirect.router.mac:
            return self._once("the router offers IPv6, which passes by: ARP redirects IPv4 alone")
        return []

    def tick(self, now_ns: int) -> list[str]:
        """Say what has become clear by the time that has passed."""
        if now_ns - self._doubts_since_ns >= PATIENCE_NS:
            self._doubts = dict.fromkeys(self._targets, 0)
            self._doubts_since_ns = now_ns
        if now_ns - self._start_ns < PATIENCE_NS:
            return []
        self._is_patience_over = True
        said: list[str] = []
        for mac, target in self._targets.items():
            out, back = self._from_target[mac], self._to_target[target.address]
            if not out and mac not in self._heard and not back:
                said += self._once(f"nothing is heard of {target}: it sleeps, or is switched off")
            elif not out and mac not in self._past_us:
                said += self._once(f"{target} sends nothing that comes by here: it is idle, or goes on sending to the router directly")
            elif not out:
                said += self._once(f"{target} resists: it goes on sending to the router directly")
            elif not back:
                said += self._once(f"the router resists: what it sends to {target} does not come by here")
        return said

    @property
    def to_forward(self) -> int:
        """How many packets have been seen that the kernel has to forward; a lower bound, since only a sample is looked at."""
        return sum(self._from_target.values()) + sum(self._to_target.values())

    def is_stuck(self, forwarded: int) -> bool:
        """Tell whether the kernel forwards nothing, though there is enough to forward."""
        return not forwarded and self.to_forward >= STUCK

    def _once(self, text: str) -> list[str]:
        if text in self._said or len(self._said) >= MAXIMUM_SAID:
            return []
        self._said.add(text)
        return [text]
