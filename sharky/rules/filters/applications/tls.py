"""Messages of TLS handshakes (RFC 8446 section 4, RFC 5246 section 7.4), and of DTLS, which have the same content."""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.hazmat.primitives.hashes import MD5, Hash

from sharky.rules.filters.applications.der import read_value, read_values
from sharky.rules.filters.applications.ocsp import read_ocsp
from sharky.rules.filters.applications.scan import Line, Scan
from sharky.rules.filters.applications.tls_extensions import is_made_up, read_extension
from sharky.rules.filters.applications.x509 import read_certificate, read_parts

CLIENT, SERVER = 1, 2
RANDOM = 32
SECOND_NS = 1_000_000_000
NAMED_CURVE = 3
SUPPORTED_VERSIONS, GROUPS, POINTS = 43, 10, 11
OF_QUIC = {57, 0xFFA5}
"""Parameters of QUIC (RFC 9001 section 8.2) and of its drafts: QUIC has TLS 1.3 only, of which a hello has no time."""


def read_handshake(octets: bytes) -> Iterator[Line]:
    """Yield what a message of a handshake says, with its head of four octets."""
    scan = Scan(octets)
    kind, size = scan.number(1), scan.number(3)
    yield from read_content(kind, scan.within(size), has_cookie=False)


def read_content(kind: int, scan: Scan, *, has_cookie: bool) -> Iterator[Line]:
    """Yield what the content of a message says; hellos of DTLS have a cookie."""
    match kind:
        case 1 | 2:
            yield from _hello(kind, scan, has_cookie=has_cookie)
        case 3 if has_cookie:
            yield from _verify(scan)
        case 4:
            yield from _ticket(scan)
        case 11:
            yield from _certificates(scan)
        case 12:
            yield from _server_key(scan)
        case 13:
            yield from _request(scan)
        case 15:
            yield from _signature(scan, "client_cert_vrfy.")
        case 16:
            yield from _client_key(scan)
        case 22:
            yield Line("extensions_status_request_type", scan.number(1))
            size = scan.number(3)
            yield Line("ocsp_response_len", size)
            yield from read_ocsp(scan.within(size).octets)


def _hello(kind: int, scan: Scan, *, has_cookie: bool) -> Iterator[Line]:
    version = scan.number(2)
    random = scan.take(RANDOM)
    size = scan.number(1)
    session = scan.take(size)
    if session:
        yield Line("session_id", session)
    if has_cookie and kind == CLIENT:
        size = scan.number(1)
        yield Line("cookie_length", size)
        if size:
            yield Line("cookie", scan.take(size))
    ciphers = []
    for name, value in _choices(kind, scan):
        ciphers += [value] if name == "ciphersuite" and isinstance(value, int) else []
        yield Line(name, value)
    kinds: list[int] = []
    more: dict[str, list[int]] = {"extensions_supported_group": [], "extensions_ec_point_format": []}
    if scan.left >= 2:
        yield Line("extensions_length", scan.number(2))
        for line in _extensions(kind, scan, kinds):
            if line.name in more and isinstance(line.value, int):
                more[line.name].append(line.value)
            yield line
    if not OF_QUIC & {*kinds} and (kind == CLIENT or not _is_latest(scan.octets)):
        yield from (Line("random_time", int.from_bytes(random[:4]) * SECOND_NS), Line("random_bytes", random[4:]))
    yield from _fingerprint(kind, version, ciphers, kinds, [*more.values()])


def _is_latest(hello: bytes) -> bool:
    """Return whether a server's hello chooses TLS 1.3."""
    at = hello.find(bytes((0, SUPPORTED_VERSIONS, 0, 2)), RANDOM)
    return at >= 0 and (hello[at + 4 : at + 6] == b"\3\4" or hello[at + 4 : at + 5] in (b"\x7f", b"\xfb"))


def _choices(kind: int, scan: Scan) -> Iterator[tuple[str, int]]:
    """Yield ciphers and ways of packing, of which a server chooses one each."""
    if kind == SERVER:
        yield from (("ciphersuite", scan.number(2)), ("comp_method", scan.number(1)))
        return
    size = scan.number(2)
    yield from (("cipher_suites_length", size), ("ciphersuites", 1))
    ciphers = scan.within(size)
    while ciphers.left >= 2:
        yield "ciphersuite", ciphers.number(2)
    size = scan.number(1)
    yield from (("comp_methods_length", size), ("comp_methods", 1))
    yield from (("comp_method", method) for method in scan.take(size))


def _extensions(kind: int, scan: Scan, kinds: list[int]) -> Iterator[Line]:
    while scan.left >= 4:
        number, size = scan.number(2), scan.number(2)
        kinds.append(number)
        yield from (Line("extension.type", number), Line("extension.len", size))
        yield from read_extension(number, scan.within(size), is_client=kind == CLIENT)


def _fingerprint(kind: int, version: int, ciphers: list[int], kinds: list[int], more: list[list[int]]) -> Iterator[Line]:
    """Yield what programs are told by: JA3 of clients and JA3S of servers, as md5 and in full."""
    lists = (ciphers, kinds, *more) if kind == CLIENT else (ciphers, kinds)
    full = ",".join([str(version), *("-".join(str(one) for one in numbers if not is_made_up(one)) for numbers in lists)])
    name = "ja3" if kind == CLIENT else "ja3s"
    digest = Hash(MD5())  # noqa: S303  a fingerprint, as others compute it
    digest.update(full.encode())
    yield from (Line(f"{name}_full", full), Line(name, digest.finalize().hex()))


def _verify(scan: Scan) -> Iterator[Line]:
    yield Line("version", scan.number(2))
    size = scan.number(1)
    yield from (Line("cookie_length", size), Line("cookie", scan.take(size)))


def _ticket(scan: Scan) -> Iterator[Line]:
    yield Line("session_ticket_lifetime_hint", scan.number(4))
    size = scan.number(2)
    yield from (Line("session_ticket_length", size), Line("session_ticket", scan.within(size).octets))


def _certificates(scan: Scan) -> Iterator[Line]:
    yield Line("certificates_length", scan.number(3))
    if scan.left:
        yield Line("certificates", 1)
    while scan.left >= 3:
        size = scan.number(3)
        yield Line("certificate_length", size)
        certificate = scan.within(size).octets
        yield Line("certificate", certificate)
        yield from read_certificate(certificate)


def _server_key(scan: Scan) -> Iterator[Line]:
    """Yield a key on a named curve; what other keys are depends on the cipher."""
    if scan.number(1) != NAMED_CURVE:
        return
    yield from (Line("server_curve_type", NAMED_CURVE), Line("server_named_curve", scan.number(2)))
    size = scan.number(1)
    yield from (Line("server_point_len", size), Line("server_point", scan.take(size)))
    yield from _signature(scan, "")


def _signature(scan: Scan, of: str) -> Iterator[Line]:
    """Yield a signature, ahead of which TLS 1.2 says how it was made."""
    if scan.left >= 4 and int.from_bytes(scan.octets[scan.at : scan.at + 2]) != scan.left - 2:
        yield from read_algorithm(scan.number(2))
    size = scan.number(2)
    yield from (Line(f"{of}sig_len", size), Line(f"{of}sig", scan.within(size).octets))


def read_algorithm(number: int) -> Iterator[Line]:
    """Yield how something is signed."""
    yield from (Line("sig_hash_alg", number), Line("sig_hash_hash", number >> 8), Line("sig_hash_sig", number & 0xFF))


def _request(scan: Scan) -> Iterator[Line]:
    size = scan.number(1)
    yield from (Line("cert_types_count", size), Line("cert_types", 1))
    yield from (Line("cert_type", kind) for kind in scan.take(size))
    size = scan.number(2)
    if size != scan.left:
        yield from (Line("sig_hash_alg_len", size), Line("sig_hash_algs", 1))
        algorithms = scan.within(size)
        while algorithms.left >= 2:
            yield from read_algorithm(algorithms.number(2))
        size = scan.number(2)
    yield Line("dnames_len", size)
    if scan.left:
        yield Line("dnames", 1)
    while scan.left >= 2:
        size = scan.number(2)
        yield from (Line("dname_len", size), Line("dname", 1))
        yield from read_parts(read_values(read_value(scan.within(size)).content))


def _client_key(scan: Scan) -> Iterator[Line]:
    """Yield a key: a point on a curve, or what only the server can read."""
    octets = scan.rest()
    if octets[:1] == bytes([len(octets) - 1 & 0xFF]) and len(octets) <= 0x100:
        yield from (Line("client_point_len", len(octets) - 1), Line("client_point", octets[1:]))
    elif int.from_bytes(octets[:2]) == len(octets) - 2:
        yield from (Line("epms_len", len(octets) - 2), Line("epms", octets[2:]))
