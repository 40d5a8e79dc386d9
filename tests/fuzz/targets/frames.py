"""How a fuzzer's octets become frames that carry them where names are read: behind UDP and TCP ports, in sealed Initials, in LLDP."""

from __future__ import annotations

from struct import Struct, pack

from sharky.model.packets import LINKTYPE_ETHERNET
from tests.fuzz.targets.packets import MOST_PACKETS, Piece
from tests.unit.dissect.builder import tcp, udp
from tests.unit.quic.sealing import crypto, initial

PORTS = (53, 5353, 5355, 137, 138, 67, 68, 546, 547, 123, 161, 1900, 3702, 80, 443, 853, 22, 23, 21, 25, 143, 110, 445, 139, 1883, 5683)
PORTS += (5060, 554, 3478, 6881, 51820, 500, 4500, 1701, 514, 69, 1812, 319, 6667, 5222, 3389, 5900, 179, 8080, 50000, 40000)
OTHER_PORT = 50001
TCP, UDP = 6, 17
BY_PORT = 4 * len(PORTS)
"""Choices below this one are a port, over UDP or TCP, as question or as answer."""

SEALED, PART_OF_HELLO, LLDP, CDP, NEIGHBOUR, ARP = range(BY_PORT, BY_PORT + 6)
"""What the choices behind stand for; all others are whole frames."""

BELOW_IP = {LLDP: (0x88CC, b""), CDP: (0, b"\xaa\xaa\x03\0\0\x0c\x20\0"), ARP: (0x0806, b"")}
"""Ethertype, or 0 where a length stands in its place, and what comes before the payload."""

HEAD = Struct(">BH")
HOUSE, SERVER = b"\x02\0\0\0\0\1", b"\x02\0\0\0\0\2"
ADDRESSES = (bytes([93, 184, 216, 34]), bytes([192, 168, 1, 7]))
LONGEST_SEALED = 1100

Payload = tuple[int, bytes]
"""A choice, and what the fuzzer wants carried."""


def payloads(octets: bytes) -> list[Payload]:
    """Take octets apart: for each payload a choice, a length, and itself."""
    found: list[Payload] = []
    place = 0
    while place + HEAD.size <= len(octets) and len(found) < MOST_PACKETS:
        choice, size = HEAD.unpack_from(octets, place)
        found.append((choice, octets[place + HEAD.size :][:size]))
        place += HEAD.size + size
    return found


def pack_payloads(*wanted: Payload) -> bytes:
    """Put payloads together so that `payloads` takes them apart again."""
    return b"".join(HEAD.pack(choice, len(octets)) + octets for choice, octets in wanted)


def frames(wanted: list[Payload]) -> list[Piece]:
    """Return a frame for each payload; TCP counts on within each direction."""
    sequences: dict[int, int] = {}
    made: list[Piece] = []
    for choice, payload in wanted:
        octets = _frame(choice, payload, sequences.get(choice, 1))
        sequences[choice] = sequences.get(choice, 1) + len(payload)
        made.append((LINKTYPE_ETHERNET, len(octets), octets))
    return made


def _frame(choice: int, payload: bytes, sequence: int) -> bytes:
    """Return a frame that carries a payload as its choice says."""
    if choice < BY_PORT:
        return _by_port(choice, payload, sequence)
    if choice in (SEALED, PART_OF_HELLO):
        sealed = payload[:LONGEST_SEALED]
        return _ip(UDP, udp(OTHER_PORT, 443, initial(sealed if choice == SEALED else crypto(sequence - 1 & 0x3FFF, sealed))))
    if choice == NEIGHBOUR:
        return _eth(0x86DD, pack(">IHBB", 0x60000000, len(payload), 58, 255) + bytes(32) + payload)
    ethertype, head = BELOW_IP.get(choice, (0, b""))
    return _eth(ethertype or len(head + payload) & 0x5FF, head + payload) if choice in BELOW_IP else payload


def _by_port(choice: int, payload: bytes, sequence: int) -> bytes:
    is_tcp, is_answer = bool(choice // len(PORTS) % 2), bool(choice // len(PORTS) // 2)
    source, destination = (PORTS[choice % len(PORTS)], OTHER_PORT)[:: 1 if is_answer else -1]
    if not is_tcp:
        return _ip(UDP, udp(source, destination, payload), is_answer=is_answer)
    segment = tcp(source, destination, payload)
    return _ip(TCP, segment[:4] + pack(">I", sequence) + segment[8:], is_answer=is_answer)


def _ip(protocol: int, payload: bytes, *, is_answer: bool = False) -> bytes:
    ends = ADDRESSES[:: 1 if is_answer else -1]
    head = pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0) + b"".join(ends)
    return _eth(0x0800, head + payload, is_answer=is_answer)


def _eth(ethertype: int, payload: bytes, *, is_answer: bool = False) -> bytes:
    return (HOUSE + SERVER if is_answer else SERVER + HOUSE) + pack(">H", ethertype) + payload
