"""Held against tshark: which flows are the media that another flow has announced."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Packet, Raw
from scapy.utils import wrpcap

from tests.oracle.test_layer7 import above_transport, our_paths, tshark_paths

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")

SDP = b"v=0\r\no=- 1 1 IN IP4 10.0.0.5\r\ns=-\r\nc=IN IP4 10.0.0.5\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n"
MEDIA = b"\x80\0\0\1\0\0\0\xa0\x11\x22\x33\x44" + b"\xd5" * 160
CONTROL = b"\x80\xc9\0\7" + bytes(29)
"""Not of a length that tells it by itself."""
MEGACO = b"MEGACO/1 [10.0.0.1]:2944\r\nReply=1{Context=1{Add=a/1{Media{Stream=1{Local{\r\n%b}}}}}}\r\n"


def sip(head: bytes, body: bytes) -> bytes:
    lines = b"%b SIP/2.0\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\nContent-Length: %d\r\n\r\n" % (head, len(body))
    return lines + body


ANNOUNCED: dict[str, tuple[str, int, bytes]] = {
    "SIP": ("udp", 5060, sip(b"INVITE sip:a@b", SDP)),
    "SIP to a number": ("udp", 5060, sip(b"INVITE tel:+1234", SDP)),
    "SIP early": ("udp", 5060, sip(b"PRACK sip:a@b", SDP)),
    "SIP over TCP": ("tcp", 5060, sip(b"UPDATE sip:a@b", SDP)),
    "own address": ("udp", 5060, sip(b"INVITE sip:a@b", SDP.replace(b"10.0.0.5\r\nt", b"10.0.0.9\r\nt") + b"c=IN IP4 10.0.0.5\r\n")),
    "text": ("udp", 5060, sip(b"INVITE sip:a@b", SDP.replace(b"audio", b"text"))),
    "protected": ("udp", 5060, sip(b"INVITE sip:a@b", SDP.replace(b"RTP/AVP", b"UDP/TLS/RTP/SAVPF"))),
    "ports": ("udp", 5060, sip(b"INVITE sip:a@b", SDP.replace(b"5004", b"5004/2"))),
    "control": ("udp", 5060, sip(b"INVITE sip:a@b", SDP + b"a=rtcp:6000\r\n")),
    "MGCP": ("udp", 2427, b"CRCX 1204 aaln/1@rgw.net MGCP 1.0\r\nC: A3\r\n\r\n" + SDP),
    "MGCP answer": ("udp", 2727, b"200 1204 OK\r\nI: FDE\r\n\r\n" + SDP),
    "Megaco": ("udp", 2944, MEGACO % SDP),
    "SAP": ("udp", 9875, b"\x20\0\x12\x34\x0a\0\0\1application/sdp\0" + SDP),
    "telephone": ("tcp", 2000, bytes.fromhex("14000000 00000000 22000000 00000000 0a000005 8c130000 01000000")),
    "newer telephone": (
        "tcp",
        2000,
        bytes.fromhex("24000000 16000000 22000000 00000000 00000000 0a000005" + "00" * 12 + "8c130000 01000000"),
    ),
    "telephone that is told": ("tcp", 2000, bytes.fromhex("50000000 0b000000 8a000000 01000000 02000000 0a000005 8c130000") + bytes(60)),
}


OTHERS = [b"audio 5004 TCP/RTP/AVP 0", b"audio 5004 udp 0", b"image 5004 udptl t38", b"image 5004 TCP t38", b"control 5004 UDP/BFCP *"]


def packets(transport: str, port: int, octets: bytes) -> list[Packet]:
    head = UDP(sport=40_000, dport=port) if transport == "udp" else TCP(sport=40_000, dport=port, flags="PA", seq=1000)
    heard = [(MEDIA, 5004), (CONTROL, 5005), (CONTROL, 6000), (MEDIA, 5008)]
    media = [Ether() / IP(src="10.0.0.7", dst="10.0.0.5") / UDP(sport=4000, dport=to) / Raw(said) for said, to in heard]
    return [Ether() / IP(src="10.0.0.1", dst="10.0.0.2") / head / Raw(octets), *media]


@pytest.mark.parametrize("name", ANNOUNCED)
def test_media_are_known_from_what_announces_them(name: str, tmp_path: Path) -> None:
    path = tmp_path / "call.pcap"
    wrpcap(str(path), packets(*ANNOUNCED[name]))
    theirs = [above_transport(one) for one in tshark_paths(path)]
    assert theirs[1] == "rtp"
    assert [above_transport(one) for one in our_paths(path)[0]] == theirs


@pytest.mark.parametrize("media", OTHERS)
def test_what_carries_media_tells_them(media: bytes, tmp_path: Path) -> None:
    path = tmp_path / "call.pcap"
    said = sip(b"INVITE sip:a@b", SDP.replace(b"audio 5004 RTP/AVP 0", media))
    wrpcap(str(path), packets("udp", 5060, said)[:2])
    assert [above_transport(one) or "data" for one in our_paths(path)[0]] == [above_transport(one) for one in tshark_paths(path)]
