"""What both sides of QUIC say in their hellos that they can take (RFC 9000 section 18, RFC 9221, RFC 9287, RFC 9368)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sharky.rules.filters.applications.quic import read_quic_number
from sharky.rules.filters.applications.scan import Line, Scan, text_of

OF = "tls.quic.parameter"
NUMBERS: Mapping[int, str] = {
    0x01: "max_idle_timeout",
    0x03: "max_udp_payload_size",
    0x04: "initial_max_data",
    0x05: "initial_max_stream_data_bidi_local",
    0x06: "initial_max_stream_data_bidi_remote",
    0x07: "initial_max_stream_data_uni",
    0x08: "initial_max_streams_bidi",
    0x09: "initial_max_streams_uni",
    0x0A: "ack_delay_exponent",
    0x0B: "max_ack_delay",
    0x0E: "active_connection_id_limit",
    0x20: "max_datagram_frame_size",
    0x1057: "loss_bits",
    0x7158: "enable_time_stamp_v2",
    0xDE1A: "min_ack_delay",
    0xFF03DE1A: "min_ack_delay",
    0x3127: "google.initial_rtt",
    0xFF00: "facebook.partial_reliability",
}
OCTETS: Mapping[int, str] = {
    0x00: "original_destination_connection_id",
    0x02: "stateless_reset_token",
    0x0F: "initial_source_connection_id",
    0x10: "retry_source_connection_id",
    0x3128: "google.connection_options",
}
ADDRESS, VERSIONS, AGENT, GOOGLES = 0x0D, 0x11, 0x3129, 0x4752


def read_parameters(scan: Scan) -> Iterator[Line]:
    """Yield all parameters; up to draft 26 a length stood ahead of them, and kinds and lengths had two octets each."""
    is_old = scan.left >= 2 and int.from_bytes(scan.octets[:2]) == scan.left - 2
    if is_old:
        yield Line(f"{OF}.lengt.old", scan.number(2))
    while scan.left:
        kind, size = (scan.number(2) if is_old else read_quic_number(scan) for _ in range(2))
        yield from (Line(f"{OF}.type", kind), Line(f"{OF}.lengt.old" if is_old else f"{OF}.length", size))
        content = scan.within(size)
        if content.left:
            yield Line(f"{OF}.value", content.octets)
        if content.left or kind in OCTETS:
            yield from (Line(f"{OF}.{line.name}", line.value) for line in _said(kind, content))


def _said(kind: int, scan: Scan) -> Iterator[Line]:
    if kind in NUMBERS:
        yield Line(NUMBERS[kind], read_quic_number(scan))
    elif kind in OCTETS:
        yield Line(OCTETS[kind], scan.rest())
    elif kind == ADDRESS:
        yield from _address(scan)
    elif kind == VERSIONS:
        yield Line("vi.chosen_version", scan.number(4))
        yield from (Line("vi.other_version", scan.number(4)) for _ in range(scan.left // 4))
    elif kind == AGENT:
        yield Line("google.user_agent", text_of(scan.rest()))
    elif kind == GOOGLES:
        yield Line("google.quic_version", scan.number(4))


def _address(scan: Scan) -> Iterator[Line]:
    """Yield where else a server can be reached."""
    yield from (Line("preferred_address.ipv4address", scan.number(4)), Line("preferred_address.ipv4port", scan.number(2)))
    yield from (Line("preferred_address.ipv6address", scan.take(16)), Line("preferred_address.ipv6port", scan.number(2)))
    size = scan.number(1)
    yield Line("preferred_address.connectionid.length", size)
    yield Line("preferred_address.connectionid", scan.take(size))
    yield Line("preferred_address.statelessresettoken", scan.take(16))
