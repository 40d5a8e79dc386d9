"""The one place that reads and changes the network of this machine, by netlink and /proc/sys; to NetworkManager it speaks by nmcli."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from sharky.model.errors import PlacementError, Problem
from sharky.model.extras import way_to_install
from sharky.placement.messages import (
    FLAG_NOARP,
    FLAG_PROMISCUOUS,
    GENERATIONS,
    NUMBERS,
    is_root_queue,
    read_address,
    read_link,
    read_routes,
)
from sharky.placement.netlink import connect
from sharky.placement.network import FOREVER_S, LINK_SCOPE, MAIN_TABLE, Address, Network, Route
from sharky.placement.networkmanager import look_after
from sharky.placement.steps import (
    BRIDGE_SETTINGS,
    AddAddress,
    AddRoute,
    MakeBridge,
    Manage,
    Mute,
    RemoveAddress,
    RemoveLink,
    SetKernel,
    SetLink,
    Step,
    Unmute,
)

KEPT_ADDRESS_FLAGS = 0x2 | 0x100 | 0x200 | 0x400
"""NODAD, MANAGETEMPADDR, NOPREFIXROUTE and MCAUTOJOIN: what somebody asked for; the other flags are the kernel's findings."""
ALREADY_DONE = {
    AddAddress: (errno.EEXIST,),
    AddRoute: (errno.EEXIST,),
    RemoveAddress: (errno.EADDRNOTAVAIL, errno.ENODEV),
    RemoveLink: (errno.ENODEV,),
    Unmute: (errno.ENOENT, errno.ENODEV),
}
"""Refusals that mean that nothing is left to do."""


class Kernel:
    """A connection to the kernel. Use it in a `with` statement."""

    def __init__(self, root: Path = Path("/")) -> None:
        try:
            self._netlink = connect()
        except ImportError as error:
            trouble = "pyroute2 is not installed, and placements need it"
            raise PlacementError(Problem(trouble, way_to_install("sharky[live]"))) from error
        self._root = root

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._netlink.close()

    def read(self, settings: Iterable[str] = ()) -> Network:
        """Read what there is, and those of `settings` (paths under /proc/sys) that exist."""
        messages = list(self._netlink.get_links())
        names = {message["index"]: os.fsdecode(message.get_attr("IFLA_IFNAME")) for message in messages}
        queues = {message["index"]: message.get_attr("TCA_KIND") for message in self._netlink.get_qdiscs() if is_root_queue(message)}
        links = tuple(read_link(message, names, queues.get(message["index"], ""), self._root) for message in messages)
        addresses = tuple(read_address(message, names) for message in self._netlink.get_addr())
        routes = tuple(route for message in self._netlink.get_routes() for route in read_routes(message, names))
        return Network(links, addresses, routes, {key: value for key in settings if (value := self.setting(key)) is not None})

    def neighbours(self, interface: str) -> dict[str, str]:
        """Return the MACs that the kernel knows at an interface, by IPv4 address."""
        index = self._index(interface)
        known = self._netlink.get_neighbours(family=NUMBERS[4], ifindex=index)
        return {entry.get_attr("NDA_DST"): entry.get_attr("NDA_LLADDR") for entry in known if entry.get_attr("NDA_LLADDR")}

    def setting(self, key: str) -> str | None:
        """Return the value of a path under /proc/sys; None where there is none."""
        try:
            return (self._root / "proc/sys" / key).read_text().strip()
        except OSError:
            return None

    def apply(self, step: Step) -> None:
        """Carry out one step.

        Raises:
            PlacementError: If the kernel refuses.
        """
        try:
            self._apply(step)
        except Exception as error:  # pyroute2 raises NetlinkError, which is an Exception only, and OSError
            code = getattr(error, "code", None) or getattr(error, "errno", None)
            if code in ALREADY_DONE.get(type(step), ()):
                return
            reason = os.strerror(code).lower() if code else str(error)
            raise PlacementError(Problem(f"the kernel refuses: {step}: {reason}")) from error

    def _apply(self, step: Step) -> None:
        match step:
            case MakeBridge(name, mac):
                settings = {f"br_{key}": value for key, value in BRIDGE_SETTINGS.items()}
                self._netlink.link("add", ifname=name, kind="bridge", address=mac, **settings)
            case RemoveLink(name):
                self._netlink.link("del", index=self._index(name))
            case SetLink(name, setting, value):
                self._set_link(name, setting, value)
            case AddAddress(address):
                self._netlink.addr("add", index=self._index(address.interface), **_address_words(address))
            case RemoveAddress(address):
                self._netlink.addr("del", index=self._index(address.interface), **_place_of(address))
            case AddRoute(route):
                self._netlink.route("add", oif=self._index(route.interface), **_route_words(route))
            case SetKernel(key, value):
                (self._root / "proc/sys" / key).write_text(value)
            case Manage(name, value):
                look_after(name, value, self._root)
            case Mute(name):
                self._netlink.tc("add", "blackhole", self._index(name), handle=0x10000)
            case Unmute(name):
                self._netlink.tc("del", index=self._index(name), root=True)

    def _set_link(self, name: str, setting: str, value: str) -> None:
        index = self._index(name)
        words: dict[str, Callable[[], dict[str, object]]] = {
            "up": lambda: {"state": "up"},
            "down": lambda: {"state": "down"},
            "master": lambda: {"master": self._index(value)},
            "nomaster": lambda: {"master": 0},
            "promisc": lambda: _flag(FLAG_PROMISCUOUS, is_on=value == "on"),
            "arp": lambda: _flag(FLAG_NOARP, is_on=value == "off"),
            "addrgenmode": lambda: {"IFLA_AF_SPEC": _generation(value)},
        }
        if setting == "group_fwd_mask":
            self._netlink.brport("set", index=index, group_fwd_mask=int(value, 0))
        else:
            self._netlink.link("set", index=index, **words[setting]())

    @staticmethod
    def _index(name: str) -> int:
        try:
            return socket.if_nametoindex(name)
        except OSError:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV)) from None


def _flag(flag: int, *, is_on: bool) -> dict[str, object]:
    return {"flags": flag if is_on else 0, "mask": flag, "change": flag}


def _generation(word: str) -> dict[str, object]:
    return {"attrs": [("AF_INET6", {"attrs": [("IFLA_INET6_ADDR_GEN_MODE", GENERATIONS.index(word))]})]}


def _place_of(address: Address) -> dict[str, object]:
    """Return what the kernel knows an address by: both ends, where it is one of a line with two (RFC 1332)."""
    return {
        "family": NUMBERS[address.family],
        "prefixlen": address.prefix,
        "address": address.peer or address.local,
        "local": address.local,
    }


def _address_words(address: Address) -> dict[str, object]:
    words = _place_of(address) | {"scope": address.scope}
    if flags := address.flags & KEPT_ADDRESS_FLAGS:
        words["IFA_FLAGS"] = flags
    if address.metric:
        words["IFA_RT_PRIORITY"] = address.metric
    if address.family == 4:
        words |= {key: value for key, value in (("broadcast", address.broadcast), ("label", os.fsencode(address.label))) if value}
    if address.valid_s != FOREVER_S:
        words |= {"valid_lft": address.valid_s, "preferred_lft": address.preferred_s}
    return words


def _route_words(route: Route) -> dict[str, object]:
    words: dict[str, object] = {
        "family": NUMBERS[route.family],
        "dst": "default" if route.destination == "default" else route.destination,
        "table": route.table or MAIN_TABLE,
        "proto": route.protocol,
        "scope": route.scope if route.family == 4 or route.scope != LINK_SCOPE else 0,
        "type": route.kind,
        "flags": route.flags,
    }
    others = {
        "gateway": route.gateway,
        "prefsrc": route.source,
        "priority": route.metric,
        "tos": route.tos,
        "flow": route.realm,
        "pref": route.preference,
        "metrics": dict(route.metrics),
    }
    return words | {key: value for key, value in others.items() if value}
