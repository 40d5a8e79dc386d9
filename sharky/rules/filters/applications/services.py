"""TFTP, RADIUS and CoAP: small messages with a kind, and options behind it (RFC 1350, RFC 2865, RFC 7252)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan, text_of

READS, WRITES, PIECE, ACKNOWLEDGES, ERROR, OPTIONS = range(1, 7)
RADIUS_HEAD = 20
REQUESTS, ANSWERS = (1, 4, 12, 40, 43), (2, 3, 5, 11, 13, 41, 42, 44, 45)
TEXTS = {
    1: "User_Name", 11: "Filter_Id", 18: "Reply_Message", 22: "Framed_Route", 30: "Called_Station_Id", 31: "Calling_Station_Id",
    32: "NAS_Identifier", 44: "Acct_Session_Id", 50: "Acct_Multi_Session_Id", 77: "Connect_Info", 87: "NAS_Port_Id",
}  # fmt: skip
NUMBERS = {
    4: "NAS_IP_Address", 8: "Framed-IP-Address", 14: "Login-IP-Host", 9: "Framed_IP_Netmask", 5: "NAS_Port", 6: "Service_Type",
    7: "Framed_Protocol", 12: "Framed_MTU", 15: "Login_Service", 27: "Session_Timeout", 28: "Idle_Timeout", 29: "Termination_Action",
    40: "Acct_Status_Type", 41: "Acct_Delay_Time", 42: "Acct_Input_Octets", 43: "Acct_Output_Octets", 45: "Acct_Authentic",
    46: "Acct_Session_Time", 47: "Acct_Input_Packets", 48: "Acct_Output_Packets", 49: "Acct_Terminate_Cause", 61: "NAS_Port_Type",
    52: "Acct_Input_Gigawords", 53: "Acct_Output_Gigawords", 85: "Acct_Interim_Interval",
}  # fmt: skip
OCTETS = {2: "User_Password_encrypted", 24: "State", 25: "Class", 60: "CHAP_Challenge", 79: "eap_fragment", 80: "Message_Authenticator"}
NAMES = {
    1: "If-Match", 3: "Uri-Host", 4: "Etag", 5: "If-None-Match", 6: "Observe", 7: "Uri-Port", 8: "Location-Path", 9: "Object-Security",
    11: "Uri-Path", 12: "Content-Format", 14: "Max-age", 15: "Uri-Query", 16: "Hop-Limit", 17: "Accept", 20: "Location-Query",
    23: "Block2", 27: "Block1", 28: "Size2", 35: "Proxy-Uri", 39: "Proxy-Scheme", 60: "Size1",
}  # fmt: skip
COAP_TEXTS = {3: "uri_host", 8: "location_path", 11: "uri_path", 15: "uri_query", 20: "location_query", 35: "proxy_uri", 39: "proxy_scheme"}
COAP_NUMBERS = {6: "observe", 7: "uri_port", 14: "max_age", 16: "hop_limit", 60: "size1"}
BLOCKS, FORMAT = (23, 27), 12


def read_tftp(octets: bytes) -> Iterator[Line]:
    """Yield which file is wanted, or which piece of it comes."""
    scan = Scan(octets)
    kind = scan.number(2)
    if kind in (READS, WRITES, OPTIONS):
        words = [text_of(word) for word in scan.rest().split(b"\0")[:-1]]
        if kind != OPTIONS and len(words) > 1:
            yield from (Line("source_file" if kind == READS else "destination_file", words[0]), Line("type", words[1]))
            words = words[2:]
        for name, value in zip(words[::2], words[1::2], strict=False):
            yield from (Line("option.name", name), Line("option.value", value))
    elif kind in (PIECE, ACKNOWLEDGES):
        yield Line("block", scan.number(2))
        if kind == PIECE and scan.left:
            yield Line("data", 1)
    elif kind == ERROR:
        yield from (Line("error.code", scan.number(2)), Line("error.message", text_of(scan.rest().partition(b"\0")[0])))


def read_radius(octets: bytes) -> Iterator[Line]:
    """Yield what the attributes of a message say."""
    scan = Scan(octets)
    kind = scan.number(1)
    scan.take(1)
    size = scan.number(2)
    yield Line("authenticator", scan.take(16))
    if kind in (*REQUESTS, *ANSWERS):
        yield Line("req" if kind in REQUESTS else "rsp", 1)
    attributes = scan.within(size - RADIUS_HEAD)
    while attributes.left >= 2:
        kind, length = attributes.number(1), attributes.number(1)
        content = attributes.within(length - 2).octets
        yield from (Line("avp", bytes((kind, length)) + content), Line("avp.type", kind), Line("avp.length", length))
        yield from _attribute(kind, content)


def _attribute(kind: int, content: bytes) -> Iterator[Line]:
    if kind in TEXTS:
        yield Line(TEXTS[kind], text_of(content))
    elif kind in NUMBERS and len(content) == 4:
        yield Line(NUMBERS[kind], int.from_bytes(content))
    elif kind in OCTETS:
        yield Line(OCTETS[kind], content)


def read_coap(octets: bytes) -> Iterator[Line]:
    """Yield the token, the options and the content of a message."""
    scan = Scan(octets)
    length = scan.number(1) & 0x0F
    yield Line("token_len", length)
    scan.take(3)
    if length:
        yield Line("token", scan.take(length))
    kind, path, query, has_format = 0, "", "", False
    count = 0
    while scan.left:
        head = scan.number(1)
        if head == 0xFF:
            yield from (Line("opt.end_marker", head), Line("payload", text_of(scan.octets[scan.at :])), Line("payload_length", scan.left))
            break
        yield from (Line("opt.delta", head >> 4), Line("opt.length", head & 0x0F))
        kind += _extended(scan, head >> 4)
        content = scan.take(_extended(scan, head & 0x0F))
        count += 1
        has_format |= kind == FORMAT
        yield Line("opt.name", f"#{count}: {NAMES.get(kind, f'Unknown Option ({kind})')}")
        yield from _option(kind, content)
        path += f"/{text_of(content)}" if kind == 11 else ""
        query += f"{'&' if query else '?'}{text_of(content)}" if kind == 15 else ""
    if path or query:
        yield Line("opt.uri_path_recon", path + query)
    if scan.left and not has_format:
        yield Line("data", 1)


def _extended(scan: Scan, number: int) -> int:
    return {13: 13, 14: 269}.get(number, number) + (scan.number(number - 12) if number in (13, 14) else 0)


def _option(kind: int, content: bytes) -> Iterator[Line]:
    number = int.from_bytes(content[:8])
    if kind in COAP_TEXTS:
        yield Line(f"opt.{COAP_TEXTS[kind]}", text_of(content))
    elif kind in COAP_NUMBERS:
        yield Line(f"opt.{COAP_NUMBERS[kind]}", number)
    elif kind in BLOCKS:
        yield from (Line("opt.block_number", number >> 4), Line("opt.block_mflag", number >> 3 & 1), Line("opt.block_size", number & 7))
    elif kind == 4:
        yield Line("opt.etag", content)
