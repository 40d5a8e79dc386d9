"""Messages of tunnels, mobile networks and machines as they are on the wire, by port, and filters that hold for them."""

from __future__ import annotations

from struct import pack

from tests.unit.rules.bgp_messages import OF_ROUTES, OPENS, ROUTES
from tests.unit.rules.dcerpc_messages import DCERPC, OF_DCERPC
from tests.unit.rules.isakmp_messages import BEHIND_MARKERS, ISAKMP, OF_ISAKMP
from tests.unit.rules.kerberos_messages import KERBEROS, OF_KERBEROS
from tests.unit.rules.modbus_messages import MODBUS, OF_MODBUS
from tests.unit.rules.smb_messages import OF_SMB, SMB

BEGINS = bytes((0x38,)) + b"session!" + bytes(5)
GTP = pack("!BBHI", 0x48, 32, 8, 7) + bytes((0, 0, 9, 0))
PFCP = pack("!BBHQ", 0x21, 50, 12, 5) + bytes((0, 0, 6, 0))
UDP = {500: ISAKMP, 4500: BEHIND_MARKERS, 1194: [BEGINS], 2123: [GTP], 8805: [PFCP]}
OF_UDP = {
    500: OF_ISAKMP,
    4500: OF_ISAKMP,
    1194: ("openvpn.opcode == 7", "openvpn.keyid == 0", "openvpn.type == 0x38", "openvpn.sessionid"),
    2123: ("gtpv2.message_type == 32", "gtpv2.teid == 7", "gtpv2.seq == 9", "gtpv2.version == 2", "gtpv2.msg_length == 8"),
    8805: ("pfcp.msg_type == 50", "pfcp.seid == 5", "pfcp.seqno == 6", "pfcp.length == 12", "pfcp.version == 1"),
}

TPKT = bytes((3, 0, 0, 31, 2, 0xF0, 0x80))
READS = bytes.fromhex("32010000 0001 000e 0000 0401120a10020001000084000000")
READ = bytes.fromhex("32030000 0001 0002 0005 0000 0401 ff0400 0800")
S7 = [[TPKT + READS], [bytes((3, 0, 0, 26, 2, 0xF0, 0x80)) + READ]]
ENIP = [
    [bytes.fromhex("6f00 1600 07000000 00000000") + bytes(12) + bytes.fromhex("00000000 0500 0200 0000 0000 b200 0600 0e02 2001 2401")],
    [bytes.fromhex("6f00 1600 07000000 00000000") + bytes(12) + bytes.fromhex("00000000 0500 0200 0000 0000 b200 0600 8e00 0000 0100")],
]
UA = [[b"HELF" + pack("<IIIIII", 38, 0, 8192, 8192, 0, 0) + pack("<I", 6) + b"opc://"]]
PATH = "400101 00 40020a 0202fc00fc01 0101fc02 400304 c0000201 800404 00000005 400504 00000064 c00706 fc00 c0000209"
MARKS = "d0080008 fc000007 ffffff01 c01106 020100010000 800904 c0000202 c08008 0000fc03 400101 02"
WAY = bytes.fromhex(PATH + MARKS)
UPDATE = b"\xff" * 16 + pack("!HBHH", 23 + len(WAY) + 4, 2, 0, len(WAY)) + WAY + bytes((24, 10, 0, 0))
BGP = [[UPDATE[:30], UPDATE[30:]], [b"\xff" * 16 + bytes((0, 19, 4))]]
TDS = [[bytes((18, 1, 0, 9, 0, 0, 1, 0, 255))], [bytes((4, 9, 0, 10, 0, 51)), bytes((1, 0, 255, 0))]]
FTP = [
    *([b"PORT 192,0,2,7,4,1\r\n"], [b"200 Well\r\n"], [b"PASV\r\n"], [b"227 Entering Passive Mode (192,0,2,1,64,155).\r\n"]),
    *([b"EPSV\r\n"], [b"229 Extended (|||6446|)\r\n"]),
]
TCP = {102: S7, 44818: ENIP, 4840: UA, 179: [*BGP, [OPENS], ROUTES], 1433: TDS, 21: FTP, 445: SMB, 88: KERBEROS, 502: MODBUS, 135: DCERPC}
OF_TCP = {
    102: ("s7comm.param.func == 4", "s7comm.param.func and s7comm.header.rosctr == 3"),
    44818: ("cip.service == 0x0e", "cip.service == 0x8e", "cip.rr == 1", "cip.sc == 0x0e", "cip.genstat == 0"),
    4840: ('opcua.transport.type == "HEL"', 'opcua.transport.chunk == "F"', "opcua.transport.size == 38"),
    179: (
        *OF_ROUTES,
        *(
            f"bgp.update.path_attribute.{text}"
            for text in (
                *('origin == "IGP"', "flags.optional == 1", "flags.extended_length == 1", "flags.unused == 0", "flags.partial == 0"),
                *("flags.transitive == 0", "flags == 0xd0", "type_code == 17", "length == 10", "next_hop == 192.0.2.1"),
                *("multi_exit_disc == 5", "local_pref == 100", "aggregator_as == 64512", "aggregator_origin == 192.0.2.9"),
                *(
                    "as_path_segment.type == 1",
                    "as_path_segment.length == 2",
                    "as_path_segment.as2 == 64514",
                    "as_path_segment.as4 == 65536",
                ),
                *("community_as == 64512", "community_value == 7", "community_wellknown == 0xffffff01", "originator_id == 192.0.2.2"),
                *("attr_set.origin_as == 64515", "origin == 2", "communities", "community", "as_path_segment"),
            )
        ),
    ),
    445: OF_SMB,
    88: OF_KERBEROS,
    502: OF_MODBUS,
    135: OF_DCERPC,
    1433: ("tds.type == 18", "tds.type == 4 and tds.channel == 51", "tds.status.eom and tds.status.reset_conn == 1", "tds.length == 10"),
    21: (
        *("ftp.passive.ip == 192.0.2.1 and ftp.passive.port == 16539", "ftp.active.cip == 192.0.2.7 and ftp.active.port == 1025"),
        "ftp.epsv.port == 6446",
    ),
}
