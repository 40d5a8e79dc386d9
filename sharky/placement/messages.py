"""What the kernel's messages over netlink say (rtnetlink(7)), in our own words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sharky.placement.network import FOREVER_S, LOCAL_TABLE, Address, Link, Route
from sharky.placement.networkmanager import may_look_after

ETHERNET = 1
"""ARPHRD_ETHER."""
FLAG_UP, FLAG_LOOPBACK, FLAG_NOARP, FLAG_PROMISCUOUS = 0x1, 0x8, 0x80, 0x100
"""if.h"""
CLONED = 0x200
"""RTM_F_CLONED: a cached route."""
GENERATIONS = ("eui64", "none", "stable_secret", "random")
"""As IFLA_INET6_ADDR_GEN_MODE numbers them."""
FAMILIES = {2: 4, 10: 6}
NUMBERS = {4: 2, 6: 10}


def read_link(message: Any, names: Mapping[int, str], queue: str, root: Path) -> Link:
    """Return the interface that a message is about; whether it is wireless, or managed, stands in files under `root` alone."""
    name = names[message["index"]]
    flags = message["flags"]
    generation = message.get_nested("IFLA_AF_SPEC", "AF_INET6", "IFLA_INET6_ADDR_GEN_MODE") or 0
    return Link(
        name=name,
        mac=message.get_attr("IFLA_ADDRESS") or "",
        mtu=message.get_attr("IFLA_MTU") or 0,
        kind=message.get_nested("IFLA_LINKINFO", "IFLA_INFO_KIND") or "",
        master=names.get(message.get_attr("IFLA_MASTER") or 0, ""),
        below=_below(message, names),
        address_generation=GENERATIONS[generation] if generation < len(GENERATIONS) else GENERATIONS[0],
        queue=queue,
        is_up=bool(flags & FLAG_UP),
        is_ethernet=message["ifi_type"] == ETHERNET and not flags & FLAG_LOOPBACK,
        is_wireless=any((root / "sys/class/net" / name / sign).exists() for sign in ("phy80211", "wireless")),
        is_promiscuous=bool(flags & FLAG_PROMISCUOUS),
        has_arp=not flags & FLAG_NOARP,
        has_carrier=message.get_attr("IFLA_CARRIER") == 1,
        is_managed=may_look_after(name, root),
    )


def is_root_queue(message: Any) -> bool:
    """Tell whether a message is about a queue that somebody gave to a whole interface."""
    return bool(message["handle"] and message["parent"] == 0xFFFFFFFF)


def _below(message: Any, names: Mapping[int, str]) -> str:
    """Return what an interface sits on; a veth names its other end there, which may be in another namespace."""
    is_elsewhere = message.get_attr("IFLA_LINK_NETNSID") is not None
    return "" if is_elsewhere else names.get(message.get_attr("IFLA_LINK") or 0, "")


def read_address(message: Any, names: Mapping[int, str]) -> Address:
    """Return the address that a message is about."""
    life = message.get_attr("IFA_CACHEINFO") or {}
    shown = message.get_attr("IFA_ADDRESS") or ""
    local = message.get_attr("IFA_LOCAL") or shown
    return Address(
        interface=names.get(message["index"], ""),
        family=FAMILIES[message["family"]],
        local=local,
        prefix=message["prefixlen"],
        peer=shown if shown != local else "",
        broadcast=message.get_attr("IFA_BROADCAST") or "",
        label=os.fsdecode(message.get_attr("IFA_LABEL") or ""),
        scope=message["scope"],
        flags=message.get_attr("IFA_FLAGS") or message["flags"],
        metric=message.get_attr("IFA_RT_PRIORITY") or 0,
        valid_s=life.get("ifa_valid", FOREVER_S),
        preferred_s=life.get("ifa_preferred", FOREVER_S),
    )


def _metrics(message: Any) -> Iterable[tuple[str, int]]:
    """Yield what a route says of its way, as pyroute2 takes it; an algorithm that is named is not kept."""
    for name, value in message["attrs"] if message else ():
        if isinstance(value, int):
            yield name.removeprefix("RTAX_").lower(), value


def read_routes(message: Any, names: Mapping[int, str]) -> Iterable[Route]:
    """Return the routes in a message: one for each interface over which it goes; none where it is the kernel's own business."""
    table = message.get_attr("RTA_TABLE") or message["table"]
    if table == LOCAL_TABLE or message["flags"] & CLONED or message["family"] not in FAMILIES:
        return []
    family = FAMILIES[message["family"]]
    hops = message.get_attr("RTA_MULTIPATH") or []
    over = [names.get(hop["oif"], "") for hop in hops] or [names.get(message.get_attr("RTA_OIF") or 0, "")]
    return [
        Route(
            interface=interface,
            family=family,
            destination=f"{message.get_attr('RTA_DST')}/{message['dst_len']}" if message["dst_len"] else "default",
            gateway=message.get_attr("RTA_GATEWAY") or "",
            source=message.get_attr("RTA_PREFSRC") or "",
            metric=message.get_attr("RTA_PRIORITY") or 0,
            table=table,
            protocol=message["proto"],
            scope=message["scope"],
            kind=message["type"],
            is_shared=bool(hops),
            flags=message["flags"] & 0x4,
            tos=message["tos"],
            realm=message.get_attr("RTA_FLOW") or 0,
            preference=message.get_attr("RTA_PREF") or 0,
            metrics=tuple(_metrics(message.get_attr("RTA_METRICS"))),
        )
        for interface in over
    ]
