"""Whose each packet is: a registry of the devices in the house, by MAC address.

A device is known from the first packet that it sends. Each time that more becomes known of it (a name, what kind of thing it
is) it gets a new face, and packets show the face of their moment; so nothing depends on where batches are cut.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sharky.identify.devices_device import Device
from sharky.identify.devices_facts import Fact, gather_facts
from sharky.identify.endpoints import mac_text
from sharky.identify.payloads import Numbers
from sharky.identify.text import printable
from sharky.model.columns import Columns, Labels
from sharky.model.counters import Counters
from sharky.model.devices import DeviceReport, Owned
from sharky.model.names import Face, NameTables, nobody
from sharky.model.windows import Present, PresentDevice
from sharky.tables import GrowingColumn, Keys, KeyTable, among, firsts

MOST_DEVICES = 4096
"""Devices that are told apart; a house has some dozens."""

MOST_CHANGES = 64
"""How often a device may get a new face."""

LATELY_NS = 15 * 60 * 1_000_000_000
"""Who sent anything in this time is here: what is switched on mostly speaks every few minutes (ARP, mDNS, a lease)."""

MOST_PRESENT = 48
"""Devices that are told of as being here."""

MOST_ADDRESSES = 1 << 13
"""IP addresses whose device is remembered."""

BROADCAST, MULTICAST = 1, 2
"""Indices of the faces of everybody, and of every group."""

_EVERYBODY = np.uint64((1 << 48) - 1)
_GROUP = np.uint64(1)
_POSITION_BITS = 32

Change = tuple[int, int, int]
"""Number of a device, position of a packet, and the index of the face that the device has from that packet on."""


@dataclass(frozen=True, slots=True)
class KnownDevices:
    """What is known of devices before they say anything.

    Attributes:
        owned: What the owner says, by MAC address.
        vendor_of: Finds the vendor to whom a MAC address was given, empty where none is known.
        own_macs: MAC addresses of the machine that Sharky runs on.
    """

    owned: Mapping[str, Owned] = field(default_factory=dict)
    vendor_of: Callable[[bytes], str] = nobody
    own_macs: frozenset[str] = frozenset()


class DeviceRegistry:
    """All devices that were seen to send."""

    def __init__(self, tables: NameTables, known: KnownDevices, most: int = MOST_DEVICES) -> None:
        self._known = known
        self._faces = tables.faces
        self._faces += [Face(name="broadcast", kind="broadcast"), Face(name="multicast", kind="multicast")]
        self._table = KeyTable(most)
        self._devices: list[Device] = []
        self._by_mac: dict[str, Device] = {}
        self._met_at: dict[str, int] = {}
        self._by_address: dict[bytes, Device] = {}
        self._face, self._is_router = GrowingColumn(np.int32), GrowingColumn(np.bool_)
        self._sent, self._seen_ns = GrowingColumn(np.int64, width=2), GrowingColumn(np.int64, width=2)

    @property
    def counters(self) -> Counters:
        """Packets of devices for which there was no room."""
        return Counters(devices_refused=self._table.refused)

    def reports(self) -> list[DeviceReport]:
        """Return all that is known, in the order in which devices were first seen."""
        found = []
        for device in self._devices:
            (first, last), (packets, size) = self._seen_ns.values[device.number].tolist(), self._sent.values[device.number].tolist()
            found.append(device.report((first, last), (packets, size)))
        return found

    def called(self, address: bytes) -> str:
        """Return the name of the device that used an address (16 octets) last, empty where there is none."""
        device = self._by_address.get(address)
        return device.name if device else ""

    def present(self, now_ns: int) -> Present:
        """Return who sent anything lately."""
        last_ns = self._seen_ns.reach(len(self._devices) + 1)[1:, 1]
        here = (last_ns > now_ns - LATELY_NS).nonzero()[0]
        heard_last = here[np.argsort(-last_ns[here], kind="stable")[:MOST_PRESENT]]
        return Present(len(here), tuple(self._shown(int(index), int(last_ns[index])) for index in np.sort(heard_last)))

    def _shown(self, index: int, last_ns: int) -> PresentDevice:
        face = self._faces[self._face.values[self._devices[index].number]]
        return PresentDevice(printable(face.name), face.kind, printable(face.vendor), last_ns)

    def leap(self, by_ns: int) -> None:
        """Follow a packet clock that was set forward: nobody was silent for as long."""
        self._seen_ns.values[1 : len(self._devices) + 1] += by_ns

    def label(self, columns: Columns, labels: Labels, starts: NDArray[np.intp]) -> None:
        """Fill in whose packets are, once it is known what they carry.

        Args:
            columns: The batch.
            labels: Its labels, of which the columns of devices are filled in.
            starts: Rows of packets with which flows begin.
        """
        rows, headers = _frames(columns)
        if not len(rows):
            return
        destination, source = _macs(headers)
        position = columns.position.take(rows)
        sender = self._senders(source, position)
        receiver = self._table.find(destination) + 1
        before = [self._face.reach(self._table.count + 1).take(number) for number in (sender, receiver)]
        changes = self._meet(source, sender, position, labels, rows)
        self._count(columns, rows, sender)
        changes += self._learn(columns, labels, starts, rows, sender)
        for number, face in zip((sender, receiver), before, strict=True):
            _apply(changes, number, position, face)
        before[1][destination & _GROUP != 0] = MULTICAST
        before[1][destination == _EVERYBODY] = BROADCAST
        labels.source_device[rows], labels.destination_device[rows] = before

    def _senders(self, source: Keys, position: NDArray[np.intp]) -> Numbers:
        """Return the number of the device that sent each packet, 0 for nobody; new ones are counted on in the order of capture."""
        is_device = ((source & _GROUP == 0) & (source > 0)).nonzero()[0]
        keys = source[is_device]
        number = self._table.find(keys)
        new = (number < 0).nonzero()[0]
        if len(new):
            new = new[np.argsort(position[is_device[new]])]
            number[new] = self._table.index(keys[new])
        sender = np.zeros(len(source), np.int64)
        sender[is_device] = number + 1
        return sender

    def _meet(self, source: Keys, sender: Numbers, position: NDArray[np.intp], labels: Labels, rows: NDArray[np.intp]) -> list[Change]:
        """Make the acquaintance of devices that were not seen before; those that the owner does not know are news."""
        new = (sender > len(self._devices)).nonzero()[0]
        self._met_at.clear()
        if not len(new):
            return []
        new = new[np.argsort(position[new])]
        new = new[firsts(sender[new])]
        changes = []
        for number, index in zip(sender[new].tolist(), new.tolist(), strict=True):
            mac = int(source[index]).to_bytes(8, "little")[:6]
            text = mac_text(mac)
            device = Device(number, mac, self._known.vendor_of(mac), self._known.owned.get(text, Owned()))
            if text in self._known.own_macs:
                device.take_role("this pi")
            self._devices.append(device)
            self._by_mac[text] = device
            self._met_at[text] = int(position[index])
            labels.is_new_device[rows[index]] = text not in self._known.owned and text not in self._known.own_macs
            changes.append(self._new_face(device, int(position[index])))
        return changes

    def _count(self, columns: Columns, rows: NDArray[np.intp], sender: Numbers) -> None:
        """Count what each device sends, and note when it was first and last seen."""
        count = len(self._devices) + 1
        sent, seen_ns = self._sent.reach(count), self._seen_ns.reach(count)
        time_ns = columns.time_ns.take(rows)
        sent[:, 0] += np.bincount(sender, minlength=count)
        sent[:, 1] += np.bincount(sender, columns.wire_length.take(rows), minlength=count).astype(np.int64)
        last_ns = np.zeros(count, np.int64)
        np.maximum.at(last_ns, sender, time_ns)
        fresh = ((seen_ns[:, 0] == 0) & (last_ns > 0)).nonzero()[0]
        seen_ns[:, 1] = np.maximum(seen_ns[:, 1], last_ns)
        if len(fresh):
            first_ns = np.full(count, np.iinfo(np.int64).max)
            np.minimum.at(first_ns, sender, time_ns)
            seen_ns[fresh, 0] = first_ns[fresh]

    def _learn(self, columns: Columns, labels: Labels, starts: NDArray[np.intp], rows: NDArray[np.intp], sender: Numbers) -> list[Change]:
        """Go through what a batch tells, in the order of capture; return which devices change, and where."""
        sender_of_row = np.zeros(len(columns), np.int64)
        sender_of_row[rows] = sender
        changes = []
        for fact in gather_facts(columns, labels, starts, sender_of_row, self._is_router.reach(len(self._devices) + 1)):
            device = self._meant(fact)
            may_change = device and self._take(device, fact) and device.changes < MOST_CHANGES
            if device and may_change and device.face() != self._faces[self._face.values[device.number]]:
                changes.append(self._new_face(device, fact.position))
        return changes

    def _meant(self, fact: Fact) -> Device | None:
        """Return the device of which something is told; one that sends only later in the batch is not known yet."""
        if fact.mac:
            if self._met_at.get(fact.mac, 0) > fact.position:
                return None
            return self._by_mac.get(fact.mac)
        if fact.address and fact.kind != "address":
            return self._by_address.get(fact.address)
        return self._devices[fact.number - 1]

    def _take(self, device: Device, fact: Fact) -> bool:
        """Take note of a fact; return whether it may give the device another face."""
        if fact.kind == "role":
            self._is_router.values[device.number] |= fact.text == "router"
            return device.take_role(fact.text)
        if fact.kind != "address":
            return device.hear(fact.kind, fact.text)
        device.use(fact.address, fact.time_ns)
        if len(self._by_address) < MOST_ADDRESSES or fact.address in self._by_address:
            self._by_address[fact.address] = device
        return False

    def _new_face(self, device: Device, position: int) -> Change:
        device.changes += 1
        self._face.values[device.number] = len(self._faces)
        self._faces.append(device.face())
        return device.number, position, len(self._faces) - 1


def _frames(columns: Columns) -> tuple[NDArray[np.intp], NDArray[np.void]]:
    """Return the rows of Ethernet packets, and their outermost headers."""
    every_row, every_header = [], []
    for place in columns.headers.get("eth", ()):
        rows, headers = np.arange(len(columns))[place.rows], place.octets
        is_outer = place.offset == columns.offset.take(rows)
        if not is_outer.all():
            rows, headers = rows[is_outer], headers[is_outer]
        every_row.append(rows)
        every_header.append(headers)
    if not every_row:
        return np.empty(0, np.intp), np.empty(0, np.void)
    return np.concatenate(every_row), np.concatenate(every_header)


def _macs(headers: NDArray[np.void]) -> tuple[Keys, Keys]:
    """Return destination and source of Ethernet headers as numbers whose lowest octet is the first one."""
    words = np.ndarray((len(headers), 3), "<u4", headers, 0, (headers.itemsize, 4)).astype(np.uint64)
    half, low = np.uint64(16), np.uint64(0xFFFF)
    return words[:, 0] | (words[:, 1] & low) << np.uint64(32), words[:, 1] >> half | words[:, 2] << half


def _apply(changes: list[Change], number: Numbers, position: NDArray[np.intp], face: NDArray[np.int32]) -> None:
    """Give packets the faces that their devices have from some packet of the batch on."""
    if not changes:
        return
    changed, since, faces = np.array(sorted(changes), np.int64).T
    later = among(number, changed).nonzero()[0]
    last = np.searchsorted((changed << _POSITION_BITS) + since, (number[later] << _POSITION_BITS) + position[later], side="right") - 1
    has_changed = (last >= 0) & (changed.take(last, mode="clip") == number[later])
    face[later[has_changed]] = faces[last[has_changed]]
