"""Extensions of hellos in TLS (RFC 8446 section 4.2, RFC 6066)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sharky.rules.filters.applications.quic_parameters import read_parameters
from sharky.rules.filters.applications.scan import Line, Scan, text_of

MILLISECOND_NS = 1_000_000
LATEST_MS = ((1 << 63) - 1) // MILLISECOND_NS
"""Times beyond are not told apart."""

Read = Callable[[Scan], Iterator[Line]]


def is_made_up(number: int) -> bool:
    """Return whether a number is one of those that mean nothing (RFC 8701).

    >>> is_made_up(0x1A1A), is_made_up(0x1301)
    (True, False)
    """
    return number & 0x0F0F == 0x0A0A and number >> 8 == number & 0xFF


def read_extension(kind: int, scan: Scan, *, is_client: bool) -> Iterator[Line]:
    """Yield what an extension says: of those that are not known, its octets."""
    read = (ASKED if is_client else ANSWERED).get(kind) or EXTENSIONS.get(kind)
    if read:
        yield from read(scan)
    elif scan.left or kind not in EMPTY:
        yield Line("extension.data", scan.rest())


def _server_name(scan: Scan) -> Iterator[Line]:
    if not scan.left:
        return
    yield Line("extensions_server_name_list_len", scan.number(2))
    while scan.left > 3:
        yield Line("extensions_server_name_type", scan.number(1))
        size = scan.number(2)
        yield from (Line("extensions_server_name_len", size), Line("extensions_server_name", text_of(scan.take(size))))


def _status_request(scan: Scan) -> Iterator[Line]:
    if scan.left:
        yield Line("extensions_status_request_type", scan.number(1))
        size = scan.number(2)
        yield Line("extensions_status_request_responder_ids_len", size)
        scan.take(size)
        yield Line("extensions_status_request_exts_len", scan.number(2))


def _numbers(width: int, size: int, names: tuple[str, str, str]) -> Read:
    """Return what reads a list of numbers: how long it is, that it is there, and each."""

    def read(scan: Scan) -> Iterator[Line]:
        length = scan.number(size)
        yield Line(names[0], length)
        if names[1]:
            yield Line(names[1], 1)
        numbers = scan.within(length)
        while numbers.left >= width:
            yield Line(names[2], numbers.number(width))

    return read


def _algorithms(scan: Scan) -> Iterator[Line]:
    size = scan.number(2)
    yield from (Line("sig_hash_alg_len", size), Line("sig_hash_algs", 1))
    numbers = scan.within(size)
    while numbers.left >= 2:
        number = numbers.number(2)
        yield from (Line("sig_hash_alg", number), Line("sig_hash_hash", number >> 8), Line("sig_hash_sig", number & 0xFF))


def _protocols(scan: Scan) -> Iterator[Line]:
    yield from (Line("extensions_alpn_len", scan.number(2)), Line("extensions_alpn_list", 1))
    while scan.left:
        size = scan.number(1)
        yield from (Line("extensions_alpn_str_len", size), Line("extensions_alpn_str", text_of(scan.take(size))))


def _next_protocols(scan: Scan) -> Iterator[Line]:
    """Yield protocols that a server offers (draft-agl-tls-nextprotoneg-04)."""
    while scan.left:
        size = scan.number(1)
        yield from (Line("extensions_npn_str_len", size), Line("extensions_npn", text_of(scan.take(size))))


def _keys_of_client(scan: Scan) -> Iterator[Line]:
    yield Line("extensions_key_share_client_length", scan.number(2))
    yield from _keys(scan)


def _keys(scan: Scan) -> Iterator[Line]:
    if scan.left == 2:
        yield Line("extensions_key_share_selected_group", scan.number(2))
    while scan.left >= 4:
        yield Line("extensions_key_share_group", scan.number(2))
        size = scan.number(2)
        yield Line("extensions_key_share_key_exchange_length", size)
        yield Line("extensions_key_share_key_exchange", scan.take(size))


def read_timestamps(scan: Scan) -> Iterator[Line]:
    """Yield when a certificate was logged (RFC 6962, section 3.3)."""
    if scan.left:
        yield Line("tls.sct.scts_length", scan.number(2))
    while scan.left >= 2:
        size = scan.number(2)
        yield Line("tls.sct.sct_length", size)
        one = scan.within(size)
        yield from (
            Line("tls.sct.sct_version", one.number(1)),
            Line("tls.sct.sct_logid", one.take(32)),
            Line("tls.sct.sct_timestamp", min(one.number(8), LATEST_MS) * MILLISECOND_NS),
        )
        size = one.number(2)
        yield Line("tls.sct.sct_extensions_length", size)
        one.take(size)
        number = one.number(2)
        yield from (Line("sig_hash_alg", number), Line("sig_hash_hash", number >> 8), Line("sig_hash_sig", number & 0xFF))
        yield from (Line("tls.sct.sct_signature_length", one.number(2)), Line("tls.sct.sct_signature", one.rest()))


def _shared_keys(scan: Scan) -> Iterator[Line]:
    size = scan.number(2)
    yield Line("extensions.psk.identities.length", size)
    identities = scan.within(size)
    while identities.left >= 2:
        size = identities.number(2)
        yield Line("extensions.psk.identity.identity_length", size)
        yield Line("extensions.psk.identity.identity", identities.take(size))
        yield Line("extensions.psk.identity.obfuscated_ticket_age", identities.number(4))
    yield from (Line("extensions.psk.binders_len", scan.number(2)), Line("extensions.psk.binders", 1))


def _media(scan: Scan) -> Iterator[Line]:
    size = scan.number(2)
    yield Line("tls.use_srtp.protection_profiles_length", size)
    profiles = scan.within(size)
    while profiles.left >= 2:
        yield Line("tls.use_srtp.protection_profile", profiles.number(2))
    yield Line("tls.use_srtp.mki_length", scan.number(1))


def _octets(name: str) -> Read:
    return lambda scan: iter((Line(name, scan.rest()),))


def _number(name: str, width: int) -> Read:
    return lambda scan: iter((Line(name, scan.number(width)),))


EMPTY = (22, 23, 42)
"""Extensions that say all by being there: signing what is encrypted, keys that hang on the whole handshake, and early data."""

ASKED: Mapping[int, Read] = {
    5: _status_request,
    41: _shared_keys,
    43: _numbers(2, 1, ("extensions.supported_versions_len", "", "extensions.supported_version")),
    51: _keys_of_client,
}
"""Extensions that clients write otherwise than servers."""

ANSWERED: Mapping[int, Read] = {
    5: lambda _: iter(()),
    41: _number("extensions.psk.identity.selected", 2),
    43: _number("extensions.supported_version", 2),
    51: _keys,
}
"""The same of servers."""

EXTENSIONS: Mapping[int, Read] = {
    0: _server_name,
    10: _numbers(2, 2, ("extensions_supported_groups_length", "extensions_supported_groups", "extensions_supported_group")),
    11: _numbers(1, 1, ("extensions_ec_point_formats_length", "extensions_ec_point_formats", "extensions_ec_point_format")),
    13: _algorithms,
    14: _media,
    15: _number("extension.heartbeat.mode", 1),
    16: _protocols,
    18: read_timestamps,
    21: _octets("extensions_padding_data"),
    27: _numbers(2, 1, ("tls.compress_certificate.algorithms_length", "", "tls.compress_certificate.algorithm")),
    28: _number("tls.record_size_limit", 2),
    34: _algorithms,
    35: _octets("extension.data"),
    45: _numbers(1, 1, ("tls.extension.psk_ke_modes_length", "", "tls.extension.psk_ke_mode")),
    57: read_parameters,
    65445: read_parameters,
    13172: _next_protocols,
    65281: _number("extensions_reneg_info_len", 1),
}
