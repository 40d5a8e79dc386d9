"""Messages of applications as they are on the wire, and what readers shall say of them."""

from __future__ import annotations

import struct

from tests.unit.rules.certificates import CERTIFICATE, CLIENT_HELLO, SERVER_KEY, extension, hello, message, value

CALL = (
    b"INVITE sip:bo@b.example:5070 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1:5060;branch=z9;rport\r\nMax-Forwards: 70\r\n"
    b'f: "Anna" <sip:anna@a.example>;tag=7\r\nTo: <sip:bo@b.example>\r\nCall-ID: 1@a\r\nCSeq: 1 INVITE\r\n'
    b'Authorization: Digest username="anna", realm="a", response="00ff"\r\nContent-Type: application/sdp\r\nContent-Length: 9\r\n\r\n'
    b"v=0\r\no=anna 1 2 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1/16\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 97\r\n"
    b"a=rtpmap:97 iLBC/8000\r\na=fmtp:97 mode=20\r\n"
)
NAME = b" " + bytes(0x41 + part for octet in b"ANNA".ljust(15) + b"\x20" for part in (octet >> 4, octet & 15)) + b"\0"
ASKED = bytes.fromhex("0007 0110 0001 0000 0000 0000") + NAME + bytes.fromhex("0020 0001")
TOLD = bytes.fromhex("0007 8500 0000 0001 0000 0000") + NAME + bytes.fromhex("0020 0001 000000f0 0006 6000 0a000001")
DATAGRAM = bytes.fromhex("1102 0007 0a000001 008a 0050 0000") + NAME + NAME
PUBLIC_GET = bytes.fromhex("302602010104067075626c6963a019020107020100020100300e300c06082b060102010101000500")
BIND = bytes.fromhex("3016 020101 6011 020103 0404 636e3d61 8006 736563726574".replace(" ", ""))
OPTION_12 = bytes((12, 4)) + b"anna"
LEASE = (
    bytes((1, 1, 6, 0)) + bytes(24) + bytes.fromhex("020000000001") + bytes(10) + b"here\0".ljust(64, b"\0") + bytes(128)
    + bytes.fromhex("63825363") + OPTION_12 + bytes((58, 4, 0, 0, 14, 16, 81, 7, 1, 0, 0)) + b"anna" + bytes((255, 0, 0))
)  # fmt: skip
IDENTIFIED = LEASE[:240] + bytes((61, 19, 255)) + bytes.fromhex("8f9aaebd 0001 0001 00000009 020000000001") + b"\x3d\5\0anna\xff"
SOLICIT = bytes.fromhex("01000007 0001 000e 0001 0001 00000009 020000000001 0008 0002 0064 0006 0004 0017 0018")
ZONE = (
    bytes.fromhex("0007 8400 0001 0001 0000 0000")
    + b"\1a\2de\0"
    + bytes.fromhex("0006 0001 c00c 0006 0001 0000003c 001c")
    + b"\2ns\xc0\x0c\1b\0"
)
ZONE += struct.pack("!5I", 2024, 1, 2, 3, 4)
EDNS = bytes.fromhex("0007 0100 0000 0000 0000 0001 00 0029 1000 00000000 000c 000a 0008") + bytes(8)
STEAM_BODY = b"\x22\4anna\x38\xc8\xfe\xff\xff\xff\xff\xff\xff\xff\1\x4a\x09\x09" + struct.pack("<Q", 7) + b"\x60\1\xb8\1\2\xa2\1\2hi"
STEAM = bytes.fromhex("ffffffff214c5fa0 05000000 08ac02 1001") + struct.pack("<I", len(STEAM_BODY)) + STEAM_BODY
REPORT = struct.pack("!BBHIIIIII", 0x81, 200, 12, 7, 1, 2, 3, 4, 5) + struct.pack("!IIIIII", 9, 0x80000005, 6, 7, 8, 9)
FRAME = bytes((0x90, 0x80, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0xBE, 0xDE, 0, 1, 0x20, 0x07, 0, 0)) + b"sound"
SEEN = bytes.fromhex("0101 000c 2112a442 000102030405060708090a0b 0020 0008 0001 d506 2b12a443")
STUN_ERROR = bytes.fromhex("0111 0010 2112a442 000102030405060708090a0b 0009 0009 0000 0401") + b"Wrong\0\0\0"
PARAMETERS = (
    bytes.fromhex("0104 80007530 0f02 0708 1108 00000001 6b3343cf 7129 06")
    + b"Chrome"
    + bytes.fromhex("0d29 0a000001 01bb") + bytes(18) + bytes(17)
)  # fmt: skip
QUIC_HELLO = hello(extension(57, PARAMETERS))
SAP = bytes.fromhex("2000 0007 0a000001") + b"application/sdp\0v=0\r\ns=talk\r\n"
SLOT = b"\\MAILSLOT\\BROWSE\0"
SMB_HEAD = b"\xffSMB\x25" + bytes(27)
WORDS = struct.pack("<HHHHBBHIHHHHHBBHHH", 0, 33, 0, 0, 0, 0, 0, 0, 0, 0, 0, 42, 86, 3, 0, 1, 1, 2)
BROWSE = (
    bytes((15, 0, 0x60, 0xEA, 0, 0)) + b"ANNA".ljust(16, b"\0") + bytes((6, 1)) + struct.pack("<I", 0x00011003) + bytes((15, 1, 0x55, 0xAA))
)
ANNOUNCED = SMB_HEAD + bytes((17,)) + WORDS + struct.pack("<H", 50) + SLOT + BROWSE + b"a comment\0"
WORKGROUP = ANNOUNCED[:86] + b"\x0c" + ANNOUNCED[87:108] + bytes((3, 10)) + ANNOUNCED[110:114] + struct.pack("<I", 0x7FE) + b"ANNA\0"
WORKGROUP = WORKGROUP.replace(WORDS, WORDS[:22] + struct.pack("<H", 37) + WORDS[24:])
NAMES = (
    bytes.fromhex("0007 8400 0000 0001 0000 0000") + NAME + bytes.fromhex("0021 0001 00000000 0041 01") + b"ANNA".ljust(15) + b"\0\x14\0"
)
DTLS_HELLO = CLIENT_HELLO[4:38] + b"\0\0" + CLIENT_HELLO[39:]
DTLS = bytes((22,)) + bytes.fromhex("fefd 0000 000000000007") + (len(DTLS_HELLO) + 12).to_bytes(2)
DTLS += b"\1" + len(DTLS_HELLO).to_bytes(3) + bytes.fromhex("0003 000000") + len(DTLS_HELLO).to_bytes(3) + DTLS_HELLO
PEOPLE = ((1, (b"anna1",)), (2, (b"krbtgt", b"A.EXAMPLE")))
CLIENT, SERVER = (
    value(0x30, value(0xA0, value(2, bytes([kind]))), value(0xA1, value(0x30, *(value(0x1B, part) for part in parts))))
    for kind, parts in PEOPLE
)
BODY = value(
    0x30, value(0xA0, value(3, b"\0\x40\x81\0\x10")), value(0xA1, CLIENT), value(0xA2, value(0x1B, b"A.EXAMPLE")), value(0xA3, SERVER)
)
AS_REQ = value(0x6A, value(0x30, value(0xA1, value(2, b"\5")), value(0xA2, value(2, b"\x0a")), value(0xA4, BODY)))

PEER = b"\x13BitTorrent protocol" + bytes(8) + b"i" * 20 + b"p" * 20 + bytes.fromhex("0000000d 06 00000007 00004000 00004000")
INITIAL = bytes.fromhex("c0 00000001 02aabb 01cc 01dd 4001 00")
RETRY = bytes.fromhex("f0 00000001 00 00") + b"token" + bytes(16)
GOOGLES = bytes.fromhex("09 0102030405060708") + b"Q039" + bytes(14) + b"CHLO\2\0\0\0SNI\0\4\0\0\0UAID\6\0\0\0a.demy"
CONFIGURED = b"SCFG\1\0\0\0PUBS\5\0\0\0" + bytes.fromhex("20 00 00 07 00")
THINGS = (
    (b"SCFG", CONFIGURED),
    (b"CTIM", struct.pack("<I", 1_511_265_600)),
    (b"CSCT", b""),
    (b"AEAD", b"AESG"),
    (b"RREJ", struct.pack("<I", 12)),
)
REFUSAL = bytes.fromhex("08 0102030405060708 01") + bytes(12) + b"\xa0\1\0\x5fREJ\0\5\0\0\0"
REFUSAL += b"".join(tag + struct.pack("<I", sum(len(said) for _, said in THINGS[: at + 1])) for at, (tag, _) in enumerate(THINGS))
REFUSAL += b"".join(said for _, said in THINGS)

MESSAGES: list[tuple[str, bytes, dict[str, object]]] = [
    ("sip", CALL, {"r-uri.user": "bo", "r-uri.port": "5070", "from.user": "anna", "from.tag": "7", "from.display.info": '"Anna"'}),
    ("sip", CALL, {"via.transport": "UDP", "via.sent-by.port": "5060", "via.branch": "z9", "via.rport": "rport", "max-forwards": "70"}),
    ("sip", CALL, {"auth.scheme": "Digest", "auth.username": '"anna"', "auth.digest.response": '"00ff"', "msg_body": 1}),
    ("sip", CALL, {"sdp.owner.address": "10.0.0.1", "sdp.connection_info.ttl": "16", "sdp.media.port": "4000", "sdp.mime.type": "iLBC"}),
    ("sip", CALL, {"sdp.media.format": "ITU-T G.711 PCMU", "sdp.fmtp.parameter": "mode=20", "sdp.time.start": "0"}),
    ("sap", SAP, {"payload_type": "application/sdp", "sdp.session_name": "talk"}),
    ("nbns", ASKED, {"name": "ANNA<20>", "type": 32, "class": 1}),
    ("nbns", TOLD, {"name": "ANNA<20>", "ttl": 240, "addr": 0x0A000001, "nb_flags.ont": 3, "flags.rcode": 0}),
    ("nbns", NAMES, {"netbios_name": "ANNA", "name_flags.act": 1, "name_flags.drg": 1, "name_flags.cnf": 0, "name_flags.prm": 0}),
    ("nbdgm", DATAGRAM, {"source_name": "ANNA<20>", "destination_name": "ANNA<20>"}),
    ("nbss", b"\x81\0\0\x44" + NAME + NAME, {"called_name": "ANNA<20>", "calling_name": "ANNA<20>"}),
    (
        "tls",
        message(2, b"\3\3" + bytes(32) + b"\0\xc0\x2f\0\0\7" + extension(13172, b"\2h2")),
        {"extensions_npn": "h2", "extensions_npn_str_len": 2},
    ),
    ("smb", ANNOUNCED, {"trans_name": "\\MAILSLOT\\BROWSE", "mailslot.class": 2, "mailslot.size": 50, "bcc": 50}),
    ("smb", ANNOUNCED, {"browser.command": 15, "browser.server": "ANNA", "browser.os_major": 6, "browser.sig": 0xAA55}),
    (
        "smb",
        ANNOUNCED,
        {"browser.windows_version": "Windows 7 or Windows Server 2008 R2", "browser.server_type.wfw": 0, "tdc": 33, "dc": 42},
    ),
    ("smb", ANNOUNCED, {"timeout": 0, "sc": 3, "data_offset": 86, "transaction.flags.owt": 0, "reserved": b"\0"}),
    ("smb", WORKGROUP, {"browser.mysterious_field": 0x7FE, "browser.mb_server": "ANNA", "browser.windows_version": ""}),
    ("smb", ANNOUNCED, {"browser.server_type.workstation": 1, "browser.server_type.print": 0, "browser.comment": "a comment"}),
    ("tls", CLIENT_HELLO, {"ciphersuites": 1, "comp_methods_length": 1, "extensions_server_name_len": 9, "extensions_alpn_str_len": 2}),
    ("tls", CLIENT_HELLO, {"ja3_full": "771,4865-49199,0-16-10-11-43,29,0", "ja3": "4207f447407e8fcd306deca56c949017"}),
    ("tls", SERVER_KEY, {"server_named_curve": 29, "server_point_len": 2, "sig_hash_alg": 0x0403, "sig_len": 1, "sig": b"\7"}),
    ("tls", CERTIFICATE, {"x509af.version": 2, "x509af.serialNumber": b"\x12\x34", "x509sat.uTF8String": "a.example"}),
    ("tls", CERTIFICATE, {"x509sat.CountryName": "DE", "x509ce.dNSName": "a.example", "x509ce.cA": 1, "pkcs1.publicExponent": 65537}),
    ("tls", CERTIFICATE, {"x509af.utcTime": "2024-01-01 00:00:00 (UTC)", "x509af.algorithm.id": "1.2.840.113549.1.1.11"}),
    ("tls", QUIC_HELLO, {"tls.quic.parameter.max_idle_timeout": 30_000, "tls.quic.parameter.initial_source_connection_id": b"\7\x08"}),
    ("tls", QUIC_HELLO, {"tls.quic.parameter.type": 1, "tls.quic.parameter.length": 4, "tls.quic.parameter.vi.other_version": 0x6B3343CF}),
    ("tls", QUIC_HELLO, {"tls.quic.parameter.google.user_agent": "Chrome", "tls.quic.parameter.preferred_address.ipv4port": 443}),
    (
        "dtls",
        DTLS,
        {"record.sequence_number": 7, "handshake.message_seq": 3, "handshake.cookie_length": 0, "handshake.ciphersuite": 0x1301},
    ),
    ("stun", SEEN, {"att.family": 1, "att.port": 0xF414, "att.ipv4": 0x0A000001, "att.ipv4-xord": b"\x2b\x12\xa4\x43"}),
    ("stun", STUN_ERROR, {"att.error.class": 4, "att.error": 1, "att.error.reason": "Wrong", "att.padding": 3}),
    ("stun", SEEN[:20] + bytes.fromhex("c057 0004 0003 000a"), {"att.google.network_id": 3, "att.google.network_cost": 10}),
    (
        "stun",
        SEEN[:2] + b"\0\x10" + SEEN[4:20] + bytes.fromhex("8055 0002 0001 0000 8008 0004 00000006"),
        {"att.ms.stream_type": 1, "att.ms.version": 6},
    ),
    ("stun", SEEN[:20] + bytes.fromhex("0800 010d 0001"), {"unknown_attribute": 1, "att.length": 0x10D}),
    ("cipher", bytes.fromhex("11220020 33445566"), {"ccmp.extiv": "0x665544332211"}),
    ("cipher", bytes.fromhex("00200b20 01000000"), {"tkip.extiv": "0x00000001000B"}),
    ("stun", bytes.fromhex("4001 0004") + b"talk", {"channel": 0x4001}),
    ("wg", bytes.fromhex("04000000 07000000 0900000000000000") + bytes(16), {"counter": 9, "keepalive": 1, "encrypted_packet": 1}),
    ("wg", bytes.fromhex("01000000 07000000") + bytes(140), {"ephemeral": "A" * 43 + "=", "encrypted_static": 1, "mac2": bytes(16)}),
    ("rtp", FRAME, {"ext.profile": 0xBEDE, "ext.len": 1, "ext.rfc5285.id": 2, "ext.rfc5285.data": b"\7", "payload": b"sound"}),
    ("rtcp", REPORT, {"rc": 1, "timestamp.ntp.msw": 1, "sender.octetcount": 5, "ssrc.fraction": 0x80, "ssrc.cum_nr": 5, "ssrc.dlsr": 9}),
    ("smtp", b"RCPT TO:<anna@a.example>\r\n", {"req.command": "RCPT", "req.parameter": "TO:<anna@a.example>"}),
    ("smtp", b"250-a.example\r\n250 HELP\r\n", {"response.code": "250", "rsp.parameter": "a.example", "response": "250-a.example\r\n"}),
    ("pop", b"USER anna\r\n", {"request.command": "USER", "request.parameter": "anna"}),
    ("pop", b"+OK 2 mails\r\n1 100\r\n", {"response.indicator": "+OK", "response.description": "2 mails", "response.data": "1 100\r\n"}),
    ("imap", b"a1 LOGIN anna 'secret'\r\n", {"request.command": "LOGIN", "request.username": "anna", "request.password": "secret"}),
    ("imap", b"a1 UID FETCH 1\r\n", {"request.command": "FETCH", "request.command.uid": 1, "isrequest": 1}),
    ("irc", b"PRIVMSG #sea :hi all\r\n", {"request.command": "PRIVMSG", "request.command_parameter": "#sea", "request.trailer": "hi all"}),
    ("rtsp", b"SETUP rtsp://a/1 RTSP/1.0\r\nCSeq: 1\r\nSession: 7;timeout=9\r\n\r\n", {":method": "SETUP", "session": "7"}),
    ("syslog", b"<34>Oct 11 su: failed", {"facility": 4, "level": 2, "msg": "Oct 11 su: failed"}),
    ("telnet", bytes.fromhex("fffd1f fffa1f00500018fff0") + b"login: ", {"cmd": 253, "naws_subopt.width": 80, "data": "login: "}),
    ("tftp", b"\0\1boot.img\0octet\0tsize\0000\0", {"source_file": "boot.img", "type": "octet", "option.name": "tsize"}),
    ("tftp", b"\0\5\0\1no such\0", {"error.code": 1, "error.message": "no such"}),
    (
        "radius",
        bytes((1, 7, 0, 32)) + bytes(16) + b"\1\6anna" + b"\4\6\x0a\0\0\1",
        {"req": 1, "User_Name": "anna", "NAS_IP_Address": 0x0A000001},
    ),
    (
        "coap",
        bytes.fromhex("4101 0007 aa b3") + b"sea" + b"\x03fin\xffhi",
        {"token": b"\xaa", "opt.uri_path_recon": "/sea/fin", "payload": "hi"},
    ),
    ("snmp", PUBLIC_GET, {"data": 0, "get_request_element": 1, "request_id": 7, "name": "1.3.6.1.2.1.1.1.0", "value.null": 1}),
    ("ldap", BIND, {"messageID": 1, "protocolOp": 0, "name": "cn=a", "simple": b"secret", "authentication": 0}),
    ("kerberos", AS_REQ, {"msg_type": 10, "CNameString": "anna1", "realm": "A.EXAMPLE", "SNameString": "krbtgt", "name_type": 1}),
    ("dhcp", LEASE, {"server": "here", "hw.addr_padding": bytes(10), "option.renewal_time_value": 3600, "fqdn.name": "anna", "fqdn.s": 1}),
    ("dhcp", LEASE, {"option.value": b"anna", "option.end": 255, "option.padding": bytes(2)}),
    ("dhcp", IDENTIFIED, {"client_id.iaid": "8f9aaebd", "client_id.duid_type": 1, "client_id.duid_llt_hw_type": 1, "client_id.time": 9}),
    ("dhcp", IDENTIFIED, {"client_id.link_layer_address": "02:00:00:00:00:01", "client_id.type": 0, "client_id.undef": "anna"}),
    (
        "dhcpv6",
        SOLICIT,
        {"duid.type": 1, "duidllt.link_layer_addr": "02:00:00:00:00:01", "elapsed_time": 1000, "requested_option_code": 23},
    ),
    ("dns", ZONE, {"count.labels": 2, "soa.mname": "ns.a.de", "soa.rname": "b", "soa.serial_number": 2024, "soa.minimum_ttl": 4}),
    ("dns", ZONE + b"\0\1", {"extraneous": 1, "extraneous.length": 2, "extraneous.data": b"\0\1"}),
    ("dns", EDNS, {"opt.data": bytes(8), "opt.cookie.client": bytes(8), "opt.cookie.server": b""}),
    ("steam", STEAM, {"signature": 0xA05F4C21FFFFFFFF, "header_client_id": 300, "header_msg_type": 1, "body_length": len(STEAM_BODY)}),
    ("steam", STEAM, {"body_status_hostname": "anna", "body_status_ostype": -184, "body_status_user_steamid": 7}),
    ("steam", STEAM, {"body_status_timestamp": 1_000_000_000, "unknown_number": 2, "unknown_data": b"hi", "unknownnumber": 1}),
    ("mqtt", b"\x30\x07\0\3seahi", {"len": 7, "msg": b"hi"}),
    ("mqtt", b"\x10\x14\0\4MQTT\4\x04\0\x3c\0\1c\0\1t\0\2by", {"proto_len": 4, "clientid_len": 1, "willtopic": "t", "willmsg": b"by"}),
    ("bittorrent", PEER, {"info_hash": b"i" * 20, "msg.type": 6, "piece.index": 7, "piece.begin": 0x4000, "piece.length": 0x4000}),
    ("bittorrent", b"more of a piece", {"continuous_data": b"more of a piece"}),
    ("quic", INITIAL, {"dcid": b"\xaa\xbb", "scil": 1, "token": b"\xdd", "length": 1}),
    ("quic", RETRY, {"scil": 0, "retry_token": b"token", "retry_integrity_tag": bytes(16)}),
    ("gquic", GOOGLES, {"puflags": 9, "cid": 0x0102030405060708, "version": "Q039", "tag": "CHLO", "tag_number": 2, "tag.sni": "a.de"}),
    ("gquic", GOOGLES, {"tag.uaid": "my", "tag_type": "SNI", "puflags.reset": 0}),
    ("gquic", GOOGLES[:-1], {"tag_length_truncated": 1, "tag.uaid": "m"}),
    ("gquic", GOOGLES, {"tags": 1, "tag_offset_end": 4, "tag_offset_length": 4, "tag_value": b"a.de", "padding": bytes(2)}),
    (
        "gquic",
        REFUSAL,
        {"tag.scfg": "SCFG", "tag.scfg.number": 1, "tag.pubs": 0x20, "tag.ctim": 1_511_265_600_000_000_000, "tag.csct": b""},
    ),
    (
        "gquic",
        REFUSAL,
        {"stream_id": 1, "frame_type.stream.d": 1, "frame_type.stream.ooo": 0, "data_len": 95, "tag.aead": "AESG", "tag.rrej": 12},
    ),
    ("dropbox", b'{"version": [2, 0], "name": "anna", "is": true}', {"json.key": "version", "json.value.string": "anna", "json.array": 1}),
    ("tplink", bytes.fromhex("d0f281f88bff9af7d5ef94b6d1b4c09fec95e68fe187e8caf08bf68bf6"), {"json.key": "get_sysinfo", "json.object": 1}),
]

ANSWERS: list[tuple[str, bytes, dict[str, object]]] = [
    ("imap", b"* 3 EXISTS\r\na1 OK SELECT done\r\n", {"isrequest": 0, "response.status": "OK", "response.command": "SELECT", "tag": "a1"}),
    ("irc", b":srv 433 * anna :taken\r\n", {"response.prefix": "srv", "response.num_command": "433", "response.trailer": "taken"}),
    ("imap", b"* 1 FETCH (BODY[] {20}\r\nSubject: hi\r\n", {"isrequest": 0, "request": None}),
    ("irc", b"PING :abc\r\n", {"response.command": "PING", "response.trailer": "abc", "request": None}),
    ("ftp", b"230 done\r\n", {":response": "1", ":code": "230", ":answer": "done"}),
    ("ftp", b" more\r\n", {":response": "1", ":code": None, ":answer": " more"}),
]
"""What servers say where it means another thing than of a client."""
