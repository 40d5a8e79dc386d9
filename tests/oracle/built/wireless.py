"""IEEE 802.11 with what captures put before it, and 802.15.4."""

from __future__ import annotations

from struct import pack

from tests.oracle.built import FRAME, HELLO, TCP_4, TCP_6, Built, number, words

LLC_4 = b"\xaa\xaa\3\0\0\0\x08\0" + TCP_4
LLC_6 = b"\xaa\xaa\3\0\0\0\x86\xdd" + TCP_6
EAPOL = b"\xaa\xaa\3\0\0\0\x88\x8e\2\3" + number(95) + b"\2" + bytes(94)
A, B, C, D = (bytes([2, 0, 0, 0, 0, last]) for last in (1, 2, 3, 4))


def frame(control: int, flags: int, body: bytes, size: int = 24, extra: bytes = b"") -> bytes:
    return (bytes([control, flags, 0, 0]) + A + B + C + number(0x1000)[::-1] + extra)[: size + len(extra)] + body


def radiotap(carried: bytes, present: int = 0, fields: bytes = b"") -> bytes:
    return pack("<BBHI", 0, 0, 8 + len(fields), present) + fields + carried


def ppi(linktype: int, carried: bytes, fields: bytes = b"") -> bytes:
    return pack("<BBHI", 0, 0, 8 + len(fields), linktype) + fields + carried


BEACON_BODY = bytes(8) + b"\x64\0\1\4" + b"\0\2hi" + b"\1\1\x82"
SUBFRAME = B + A + number(len(LLC_4)) + LLC_4
WLAN: Built = {
    "beacon": frame(0x80, 0, BEACON_BODY),
    "probe request": frame(0x40, 0, b"\0\0\1\1\x82"),
    "probe response": frame(0x50, 0, BEACON_BODY),
    "authentication": frame(0xB0, 0, bytes(6)),
    "protected authentication": frame(0xB0, 0x40, bytes(40)),
    "association": frame(0x00, 0, b"\1\4\0\0\0\2hi"),
    "deauthentication": frame(0xC0, 0, b"\7\0"),
    "protected deauthentication": frame(0xC0, 0x40, bytes(26)),
    "action": frame(0xD0, 0, b"\3\0\0"),
    "action of vendor": frame(0xD0, 0, b"\x7f\x50\x6f\x9a\x09" + bytes(8)),
    "protected action": frame(0xD0, 0x40, bytes(26)),
    "acknowledgement": bytes([0xD4, 0, 0, 0]) + A,
    "RTS": bytes([0xB4, 0, 0, 0]) + A + B,
    "CTS": bytes([0xC4, 0, 0, 0]) + A,
    "block acknowledgement": bytes([0x94, 0, 0, 0]) + A + B + bytes(12),
    "block request": bytes([0x84, 0, 0, 0]) + A + B + bytes(4),
    "power save poll": bytes([0xA4, 0, 0, 0]) + A + B,
    "control wrapper": bytes([0x74, 0, 0, 0]) + A + bytes(20),
    "data": frame(0x08, 1, LLC_4),
    "data from DS": frame(0x08, 2, LLC_6),
    "data of IBSS": frame(0x08, 0, LLC_4),
    "four addresses": frame(0x08, 3, LLC_4, extra=D),
    "null": frame(0x48, 1, b""),
    "QoS null": frame(0xC8, 1, b"", extra=b"\0\0"),
    "QoS data": frame(0x88, 1, LLC_4, extra=b"\0\0"),
    "QoS with four addresses": frame(0x88, 3, LLC_4, extra=D + b"\0\0"),
    "QoS with HT control": frame(0x88, 0x81, LLC_4, extra=b"\0\0" + words(0)),
    "data with order": frame(0x08, 0x81, LLC_4),
    "protected": frame(0x08, 0x41, bytes(8) + HELLO),
    "protected QoS": frame(0x88, 0x41, bytes(8) + HELLO, extra=b"\0\0"),
    "protected LLC": frame(0x08, 0x41, LLC_4),
    "EAPOL": frame(0x08, 2, EAPOL),
    "QoS EAPOL": frame(0x88, 2, EAPOL, extra=b"\0\0"),
    "first fragment": frame(0x08, 5, LLC_4[:20]),
    "A-MSDU": frame(0x88, 1, SUBFRAME, extra=b"\x80\0"),
    "A-MSDU of two": frame(0x88, 1, SUBFRAME + bytes(-len(SUBFRAME) % 4) + SUBFRAME, extra=b"\x80\0"),
    "data with CF-ACK": frame(0x18, 1, LLC_4),
    "CF-Poll": frame(0x68, 2, b""),
    "mesh": frame(0x88, 3, b"\0\x1f" + words(1) + LLC_4, extra=D + b"\0\1"),
    "reserved": frame(0x0C, 0, HELLO),
    "reserved management": frame(0x70, 0, HELLO),
    "reserved data": frame(0xD8, 1, HELLO),
    "S1G beacon": b"\x1c\0" + bytes(13) + HELLO,
    "DMG": b"\x0c\0" + bytes(30),
    "bare IPX": frame(0x08, 1, b"\xff\xff" + number(40) + b"\0\x14" + bytes(36)),
    "STP": frame(0x08, 2, b"\x42\x42\3" + bytes(35)),
    "LLC XID": frame(0x08, 1, b"\0\1\xaf\x81\1\0"),
    "data of nothing": frame(0x08, 1, b""),
    "cut": bytes([0x08, 1, 0, 0]) + A,
    "beacon cut": frame(0x80, 0, bytes(8)),
    "timing advertisement": frame(0x60, 0, bytes(12)),
    "version 1": b"\x81" + bytes(30),
}
PADDED = frame(0x88, 1, b"\0\0" + LLC_4, extra=b"\0\0")
RADIOTAP: Built = {
    **{name: radiotap(octets) for name, octets in WLAN.items()},
    "with flags": radiotap(WLAN["data"], 2, b"\0"),
    "with FCS": radiotap(WLAN["data"] + bytes(4), 2, b"\x10"),
    "ACK with FCS": radiotap(WLAN["acknowledgement"] + bytes(4), 2, b"\x10"),
    "beacon with FCS": radiotap(WLAN["beacon"] + bytes(4), 2, b"\x10"),
    "padded": radiotap(PADDED, 2, b"\x20"),
    "bad FCS": radiotap(WLAN["data"] + bytes(4), 2, b"\x50"),
    "with time": radiotap(WLAN["data"], 3, bytes(8) + b"\0"),
    "more words": pack("<BBHIIQ", 0, 0, 20, 0x80000001, 0, 5) + WLAN["data"],
    "vendor": pack("<BBHI", 0, 0, 14, 0x40000000) + b"\0\0\0\0\0\0" + WLAN["data"],
    "length short": pack("<BBHI", 0, 0, 4, 0) + WLAN["data"],
    "length long": pack("<BBHI", 0, 0, 900, 0) + WLAN["data"],
    "of nothing": radiotap(b""),
    "version 1": b"\1" + radiotap(WLAN["data"])[1:],
    "0-length PSDU": pack("<BBHI", 0, 0, 9, 1 << 26) + b"\0",
    "HE": radiotap(WLAN["QoS data"], 1 << 23, bytes(12)),
    "A-MPDU": radiotap(WLAN["QoS data"], 1 << 20, bytes(8)),
}
NEW = b"\x41\xaa\5\xcd\xab\1\0\2\0"
"""Version 2, with information elements."""
DOT15D4: Built = {
    "data": b"\x41\x88\5\xcd\xab\1\0\2\0" + HELLO + bytes(2),
    "beacon": b"\0\x80\5\xcd\xab\2\0\xff\xcf\0\0" + bytes(2),
    "beacon of ZigBee": b"\0\x80\5\xcd\xab\2\0\xff\xcf\0\0\0\x22\x84" + bytes(8) + b"\xff\xff\xff\0" + bytes(2),
    "beacon with lists": b"\0\x80\5\xcd\xab\2\0\xff\xcf\2\0" + bytes(6) + b"\x11" + bytes(10) + HELLO + bytes(2),
    "beacon from a long address": b"\0\xc0\5\xcd\xab" + bytes(8) + b"\xff\xcf\0\0\0\x22\x84" + bytes(14),
    "beacon without anything": b"\0\x80\5\xcd\xab\2\0\xff\xcf\0\0" + bytes(2),
    "elements": NEW + b"\2\x0f\1\2" + b"\x80\x3f" + b"\x7a\x33\x3a" + bytes(30) + bytes(2),
    "elements of the payload": NEW + b"\2\x0f\1\2" + b"\0\x3f" + b"\6\x88\4\x1a" + bytes(4) + b"\0\xf8" + HELLO + bytes(2),
    "elements and nothing else": NEW + b"\4\x0d" + bytes(4) + bytes(2),
    "beacon of version 2": b"\x40\xaa" + NEW[2:] + b"\0\x3f" + b"\0\xf8" + HELLO + bytes(2),
    "acknowledgement": b"\2\0\5" + bytes(2),
    "command": b"\x03\x08\5\xff\xff\xff\xff\7" + bytes(2),
    "6LoWPAN": b"\x41\x88\5\xcd\xab\1\0\2\0\x7a\x33\x3a" + bytes(30) + bytes(2),
    "6LoWPAN IPv6": b"\x41\x88\5\xcd\xab\1\0\2\0\x41" + TCP_6[:60] + bytes(2),
    "ZigBee command": b"\x41\x88\5\xcd\xab\1\0\2\0\x49\0\xff\xff\1\0\x1e\1\6" + bytes(2),
    "ZigBee secured": b"\x41\x88\5\xcd\xab\1\0\2\0\x48\2\xff\xff\1\0\x1e\1\x28" + bytes(30) + bytes(2),
    "secured": b"\x49\x88\5\xcd\xab\1\0\2\0\5\0\0\0\0" + HELLO + bytes(2),
    "long addresses": b"\x41\xcc\5\xcd\xab" + bytes(16) + HELLO + bytes(2),
    "reserved type": b"\x04\0\5" + HELLO,
    "version 2": b"\x01\x20\5" + HELLO,
    "multipurpose": b"\x05\0" + HELLO,
    "fragment": b"\x06\0" + HELLO,
    "no addresses": b"\x01\0\5" + HELLO + bytes(2),
    "data of nothing": b"\x41\x88\5\xcd\xab\1\0\2\0" + bytes(2),
    "pending": b"\x51\x88\5\xcd\xab\1\0\2\0" + HELLO + bytes(2),
    "cut": b"\x41\x88\5",
}


def check(octets: bytes) -> bytes:
    """Return a frame with the check sequence that is right for it (ITU-T V.41, the lowest bit first)."""
    value = 0
    for octet in octets:
        value ^= octet
        for _ in range(8):
            value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return octets + pack("<H", value)


UNCHECKED = {name: octets[:-2] for name, octets in DOT15D4.items()}
CHECKED = {f"{name}, checked": check(octets) for name, octets in UNCHECKED.items()}
TABLE: dict[int, Built] = {
    105: WLAN,
    127: RADIOTAP,
    192: {
        "802.11": ppi(105, WLAN["data"]),
        "802.11 with place": ppi(105, WLAN["beacon"], pack("<HHBBH", 30002, 20, 2, 0, 20) + words(0, 0, 0, 0)),
        "Ethernet with place and direction": ppi(1, FRAME, 2 * pack("<HHBBH", 30003, 20, 2, 0, 20) + words(0, 0, 0, 0)),
        "header cut": ppi(105, b"", bytes(200))[:100],
        "802.11 beacon": ppi(105, WLAN["beacon"], pack("<HH", 2, 20) + bytes(20)),
        "802.11 with FCS": ppi(105, WLAN["data"] + bytes(4), pack("<HH", 2, 20) + bytes(8) + b"\1\0" + bytes(10)),
        "Ethernet": ppi(1, FRAME),
        "raw": ppi(101, TCP_4),
        "unknown": ppi(9999, HELLO),
        "802.15.4": ppi(195, DOT15D4["data"]),
        "radiotap": ppi(127, RADIOTAP["data"]),
    },
    119: {
        "beacon": b"\x44\0\0\0\x90\0\0\0" + bytes(136) + WLAN["beacon"],
        "real": b"\x44\0\0\0\x90\0\0\0wlan0" + bytes(131) + WLAN["data"],
        "AVS": words(0x80211001, 64) + bytes(56) + WLAN["data"],
        "big": words(0x44, 144) + bytes(136) + WLAN["data"],
        "without header": WLAN["data"],
    },
    163: {"data": words(0x80211001, 64) + bytes(56) + WLAN["data"], "beacon": words(0x80211002, 84) + bytes(76) + WLAN["beacon"]},
    195: DOT15D4 | CHECKED,
    230: UNCHECKED,
    215: {name: words(0) + b"\xa7" + bytes([len(octets)]) + octets for name, octets in (DOT15D4 | CHECKED).items()},
    283: {
        "tap": pack("<BBHHHI", 0, 0, 12, 0, 1, 1) + DOT15D4["data"],
        "tap without FCS": pack("<BBHHHI", 0, 0, 12, 0, 1, 0) + DOT15D4["data"][:-2],
        "tap acknowledgement": pack("<BBHHHI", 0, 0, 12, 0, 1, 1) + DOT15D4["acknowledgement"],
    },
}
