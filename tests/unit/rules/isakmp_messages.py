"""Messages of ISAKMP as they are on the wire, of both versions, and filters that hold for one at least."""

from __future__ import annotations

from struct import pack


def _payload(following: int, octets: bytes, size: int = 0) -> bytes:
    return pack("!BBH", following, 0, size or len(octets) + 4) + octets


def _chain(*payloads: tuple[int, bytes]) -> bytes:
    """Return payloads, each with its kind, of which each names the kind of the next."""
    return b"".join(_payload(kind, octets) for (_, octets), (kind, _) in zip(payloads, [*payloads[1:], (0, b"")], strict=True))


def _message(version: int, exchange: int, *payloads: tuple[int, bytes], flags: int | None = None, behind: bytes = b"") -> bytes:
    octets, flags = _chain(*payloads) + behind, 8 * (version >> 5) if flags is None else flags
    return bytes(range(1, 9)) + bytes(8) + pack("!BBBBII", payloads[0][0], version, exchange, flags, 0, 28 + len(octets)) + octets


OF_IKE = bytes.fromhex("80010007 80020002 80030001 80040002 800b0001 000c0004 00015180 800e0080")
OF_IPSEC = bytes.fromhex("80010001 00020005 0000015180 80030002 80040001 80050002 80060080")
FIRST_SA = bytes.fromhex("00000001 00000001") + _payload(0, b"\1\1\0\1" + _payload(0, b"\1\1\0\0" + OF_IKE))
QUICK_SA = bytes.fromhex("00000001 00000005") + _payload(0, b"\2\3\4\1spi!" + _payload(0, b"\1\x0c\0\0" + OF_IPSEC))
SECOND_SA = _payload(
    0, b"\1\1\0\4" + _chain((3, b"\1\0\0\x0c" + b"\x80\x0e\1\0"), (3, b"\2\0\0\5"), (3, b"\3\0\0\x0c"), (3, b"\4\0\0\x0e"))
)
CHILD_SA = _payload(0, b"\1\3\4\2spi!" + _chain((3, b"\5\0\0\1"), (3, b"\6\0\0\1")))
RANGES = b"\2\0\0\0" + bytes.fromhex("07110010 01f41194 0a000001 0a0000ff 08060028 00000050") + bytes(15) + b"\1" + b"\xfe\x80" + bytes(14)
SIXES = b"\xfe\x80" + bytes(13) + b"\1" + b"\xff" * 16
OLD = (
    _message(0x10, 2, (1, FIRST_SA), (13, b"maker's mark"), (20, b"h" * 20), (21, b"\1\0\0\0" + bytes((10, 0, 0, 1)))),
    _message(0x10, 32, (8, b"h" * 20), (1, QUICK_SA), (10, b"n" * 16), (5, bytes.fromhex("04 11 01f4 0a000000 ff000000"))),
    _message(0x10, 4, (4, b"k" * 8), (10, b""), (5, bytes((2, 17, 1, 0xF4)) + b"a.example"), (5, b"\3\0\0\0a@example"), (9, b"s" * 8)),
    _message(
        0x10, 5, (11, bytes.fromhex("00000001 01 04 8d28 01020304 00000007")), (12, bytes.fromhex("00000001 03 04 0002") + b"12345678")
    ),
    _message(
        0x10, 5, (11, bytes.fromhex("00000001 01 00 8d29 00000008")), (7, b"\1abc"), (6, b"\1"), (5, bytes.fromhex("06000000") + SIXES)
    ),
    _message(0x10, 6, (14, bytes.fromhex("01 00 0007 00010000 c0880000")), (99, b"other"), behind=b"more"),
    _message(0x10, 2, (5, b"sealed with keys"), flags=1),
    _message(
        0x10, 2, (5, bytes.fromhex("07000000 0a000001 0a000009")), (5, bytes.fromhex("08000000") + SIXES), (21, b"\5\0\0\0" + SIXES[:16])
    ),
)
NEW = (
    _message(0x20, 34, (33, SECOND_SA), (34, b"\0\x0e\0\0kkkkkkkk"), (40, b"n" * 16), (43, b"mark"), (41, b"\0\0\x40\x04")),
    _message(
        0x20, 35, (35, b"\2\0\0\0a.example"), (38, b"\4" + b"a" * 40), (39, b"\2\0\0\0proof"), (44, RANGES), (47, b"\1\0\0\0\0\1\0\0")
    ),
    _message(0x20, 36, (33, CHILD_SA), (42, b"\3\4\0\1spi!"), (35, b"\1\0\0\0\xc0\0\2\1"), (36, b"\5\0\0\0" + SIXES[:16])),
    _message(0x20, 37, (46, b"iv!!" + b"sealed with keys")),
    _message(0x20, 37, (53, b"\0\1\0\3iv!!" + b"sealed with keys")),
)
SECOND, FIRST = NEW[0], OLD[2]
BROKEN = (FIRST[:40], FIRST[:24] + b"\0\0\0\x10" + FIRST[28:], OLD[0][:-2], OLD[0][:30] + b"\xff\xff" + OLD[0][32:])
ISAKMP = [*OLD, *NEW, *BROKEN]
BEHIND_MARKERS = [bytes(4) + octets for octets in ISAKMP]
OF_ISAKMP = (
    *("isakmp.typepayload == 33", "isakmp.typepayload == 3", "isakmp.nextpayload == 41", "isakmp.payloadlength == 8"),
    *("isakmp.tf.type == 4", "isakmp.notify.msgtype == 16388", "isakmp.id.type == 2", "count(isakmp.typepayload) == 5"),
    *("isakmp.reserved == 00", "isakmp.criticalpayload == 0", "isakmp.reserved7 == 0", 'isakmp.datapayload contains "other"'),
    *("isakmp.extradata", "isakmp.sa.doi == 1", "isakmp.sa.situation == 00:00:00:01", "isakmp.sa.situation.identity_only == 1"),
    *("isakmp.sa.situation.secrecy == 0", "isakmp.sa.situation.integrity == 1", "isakmp.prop.number == 2", "isakmp.prop.protoid == 3"),
    *("isakmp.prop.transforms == 4", "isakmp.spisize == 4", "isakmp.spi contains 73:70", "isakmp.spinum == 2"),
    *("isakmp.trans.number == 1", "isakmp.trans.id == 12", "isakmp.tf.id.encr == 12", "isakmp.tf.id.prf == 5", "isakmp.tf.id.integ == 12"),
    *("isakmp.tf.id.dh == 14", "isakmp.tf.id.esn == 1", "isakmp.tf.id == 1", "isakmp.ike.attr", "isakmp.ike.attr.format == 0"),
    *("isakmp.ike.attr.type == 14", "isakmp.ike.attr.length == 4", "isakmp.ike.attr.value == 00:07"),
    *("isakmp.ike.attr.encryption_algorithm == 7", "isakmp.ike.attr.hash_algorithm == 2", "isakmp.ike.attr.authentication_method == 1"),
    *("isakmp.ike.attr.group_description == 2", "isakmp.ike.attr.life_type == 1", "isakmp.ike.attr.life_duration == 86400"),
    *("isakmp.ike.attr.key_length == 128", "isakmp.ipsec.attr", "isakmp.ipsec.attr.life_duration64 == 86400"),
    *("isakmp.ipsec.attr.encap_mode == 1", "isakmp.ipsec.attr.auth_algorithm == 2", "isakmp.ipsec.attr.group_description == 2"),
    *("isakmp.ike2.attr.key_length == 256", "isakmp.ike2.attr.type == 14", "isakmp.cfg.attr.type == 0x4088", "isakmp.cfg.attr.length == 0"),
    *("isakmp.key_exchange.dh_group == 14", "isakmp.key_exchange.data == 6b:6b:6b:6b:6b:6b:6b:6b", "len(isakmp.nonce) == 16"),
    *("len(isakmp.nonce) == 0", "isakmp.id.protoid == 17", "isakmp.id.port == 500", "isakmp.id.data"),
    *('isakmp.id.data.fqdn == "a.example"', 'isakmp.id.data.user_fqdn == "a@example"', "isakmp.id.data.ipv4_addr == 192.0.2.1"),
    *(
        "isakmp.id.data.ipv4_subnet == 255.0.0.0",
        "isakmp.id.data.ipv4_range_start == 10.0.0.1",
        "isakmp.id.data.ipv4_range_end == 10.0.0.9",
    ),
    *("isakmp.id.data.ipv6_addr == fe80::1", "isakmp.id.data.ipv6_subnet == ffff::/16", "isakmp.id.data.ipv6_range_start == fe80::1"),
    *("isakmp.id.data.ipv6_range_end", "isakmp.certreq.type == 4", "isakmp.cert.encoding == 1", "count(isakmp.ike.certreq.authority) == 2"),
    *("isakmp.ike.certreq.authority == 61:62:63", "isakmp.hash contains 68", "isakmp.sig contains 73", "isakmp.auth.method == 2"),
    *('isakmp.auth.data contains "proof"', "isakmp.notify.doi == 1", "isakmp.notify.protoid == 1", "len(isakmp.notify.data) == 0"),
    *("isakmp.notify.data.dpd.are_you_there == 7", "isakmp.notify.data.dpd.are_you_there_ack == 8", "isakmp.delete.doi == 1"),
    *("isakmp.delete.protoid == 3", "isakmp.delete.spi contains 35", 'isakmp.vid_bytes contains "mark"', "isakmp.cfg.type == 1"),
    *("isakmp.cfg.identifier == 7", "len(isakmp.ike.nat_hash) == 20", "isakmp.ike.nat_original_address_ipv4 == 10.0.0.1"),
    *("isakmp.ike.nat_original_address_ipv6 == fe80::1", "isakmp.ts.number == 2", "isakmp.ts.data", "isakmp.ts.type == 8"),
    *("isakmp.ts.protoid == 17", "isakmp.ts.selector_length == 16", "isakmp.ts.start_port == 500", "isakmp.ts.end_port == 4500"),
    *(
        "isakmp.ts.start_ipv4 == 10.0.0.1",
        "isakmp.ts.end_ipv4 == 10.0.0.255",
        "isakmp.ts.start_ipv6 == ::1",
        "isakmp.ts.end_ipv6 == fe80::",
    ),
    *("isakmp.enc.iv", "isakmp.enc.data", "isakmp.frag.number == 1", "isakmp.frag.total == 3"),
)
