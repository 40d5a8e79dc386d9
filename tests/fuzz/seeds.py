"""Where a fuzzer starts: small sound inputs of every kind, for each target."""

from __future__ import annotations

import base64
import gzip
import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from sharky.model.packets import LINKTYPE_ETHERNET
from tests.fuzz.targets.frames import ARP, CDP, LLDP, NEIGHBOUR, PART_OF_HELLO, PORTS, SEALED, pack_payloads
from tests.fuzz.targets.lights import DIVIDE
from tests.fuzz.targets.packets import LINKTYPES, pack
from tests.oracle.built import links, wireless
from tests.unit.capture import builder as files
from tests.unit.dissect.examples import FRAME, FRAMES, LINKS, TUNNELS
from tests.unit.quic.sealing import crypto

ROOT = Path(__file__).resolve().parents[2]
LINKTYPE_802_11 = 105
DNS = (
    b"\0\1\x81\x80\0\1\0\2\0\0\0\0\3www\7example\3com\0\0\1\0\1"
    b"\xc0\x0c\0\5\0\1\0\0\0\x3c\0\2\xc0\x10\xc0\x10\0\1\0\1\0\0\0\x3c\0\4\x5d\xb8\xd8\x22"
)
HELLO = (
    b"\x16\3\1\0\x52\1\0\0\x4e\3\3" + bytes(32) + b"\0\0\2\x13\1\1\0\0\x23\0\0\0\x10\0\x0e\0\0\x0bexample.com\0\x10\0\x0b\0\x09\x08http/1.1"
)
DHCP = b"\1\1\6\0\x12\x34\x56\x78" + bytes(228) + b"\x63\x82\x53\x63\x35\1\1\x0c\5phone\x3c\4test\x51\x08\0\0\0house\xff"
LOGIN = b"NTLMSSP\0\3\0\0\0" + bytes(32) + b"\4\0\4\0\x40\0\0\0" + bytes(8) + b"\1\0\0\0P\0C\0"
LINES = (
    b"GET / HTTP/1.1\r\nHost: example.com\r\nUser-Agent: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nAuthorization: NTLM " + base64.b64encode(LOGIN) + b"\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\n\r\n",
    b'M-SEARCH * HTTP/1.1\r\nMAN: "ssdp:discover"\r\n\r\n',
    b"SIP/2.0 200 OK\r\n\r\n",
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"\x10\x0f\0\4MQTT\4\2\0\x3c\0\3abc",
)
FILTERS = (
    "tcp.port == 443 and not ip.src == 10.0.0.0/8",
    "dns or (udp && eth.addr == 02:00:00:00:00:01)",
    "frame.len > 100 || ipv6.addr in {2001:db8::1, ::1}",
    "tcp.flags.syn == 1 xor vlan",
    "ip.addr != 1.2.3.4 && tcp.port in {80, 8000..8080}",
)


def seeds(target: str) -> list[bytes]:
    """Return what the fuzzing of a target starts with."""
    return list(_SEEDS[target]())


def _readers() -> Iterator[bytes]:
    packets = [FRAME, b"", FRAME[:20]]
    for order in "<>":
        yield files.pcap(packets, order)
        yield files.pcap(packets, order, magic=0xA1B23C4D)
        blocks = [files.interface(order=order, options=files.option(9, b"\x09", order)), files.enhanced(FRAME, order=order)]
        blocks += [
            files.simple(FRAME, order),
            files.obsolete(FRAME, order=order),
            files.block(4, bytes(4), order),
            files.block(0xBAD, b"abcd", order),
        ]
        yield files.section(order) + b"".join(blocks)
        yield files.section(order) + b"".join(blocks) + files.section("<>"[order == "<"]) + files.interface(101, "<>"[order == "<"])
    yield b"snoop\0\0\0" + struct.pack(">IIIIIIII", 2, 4, len(FRAME), len(FRAME), 24 + len(FRAME), 0, 1, 2) + FRAME
    yield gzip.compress(files.pcap(packets), mtime=0)
    yield files.pcap(packets)[:-5]


def _dissector() -> Iterator[bytes]:
    for octets in TUNNELS.values():
        yield pack([(LINKTYPE_ETHERNET, octets)])
    for packet in LINKS.values():
        yield pack([packet])
    for octets, _ in FRAMES.values():
        yield pack([(LINKTYPE_802_11, octets)])
    for linktype, built in (links.TABLE | wireless.TABLE).items():
        yield from (pack([(linktype, octets)]) for octets in built.values() if linktype in LINKTYPES)
    yield pack([(LINKTYPE_ETHERNET, octets) for octets in list(TUNNELS.values())[:8]])


def _names() -> Iterator[bytes]:
    udp = {number: place for place, number in enumerate(PORTS)}
    tcp = {number: place + len(PORTS) for number, place in udp.items()}
    wanted = [(udp[number], DNS) for number in (53, 5353, 5355, 137)] + [(tcp[443], HELLO), (udp[67], DHCP), (tcp[445], LOGIN)]
    wanted += [(tcp[80], line) for line in LINES] + [(udp[50000], line) for line in LINES]
    wanted += [(LLDP, b"\x0a\6router\x0c\5linux\0\0"), (CDP, b"\2\xb4\0\0\0\1\0\x0arouter"), (SEALED, crypto(0, HELLO[5:]))]
    wanted += [(NEIGHBOUR, b"\x88" + bytes(7) + b"\x20\1\x0d\xb8" + bytes(12)), (ARP, b"\0\1\x08\0\6\4\0\1" + bytes(20))]
    for payload in wanted:
        yield pack_payloads(payload)
    yield pack_payloads(*wanted[:6])
    yield pack_payloads((PART_OF_HELLO, HELLO[5:40]), (PART_OF_HELLO, HELLO[40:]))
    yield pack_payloads((tcp[443], HELLO[:30]), (tcp[443], HELLO[30:]))


def _rules() -> Iterator[bytes]:
    yield from (text.encode() for text in FILTERS)
    yield from (path.read_bytes() for path in sorted((ROOT / "config" / "rules").glob("*.yaml")))


def _lights() -> Iterator[bytes]:
    table = b"\n".join((ROOT / "hardware" / "models" / "shark.csv").read_bytes().splitlines()[:12])
    outline = b"\n".join((ROOT / "hardware" / "models" / "shark-outline.csv").read_bytes().splitlines()[:12])
    yield table + DIVIDE + outline
    yield (ROOT / "hardware" / "models" / "first-sharky.csv").read_bytes()
    yield from (path.read_bytes() for path in sorted((ROOT / "config" / "stories").glob("*.yaml")))


def _owners() -> Iterator[bytes]:
    yield from (path.read_bytes() for path in sorted((ROOT / "config").glob("**/*.yaml")) if path.name in ("sharky.yaml", "wifi.yaml"))
    yield b"version: 1\nname: home\npassword: correct horse\ncountry: DE\n"
    quiet = b"quiet_hours: {from: 22:00, to: '7:00', brightness: 5%}"
    yield b"version: 1\nlights: {model: shark, outputs: [gpio, web], brightness: 40%, " + quiet + b"}\n"
    yield b"version: 1\npage: {host: 0.0.0.0, port: 80, code: reef-lantern}\nplacement: {use: listen}\n"
    targets = b"    targets: [192.168.1.20, 02-00-00-AA-bb-cc, phone]\n"
    consent = b'placement:\n  mitm:\n    consent: "I own this network"\n    interface: eth0\n' + targets
    yield consent
    yield consent.decode().encode("utf-16")


def _requests() -> Iterator[bytes]:
    own = b"Host: sharky.localhost:8080\nOrigin: http://sharky.localhost:8080\nContent-Type: application/json\n\n"
    for path, body in (("change", {"brightness": 0.4}), ("change", {"rules": {"Lookups blink the eyes": False}}), ("undo", {})):
        yield f"POST /{path}\n".encode() + own + json.dumps(body).encode()
    yield b"POST /lamps\n" + own + b'{"is_on": true}'
    yield b"POST /code\n" + own + b'{"code": "reef-lantern-42"}'
    yield b"POST /code\nCookie: sharky-may-change=eyJtYXkiOnRydWV9.aaaa.bbbb\n" + own + b'{"code": "reef"}'
    for path in ("/", "/snapshot.json", "/access.json", "/words.json", "/events", "/static/page.js", "/static/../app.py"):
        yield f'GET {path}\nHost: [::1]:80\nRange: bytes=0-1\nIf-None-Match: "x"\n\n'.encode()
    changed = {"version": 1, "brightness": 0.4, "file_brightness": 0.6, "rules": {"Lookups blink the eyes": False}}
    yield b"HEAD /\nHost: localhost\n\n" + json.dumps(changed).encode()


_SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "readers": _readers,
    "dissector": _dissector,
    "names": _names,
    "rules": _rules,
    "lights": _lights,
    "owners": _owners,
    "requests": _requests,
}
