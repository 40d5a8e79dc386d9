"""Messages of Kerberos as they are on the wire, and filters that hold for them."""

from __future__ import annotations

from tests.unit.rules.certificates import value


def part(number: int, content: bytes) -> bytes:
    """Return one part of a sequence by its number."""
    return value(0xA0 + number, content)


def number(of: int) -> bytes:
    return value(2, of.to_bytes(4, "big", signed=True))


def text(of: str) -> bytes:
    return value(0x1B, of.encode())


def sequence(*parts: bytes) -> bytes:
    return value(0x30, *(part(at, one) for at, one in enumerate(parts) if one))


def name(*parts: str) -> bytes:
    return sequence(number(2), value(0x30, *map(text, parts)))


def proof(kind: int, octets: bytes) -> bytes:
    return sequence(b"", number(kind), value(4, octets))


def time(of: str) -> bytes:
    return value(0x18, of.encode())


LOCKED = sequence(number(18), number(2), value(4, b"sealed"))
TICKET = value(0x61, sequence(number(5), text("A.EXAMPLE"), name("krbtgt", "A.EXAMPLE"), LOCKED))
SHOWS = value(0x6E, sequence(number(5), number(14), value(3, b"\0\x20\0\0\0"), TICKET, LOCKED))
OPTIONS = value(3, b"\0\x40\x81\0\x10")
ADDRESSES = value(0x30, sequence(number(20), value(4, b"PC              ")), sequence(number(2), value(4, bytes((10, 0, 0, 9)))))
BODY = sequence(
    OPTIONS,
    name("anna"),
    text("A.EXAMPLE"),
    name("krbtgt", "A.EXAMPLE"),
    b"",
    time("20370913024805Z"),
    b"",
    number(-2),
    value(0x30, number(18), number(23)),
    ADDRESSES,
)
STAMP = sequence(number(23), b"", value(4, b"stamp"))
REQUEST = value(0x6A, sequence(b"", number(5), number(10), value(0x30, proof(2, STAMP), proof(128, sequence(value(1, b"\xff")))), BODY))
SHOWING = value(0x6C, sequence(b"", number(5), number(12), value(0x30, proof(1, SHOWS), proof(165, b"\x1f\0\0\0")), BODY))
KNOWN = value(0x30, proof(19, value(0x30, sequence(number(18), text("A.EXAMPLEanna")), sequence(number(23)))))
SALT = value(0x30, proof(3, b"salt"))
REPLY = value(0x6B, sequence(number(5), number(11), SALT, text("A.EXAMPLE"), name("anna"), TICKET, LOCKED))


def refusal(code: int, why: bytes) -> bytes:
    """Return an error of some kind that says more."""
    at = time("20190205033848Z")
    return value(
        0x7E,
        sequence(
            number(5),
            number(30),
            b"",
            b"",
            at,
            number(7),
            number(code),
            b"",
            b"",
            text("A.EXAMPLE"),
            name("krbtgt"),
            b"",
            value(4, why),
        ),
    )


REFUSED = proof(3, bytes.fromhex("bb0000c0 00000000 03000000"))
KERBEROS = [
    [len(one).to_bytes(4, "big") + one]
    for one in (REQUEST, refusal(25, KNOWN), SHOWING, REPLY, refusal(13, REFUSED), value(0x6E, sequence(number(5), number(14))))
]
OF_KERBEROS = (
    'kerberos.etype == "eTYPE-ARCFOUR-HMAC-MD5"',
    'kerberos.smb.nt_status == "STATUS_NOT_SUPPORTED"',
    *("kerberos.etype == 23", "kerberos.etype == 18", "kerberos.kvno == 2", "kerberos.cipher == 73:74:61:6d:70", "kerberos.tkt_vno == 5"),
    *("kerberos.msg_type == 14", 'kerberos.realm == "A.EXAMPLE"', 'kerberos.SNameString == "krbtgt"', 'kerberos.CNameString == "anna"'),
    *("kerberos.KDCOptions.forwardable == 1", "kerberos.KDCOptions.renewable.ok == 1", "kerberos.KDCOptions.canonicalize == 1"),
    *('kerberos.addr_nb == "PC"', "kerberos.addr_ip == 10.0.0.9", "kerberos.addresses == 2", "kerberos.kdc-req-body.etype == 2"),
    *('kerberos.info2_salt == "A.EXAMPLEanna"', "kerberos.pw_salt == 73:61:6c:74", "kerberos.smb.nt_status == 0xc00000bb"),
    *("kerberos.include_pac == 1", "kerberos.APOptions.mutual.required == 1", "kerberos.supported_entypes.rc4-hmac == 1"),
    *('kerberos.till == "2037-09-13 02:48:05"', 'kerberos.stime == "2019-02-05 03:38:48"', "kerberos.susec == 7", "kerberos.nonce > 7"),
    *("kerberos.authenticator_element", "kerberos.ap_req_element", "kerberos.ETYPE_INFO2_ENTRY_element", "kerberos.enc_part_element"),
)
