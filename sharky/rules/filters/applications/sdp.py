"""Descriptions of sessions: who offers what sound or picture, and where (RFC 8866), and announcements of them (RFC 2974)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

MOST_LINES = 200
LONG_ADDRESS, ENCRYPTED, PACKED = 0x10, 0x02, 0x01
KINDS = {
    "v": "version", "o": "owner", "s": "session_name", "i": "session_info", "c": "connection_info", "b": "bandwidth", "t": "time",
    "m": "media", "u": "uri", "e": "email", "p": "phone", "r": "repeat_time", "z": "timezone", "k": "encryption_key",
}  # fmt: skip
WORDS = {
    "o": ("owner.username", "owner.sessionid", "owner.version", "owner.network_type", "owner.address_type", "owner.address"),
    "t": ("time.start", "time.stop"),
}
KNOWN = {
    0: "ITU-T G.711 PCMU", 3: "GSM 06.10", 4: "ITU-T G.723", 5: "DVI4 8000 samples/s", 6: "DVI4 16000 samples/s",
    7: "Experimental linear predictive encoding from Xerox PARC", 8: "ITU-T G.711 PCMA", 9: "ITU-T G.722", 13: "Comfort noise",
    18: "ITU-T G.729", 26: "JPEG-compressed video", 31: "ITU-T H.261", 34: "ITU-T H.263",
}  # fmt: skip
"""What Wireshark calls sounds and pictures with a number of their own (RFC 3551 section 6)."""


def read_sdp(octets: bytes) -> Iterator[Line]:
    """Yield what a description says."""
    has_media = False
    for line in text_of(octets).splitlines()[:MOST_LINES]:
        kind, equals, value = line.partition("=")
        if len(kind) != 1 or not equals:
            continue
        has_media |= kind == "m"
        if kind == "a":
            yield from _attribute(value, "media" if has_media else "session")
        elif kind in KINDS:
            yield Line(KINDS[kind], value)
            yield from (Line(name, word) for name, word in zip(WORDS.get(kind, ()), value.split(), strict=False))
            yield from _more(kind, value)


def read_sap(octets: bytes) -> Iterator[Line]:
    """Yield what an announcement is of."""
    scan = Scan(octets)
    flags = scan.number(1)
    signature = scan.number(1) * 4
    scan.take(2 + (16 if flags & LONG_ADDRESS else 4) + signature)
    if not flags & (ENCRYPTED | PACKED) and not octets[scan.at :].startswith(b"v="):
        kind, _, _ = octets[scan.at :].partition(b"\0")
        yield Line("payload_type", text_of(kind))
        scan.within(len(kind) + 1)
    yield from (Line(f"sdp.{line.name}", line.value) for line in read_sdp(scan.rest()) if not flags & (ENCRYPTED | PACKED))


def _more(kind: str, value: str) -> Iterator[Line]:
    if kind == "b":
        yield from (Line(f"bandwidth.{name}", said) for name, said in zip(("modifier", "value"), value.split(":", 1), strict=False))
    elif kind == "m":
        yield from _media(value)
    elif kind == "c":
        network, family, address, *_ = [*value.split(), "", "", ""]
        address, slash, ttl = address.partition("/")
        names = ("network_type", "address_type", "address")
        yield from (Line(f"connection_info.{name}", said) for name, said in zip(names, (network, family, address), strict=True) if said)
        if slash:
            yield Line("connection_info.ttl", ttl)


def _media(value: str) -> Iterator[Line]:
    media, port, proto, *formats = [*value.split(), "", "", ""]
    port, slash, count = port.partition("/")
    for name, said in (("media.media", media), ("media.port_string", port), ("media.port", port), ("media.proto", proto)):
        if said:
            yield Line(name, said)
    if slash:
        yield Line("media.portcount", count)
    for one in filter(None, formats):
        is_known = proto.startswith("RTP/") and one.isascii() and one.isdigit() and len(one) < 4
        yield Line("media.format", KNOWN.get(int(one), one) if is_known else one)


def _attribute(value: str, where: str) -> Iterator[Line]:
    field, colon, rest = value.partition(":")
    yield Line(f"{where}_attr", value)
    yield Line("media_attribute.field" if where == "media" else "session_attr.field", field)
    if not colon:
        return
    if where == "media" and field == "rtpmap":
        encoding, *rate = rest.partition(" ")[2].split("/")
        yield Line("mime.type", encoding)
        yield from (Line("sample_rate", one) for one in rate[:1])
    elif where == "media" and field == "fmtp":
        yield from (Line("fmtp.parameter", one.strip()) for one in rest.partition(" ")[2].split(";") if one.strip())
    else:
        yield Line("media_attribute.value" if where == "media" else "session_attr.value", rest)
