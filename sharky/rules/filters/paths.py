"""The layers of a packet as Wireshark writes them in frame.protocols, with what it counts as layers beside ours."""

from __future__ import annotations

ETHERTYPE = "ethertype"
TYPED = ("eth", "vlan", "ieee8021ad", "sll")
"""Protocols behind whose header an EtherType says what comes next; not where LLC does."""

RADIO = "wlan_radio"
"""What the headers of a receiver say of the radio, whichever they are."""

TWICE = ("igmp",)
"""Protocols whose versions count as layers of the same name."""


def written_path(path: str) -> str:
    """Return the layers of a packet as Wireshark writes them.

    >>> written_path("eth:vlan:ip:igmp"), written_path("radiotap:wlan"), written_path("eth:llc:stp")
    ('eth:ethertype:vlan:ethertype:ip:igmp:igmp', 'radiotap:wlan_radio:wlan', 'eth:llc:stp')
    """
    names: list[str] = []
    for name in path.split(":"):
        if names and names[-1] in TYPED and name != "llc":
            names.append(ETHERTYPE)
        if names and name == "wlan":
            names.append(RADIO)
        names += [name, name] if name in TWICE else [name]
    return ":".join(names)
