"""Devices of the house, as a report tells of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Owned:
    """What the owner says of a device, which counts more than what it says itself.

    Attributes:
        name: What to call it; empty where the owner leaves that to the device.
        kind: What it is; empty where the owner leaves that to the evidence.
    """

    name: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class AddressUse:
    """An IP address that a device had.

    Attributes:
        address: As text.
        first_ns, last_ns: Packet times between which the device was seen with it.
    """

    address: str
    first_ns: int
    last_ns: int


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """All that is known of one device.

    Attributes:
        number: Counted from 1 in the order in which devices were first seen.
        mac: Its hardware address.
        name: The best of its names; never empty.
        vendor: Who made it; empty where that is not known.
        is_private: Whether it made its address up, as phones do.
        kind: What it is; empty where nothing tells.
        confidence: In the kind, from 0 to 1.
        evidence: What speaks for the kind, the strongest first.
        names: Where each name stood, and the name.
        addresses: Its IP addresses, the latest first.
        first_ns, last_ns: Packet times at which it was first and last seen to send.
        packets, bytes: What it sent.
    """

    number: int
    mac: str
    name: str
    vendor: str
    is_private: bool
    kind: str
    confidence: float
    evidence: tuple[str, ...]
    names: tuple[tuple[str, str], ...]
    addresses: tuple[AddressUse, ...]
    first_ns: int
    last_ns: int
    packets: int
    bytes: int
