"""Whose packets are: devices, their names, kinds and addresses."""

from __future__ import annotations

from dataclasses import replace
from struct import pack

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sharky.dissect import dissect
from sharky.identify.devices import MOST_CHANGES, KnownDevices
from sharky.identify.devices_device import LONGEST_NAME, MOST_ADDRESSES, MOST_NAMES, Device
from sharky.identify.identifier import Identifier
from sharky.model.devices import DeviceReport, Owned
from sharky.model.protocols import ProtocolTree
from tests.unit.dissect.builder import Packet, batch, ip, ipv6
from tests.unit.dissect.builder import udp as udp_header

PHONE, PRINTER, ROUTER = "da:a1:19:5e:0b:42", "3c:2a:f4:77:10:53", "3c:a6:2f:51:7e:01"
EVERYBODY, GROUP = "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb"
MAKERS = {PRINTER[:8]: "Brother Industries, LTD.", ROUTER[:8]: "AVM GmbH"}
HOST, OUTSIDE = "192.168.1.20", "198.51.100.7"


def vendor_of(mac: bytes) -> str:
    return MAKERS.get(mac[:3].hex(":"), "")


def frame(source: str, destination: str, ethertype: int, payload: bytes) -> bytes:
    return bytes.fromhex((destination + source).replace(":", "")) + pack(">H", ethertype) + payload


def udp(
    source: str, destination: str, payload: bytes = b"", ends: tuple[str, str] = (HOST, OUTSIDE), ports: tuple[int, int] = (40_000, 4000)
) -> bytes:
    return frame(source, destination, 0x0800, ip(17, udp_header(*ports, payload), ends=ends))


def arp(source: str, address: str) -> bytes:
    packed = bytes(map(int, address.split(".")))
    return frame(source, EVERYBODY, 0x0806, bytes.fromhex("0001080006040001" + source.replace(":", "")) + packed + bytes(6) + packed)


def dhcp(source: str, *options: tuple[int, bytes]) -> bytes:
    message = b"\x01\x01\x06\x00" + bytes(24) + bytes.fromhex(source.replace(":", "")) + bytes(202) + b"\x63\x82\x53\x63"
    message += b"".join(bytes([code, len(value)]) + value for code, value in options) + b"\xff"
    return udp(source, EVERYBODY, message, ("0.0.0.0", "255.255.255.255"), (68, 67))


def name_of(text: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def mdns(source: str, *records: tuple[str, int, bytes], address: str = HOST) -> bytes:
    message = pack(">HHHHHH", 0, 0x8400, 0, len(records), 0, 0)
    message += b"".join(name_of(name) + pack(">HHIH", kind, 1, 120, len(value)) + value for name, kind, value in records)
    return udp(source, GROUP, message, (address, "224.0.0.251"), (5353, 5353))


def see(
    *packets: bytes, known: KnownDevices | None = None, apart: bool = False
) -> tuple[list[tuple[str, str]], list[bool], list[DeviceReport]]:
    """Return sender and receiver of each packet, which of them introduce a device, and all devices."""
    tree = ProtocolTree()
    identifier = Identifier(tree, known_devices=known or KnownDevices(vendor_of=vendor_of))
    pairs, news = [], []
    for one in [[packet] for packet in packets] if apart else [list(packets)]:
        first = len(pairs) + 1
        whole = batch([Packet(packet) for packet in one])
        times = (first + np.arange(len(one))) * 1_000_000_000
        columns = dissect(replace(whole, first_number=first, time_ns=times), tree)
        labels = identifier.identify(columns)
        faces = labels.names.faces
        for row in np.argsort(columns.position).tolist():
            pairs.append((faces[labels.source_device[row]].name, faces[labels.destination_device[row]].name))
            news.append(bool(labels.is_new_device[row]))
    return pairs, news, identifier.devices()


def test_packets_show_the_names_that_are_known_at_their_moment_wherever_batches_are_cut() -> None:
    packets = (
        udp(PHONE, ROUTER),
        udp(ROUTER, PHONE, ends=("192.168.1.1", HOST)),
        dhcp(PHONE, (53, b"\x03"), (12, b"Annas-Phone")),
        udp(PHONE, ROUTER, b"x"),
        udp(ROUTER, PHONE, b"x", ends=(OUTSIDE, HOST), ports=(4000, 40_000)),
    )
    pairs, news, _ = see(*packets)
    assert pairs == [
        ("private address 5e:0b:42", ""),
        ("AVM 51:7e:01", "private address 5e:0b:42"),
        ("Annas-Phone", "broadcast"),
        ("Annas-Phone", "AVM 51:7e:01"),
        ("router 51:7e:01", "Annas-Phone"),
    ]
    assert news == [True, True, False, False, False]
    assert see(*packets, apart=True)[:2] == (pairs, news)


def test_devices_are_counted_in_the_order_of_capture_wherever_batches_are_cut() -> None:
    packets = (arp(PRINTER, HOST), frame(PHONE, ROUTER, 0x86DD, ipv6(59)), udp(ROUTER, PHONE))
    for apart in (False, True):
        assert [device.mac for device in see(*packets, apart=apart)[2]] == [PRINTER, PHONE, ROUTER]


def test_only_the_frames_of_the_link_itself_are_sent_by_devices() -> None:
    inner = frame(PHONE, ROUTER, 0x0800, ip(17, udp_header(1, 2)))
    tunnelled = ip(17, udp_header(4789, 4789, b"\x08" + bytes(7) + inner))
    identifier = Identifier(ProtocolTree())
    assert not identifier.identify(dissect(batch([Packet(tunnelled, linktype=101)]), ProtocolTree())).source_device.any()


def test_the_owners_name_wins_and_a_device_that_the_owner_knows_is_no_news() -> None:
    known = KnownDevices({PHONE: Owned("Anna's phone", "phone")}, vendor_of)
    pairs, news, (device,) = see(dhcp(PHONE, (12, b"android-1234")), known=known)
    assert (pairs[0][0], news) == ("Anna's phone", [False])
    assert (device.name, device.kind, device.confidence, device.names) == ("Anna's phone", "phone", 1.0, (("dhcp_host", "android-1234"),))


def test_a_printer_is_known_by_what_it_offers_and_who_made_it() -> None:
    _, _, (device,) = see(
        mdns(PRINTER, ("_ipp._tcp.local", 12, name_of("Office._ipp._tcp.local")), ("office.local", 1, bytes([192, 168, 1, 20])))
    )
    assert (device.kind, device.vendor, device.name) == ("printer", "Brother Industries, LTD.", "office")
    assert device.confidence > 0.9
    assert device.evidence == ("service _ipp._tcp", "vendor Brother Industries, LTD.")


def test_who_passes_on_what_comes_from_outside_is_the_router_and_has_not_said_it() -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\nUser-Agent: iPhone\r\n\r\n"
    segment = pack(">HHIIBBHHH", 40_000, 80, 1, 1, 0x50, 0x18, 1024, 0, 0) + request
    _, _, (device,) = see(frame(ROUTER, PHONE, 0x0800, ip(6, segment, ends=(OUTSIDE, HOST))))
    assert device.kind == "router"
    assert device.evidence[0] == "role router"


def test_who_advertises_itself_as_a_router_is_one() -> None:
    advertisement = ipv6(58, b"\x86\0\0\0\x40\0\x07\x08" + bytes(8), ends=("fe80::1", "ff02::1"))
    _, _, (device,) = see(frame(ROUTER, "33:33:00:00:00:01", 0x86DD, advertisement))
    assert device.kind == "router"


def test_addresses_are_bound_to_devices_over_time() -> None:
    packets = (arp(PHONE, "192.168.1.20"), arp(PRINTER, "192.168.1.21"), arp(PHONE, "192.168.1.22"))
    _, _, (phone, printer) = see(*packets, apart=True)
    assert [(use.address, use.first_ns, use.last_ns) for use in phone.addresses] == [
        ("192.168.1.22", 3_000_000_000, 3_000_000_000),
        ("192.168.1.20", 1_000_000_000, 1_000_000_000),
    ]
    assert [use.address for use in printer.addresses] == ["192.168.1.21"]
    assert (phone.first_ns, phone.last_ns, phone.packets, phone.bytes) == (1_000_000_000, 3_000_000_000, 2, 84)


def test_from_when_to_when_an_address_was_used_is_the_same_wherever_batches_are_cut() -> None:
    flows = [udp(PHONE, ROUTER, b"x", ports=(port, 53)) for port in range(4000, 4004)]
    packets = (arp(PHONE, HOST), arp(PHONE, "192.168.1.22"), arp(PHONE, HOST), *flows, arp(PHONE, "192.168.1.22"))
    assert see(*packets)[2] == see(*packets, apart=True)[2]


def test_a_name_that_is_said_of_an_address_belongs_to_the_device_that_has_it() -> None:
    answer = mdns(ROUTER, ("annas-phone.local", 1, bytes([192, 168, 1, 20])), address="192.168.1.1")
    pairs, _, _ = see(arp(PHONE, "192.168.1.20"), answer, udp(PHONE, ROUTER))
    assert pairs[2] == ("annas-phone", "AVM 51:7e:01")


def test_an_address_is_called_as_its_device_and_else_as_the_server_that_was_looked_up() -> None:
    answer = bytes.fromhex("beef81800001000100000000") + name_of("www.example") + pack(">HH", 1, 1)
    answer += b"\xc0\x0c" + pack(">HHIH", 1, 1, 120, 4) + bytes(map(int, OUTSIDE.split(".")))
    packets = [
        arp(PRINTER, HOST),
        udp(ROUTER, PRINTER, answer, ends=("192.168.1.1", HOST), ports=(53, 40_000)),
        dhcp(PRINTER, (12, b"a\xe2\x80\xaeb")),
    ]
    identifier, now_ns = Identifier(tree := ProtocolTree()), int(batch([Packet(packets[0])]).time_ns[0])
    identifier.identify(dissect(batch([Packet(packet) for packet in packets]), tree))
    called = [identifier.called(bytes(map(int, address.split("."))), now_ns) for address in (HOST, OUTSIDE, "203.0.113.9")]
    assert called == ["a\\u202eb", "www.example", ""]


def test_who_was_heard_in_the_last_quarter_of_an_hour_is_here() -> None:
    identifier = Identifier(tree := ProtocolTree())
    for second, packet in ((1, arp(PRINTER, HOST)), (1000, udp(PHONE, ROUTER)), (1200, dhcp(PHONE, (12, b"a\xe2\x80\xaeb")))):
        one = batch([Packet(packet)])
        identifier.identify(dissect(replace(one, time_ns=np.array([second * 10**9])), tree))
    shown = identifier.present(1500 * 10**9)
    assert (shown.count, [(device.name, device.last_ns) for device in shown.devices]) == (1, [("a\\u202eb", 1200 * 10**9)])
    identifier.leap(3600 * 10**9)
    assert identifier.present((3600 + 900) * 10**9).count == 2


def test_groups_are_not_devices() -> None:
    pairs, _, devices = see(udp(PHONE, GROUP), udp(GROUP, PHONE))
    assert pairs == [("private address 5e:0b:42", "multicast"), ("", "private address 5e:0b:42")]
    assert [device.mac for device in devices] == [PHONE]
    assert (devices[0].is_private, devices[0].vendor) == (True, "")


def test_this_pi_is_known_as_such() -> None:
    pairs, news, _ = see(udp(PRINTER, ROUTER), known=KnownDevices(own_macs=frozenset([PRINTER])))
    assert (pairs[0][0], news) == ("this Pi", [False])


def test_a_switch_says_its_name_right_above_the_link() -> None:
    lldp = b"\x02\x07\x04" + bytes(6) + b"\x04\x02\x07x\x06\x02\x00\x78\x0a\x06closet\x0c\x06switch\x00\x00"
    _, _, (device,) = see(frame(PRINTER, "01:80:c2:00:00:0e", 0x88CC, lldp))
    assert (device.name, device.names) == ("closet", (("lldp_name", "closet"),))


def test_what_is_kept_of_a_device_is_bounded() -> None:
    device = Device(1, bytes(6), "", Owned())
    for number in range(1000):
        device.hear("dhcp_host", f"{number}" + "x" * 1_000_000)
        device.use(number.to_bytes(16), number)
    report = device.report((0, 0), (0, 0))
    assert len(report.names) == MOST_NAMES
    assert max(len(name) for _, name in report.names) == LONGEST_NAME
    assert len(report.addresses) == MOST_ADDRESSES
    assert report.addresses[0].last_ns == 999


def test_a_device_that_changes_its_name_without_end_keeps_one_face_at_last() -> None:
    packets = [dhcp(PHONE, (12, b"name%d" % number)) for number in range(3 * MOST_CHANGES)]
    tree = ProtocolTree()
    labels = Identifier(tree).identify(dissect(batch([Packet(packet) for packet in packets]), tree))
    assert len(labels.names.faces) <= MOST_CHANGES + 3


def test_more_devices_than_there_is_room_for_are_counted() -> None:
    tree = ProtocolTree()
    identifier = Identifier(tree)
    flood = [Packet(udp(f"02:00:00:00:{number >> 8:02x}:{number & 255:02x}", ROUTER)) for number in range(5000)]
    identifier.identify(dissect(batch(flood), tree))
    assert identifier.counters["devices_refused"] == 5000 - 4096
    assert len(identifier.devices()) == 4096


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([PHONE, PRINTER, GROUP]), st.binary(max_size=60), st.integers(0, 60)), min_size=1, max_size=5))
def test_no_packet_is_too_strange_for_the_registry(parts: list[tuple[str, bytes, int]]) -> None:
    sane = mdns(PRINTER, ("_ipp._tcp.local", 12, name_of("a._ipp._tcp.local")), ("a.local", 16, b"\x05fn=xy"))
    packets = [frame(source, EVERYBODY, 0x0800, sane[14 : 14 + cut] + octets) for source, octets, cut in parts]
    packets += [dhcp(source, (12, octets), (81, octets), (60, octets)) for source, octets, _ in parts]
    pairs, news, _ = see(*packets)
    assert (pairs, news) == see(*packets, apart=True)[:2]
