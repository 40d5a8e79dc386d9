"""Fields of what networks tell of themselves, and of the four steps that agree on keys, in whole packets."""

from __future__ import annotations

from struct import pack

import pytest

from tests.unit.rules.test_links import passes

LINKTYPE_IEEE802_11 = 105
RSN = bytes.fromhex("301a0100000fac020200000fac02000fac040100000fac0280000000")
WPA = bytes.fromhex("dd160050f20101000050f20201000050f20201000050f202")
COUNTRY = b"\7\6DE \1\x0d\x14"
ACCESS_POINT, STATION = bytes.fromhex("020000000001"), bytes.fromhex("020000000002")
BEACON = b"\x80\0\0\0" + b"\xff" * 6 + ACCESS_POINT * 2 + bytes(14) + b"\0\3net" + RSN + WPA + COUNTRY
ASKS = b"\x20\0\0\0" + ACCESS_POINT + STATION + ACCESS_POINT + bytes(6) + b"\2\0\0\0\0\7" + b"\0\3net" + RSN
SHORT = b"\x80\0\0\0" + b"\xff" * 6 + ACCESS_POINT * 2 + bytes(14) + RSN[:14]


def key(flags: int, data: bytes = b"", kind: bytes = b"\2") -> bytes:
    """Return a step of agreeing on keys, as Ethernet carries it (IEEE 802.11-2016, 12.7.2)."""
    body = kind + pack(">HHQ", flags, 16, 1) + bytes(80) + pack(">H", len(data)) + data
    return ACCESS_POINT + STATION + b"\x88\x8e\2\3" + pack(">H", len(body)) + body


@pytest.mark.parametrize(
    ("text", "packet", "expected"),
    [
        ("wlan.rsn.pcs.type == 2 and wlan.rsn.pcs.type == 4 and count(wlan.rsn.pcs.type) == 2", BEACON, True),
        ("wlan.rsn.akms.type == 2 and wlan.rsn.akms.count == 1 and wlan.rsn.akms == 0x000fac02", BEACON, True),
        ("wlan.rsn.capabilities == 0x80 and wlan.rsn.capabilities.mfpc == 1 and wlan.rsn.capabilities.mfpr == 0", BEACON, True),
        ("wlan.rsn.akms.type or wlan.rsn.capabilities", SHORT, False),
        ("wlan.wfa.ie.type == 1 and wlan.wfa.ie.wpa.ucs.type == 2 and wlan.tag.oui == 0x0050f2", BEACON, True),
        ('wlan.country_info.code == "DE" and wlan.country_info.fnm.nc == 13', BEACON, True),
        ("wlan.fixed.current_ap == 02:00:00:00:00:07 and wlan.ssid == net and wlan.rsn.akms.type == 2", ASKS, True),
    ],
)
def test_a_network_tells_how_it_is_protected(text: str, packet: bytes, *, expected: bool) -> None:
    assert passes(text, packet, LINKTYPE_IEEE802_11) is expected


@pytest.mark.parametrize(
    ("flags", "data", "step"),
    [(0x8A, b"", 1), (0x10A, RSN, 2), (0x13CA, RSN, 3), (0x30A, b"", 4), (0x1382, RSN, 1), (0x302, b"", 2)],
)
def test_each_step_has_its_number(flags: int, data: bytes, step: int) -> None:
    assert passes(f"wlan_rsna_eapol.keydes.msgnr == {step}", key(flags, data))
    assert passes("wlan.rsn.akms.type", key(flags, data)) is (data == RSN and not flags & 0x1000)


def test_keys_of_wpa_say_what_those_of_wpa2_say() -> None:
    packet = key(0x109, WPA, kind=b"\xfe")
    assert passes("wlan_rsna_eapol.keydes.msgnr == 2 and eapol.keydes.key_len == 16 and wlan.wfa.ie.wpa.ucs.type == 2", packet)
    assert not passes("wlan_rsna_eapol.keydes.nonce", key(0x109, kind=b"\1"))
