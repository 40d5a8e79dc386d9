"""What packets carry: everything that parses payload, on payloads that lie, each packet within a bound of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from struct import Struct, pack

from sharky.dissect import dissect
from sharky.identify import endpoints
from sharky.identify.dhcp_options import parse_dhcp
from sharky.identify.dns_message import parse_dns
from sharky.identify.identifier import Identifier
from sharky.identify.info import info
from sharky.identify.netbios_names import decode_netbios_name
from sharky.identify.tls_hello import parse_client_hello, records
from sharky.model.protocols import ProtocolTree
from tests.fuzz.targets.packets import MOST_PACKETS, Piece, batch

MOST_NS = 10_000_000
"""How long one packet may take at most."""

PORTS = (53, 5353, 5355, 137, 138, 67, 68, 546, 547, 123, 161, 1900, 3702, 80, 443, 853, 22, 23, 21, 25, 143, 110, 445, 139, 1883, 5683)
PORTS += (5060, 554, 3478, 6881, 51820, 500, 4500, 1701, 514, 69, 1812, 319, 6667, 5222, 3389, 5900, 179, 8080, 50000, 40000)
HEAD = Struct(">BH")
TCP, UDP = 6, 17
ADDRESSES = bytes([10, 0, 0, 1, 10, 0, 0, 2])
LINKTYPE_RAW_IP = 101


def check_names(octets: bytes) -> None:
    """Identify packets, describe each, and give their payloads to each parser by itself."""
    payloads = _payloads(octets)
    packets = [_packet(choice, payload) for choice, payload in payloads]
    count = max(1, len(packets))
    _bounded(partial(_describe, packets), count)
    for _, payload in payloads:
        _bounded(partial(_parse, payload))


def _payloads(octets: bytes) -> list[tuple[int, bytes]]:
    """Take octets apart: for each payload the choice of a port and a direction, a length, and itself."""
    found: list[tuple[int, bytes]] = []
    place = 0
    while place + HEAD.size <= len(octets) and len(found) < MOST_PACKETS:
        choice, size = HEAD.unpack_from(octets, place)
        found.append((choice, octets[place + HEAD.size :][:size]))
        place += HEAD.size + size
    return found


def _packet(choice: int, payload: bytes) -> Piece:
    """Put headers before a payload."""
    port = PORTS[choice % len(PORTS)]
    is_tcp, is_answer = choice // len(PORTS) % 2, choice // len(PORTS) // 2 % 2
    ports = (port, 50001) if is_answer else (50001, port)
    transport = (
        pack(">HHIIBBHHH", *ports, 1, 1, 0x50, 0x18, 1024, 0, 0) if is_tcp else pack(">HHHH", *ports, (8 + len(payload)) & 0xFFFF, 0)
    )
    size = (20 + len(transport) + len(payload)) & 0xFFFF
    addresses = ADDRESSES[4:] + ADDRESSES[:4] if is_answer else ADDRESSES
    header = pack(">BBHHHBBH", 0x45, 0, size, 1, 0, 64, TCP if is_tcp else UDP, 0) + addresses
    whole = header + transport + payload
    return LINKTYPE_RAW_IP, len(whole), whole


def _describe(packets: list[Piece]) -> None:
    tree = ProtocolTree()
    identifier = Identifier(tree, most_flows=64)
    columns = dissect(batch(packets), tree)
    labels = identifier.identify(columns)
    assert len(labels.path) == len(labels.flow) == len(packets)
    for row in range(len(packets)):
        said = info(columns, labels, row)
        assert said.isprintable()
        assert len(said) < 1000
        endpoints(columns, row)


def _parse(payload: bytes) -> None:
    parse_dns(payload)
    parse_dhcp(payload)
    parse_client_hello(payload)
    for _, content in records(payload):
        parse_client_hello(content)
    decode_netbios_name(payload.decode("latin-1"))


def _bounded(work: Callable[[], None], packets: int = 1) -> None:
    """Do something, and fail where it took too long; what else runs on the machine is not its fault, so a slow one may try again."""
    spent = []
    for _ in range(4):
        begin = time.process_time_ns()
        work()
        spent.append(time.process_time_ns() - begin)
        if spent[-1] < MOST_NS * packets:
            return
    raise AssertionError(f"{packets} packets took {min(spent) / 1e6:.1f} ms")
