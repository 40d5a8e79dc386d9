"""Which reader reads what: by the name that stands behind "head." in the columns of fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from sharky.rules.filters.applications.bgp import read_bgp
from sharky.rules.filters.applications.bittorrent import read_bittorrent
from sharky.rules.filters.applications.ciphers import read_cipher
from sharky.rules.filters.applications.databases import read_amqp, read_mysql, read_tds
from sharky.rules.filters.applications.dhcp import read_dhcp
from sharky.rules.filters.applications.dhcpv6 import read_dhcpv6
from sharky.rules.filters.applications.dns import read_dns
from sharky.rules.filters.applications.dtls import read_dtls
from sharky.rules.filters.applications.gquic import read_gquic
from sharky.rules.filters.applications.isakmp import read_isakmp
from sharky.rules.filters.applications.json_texts import read_json
from sharky.rules.filters.applications.kerberos import read_kerberos
from sharky.rules.filters.applications.ldap import read_ldap
from sharky.rules.filters.applications.mail import read_imap, read_pop, read_smtp
from sharky.rules.filters.applications.media import read_rtcp, read_rtp
from sharky.rules.filters.applications.mqtt import read_mqtt
from sharky.rules.filters.applications.netbios import read_nbdgm, read_nbns, read_nbss
from sharky.rules.filters.applications.quic import read_quic
from sharky.rules.filters.applications.scan import CutOffError, Line
from sharky.rules.filters.applications.sdp import read_sap
from sharky.rules.filters.applications.services import read_coap, read_radius, read_tftp
from sharky.rules.filters.applications.sip import read_sip
from sharky.rules.filters.applications.smb import read_smb
from sharky.rules.filters.applications.snmp import read_snmp
from sharky.rules.filters.applications.steam import read_steam
from sharky.rules.filters.applications.stun import read_stun
from sharky.rules.filters.applications.talk import read_irc, read_rtsp, read_syslog, read_telnet
from sharky.rules.filters.applications.tls import read_handshake
from sharky.rules.filters.applications.tplink import read_tplink
from sharky.rules.filters.applications.tunnels import read_openvpn
from sharky.rules.filters.applications.websocket import read_websocket
from sharky.rules.filters.applications.wireguard import read_wireguard
from sharky.rules.filters.first_lines import read_ftp
from sharky.rules.filters.heads import read_head

MOST_LINES = 800
"""That are read of one message; what is behind them is not looked at."""


class Reader(NamedTuple):
    """Reads what stands in a header or a part of packets.

    Attributes:
        source: The header or part; for most the protocol's payload, for some the whole messages of a protocol over TCP.
        read: Makes lines of its octets.
        is_directed: Whether it has to be told `is_asked`, whether a client says them: one who sends to the lower port.
    """

    source: str
    read: Callable[..., Iterator[Line]]
    is_directed: bool = False


READERS: Mapping[str, Reader] = {
    "http": Reader("http", read_head),
    "sip": Reader("whole sip", read_sip),
    "ftp": Reader("ftp", read_ftp, is_directed=True),
    "tls": Reader("tls handshake", read_handshake),
    "dtls": Reader("dtls record", read_dtls),
    "rtp": Reader("rtp", read_rtp),
    "rtcp": Reader("rtcp packet", read_rtcp),
    "stun": Reader("stun message", read_stun),
    "wg": Reader("wg", read_wireguard),
    "smtp": Reader("smtp", read_smtp),
    "pop": Reader("pop", read_pop),
    "imap": Reader("imap", read_imap, is_directed=True),
    "irc": Reader("irc", read_irc, is_directed=True),
    "rtsp": Reader("whole rtsp", read_rtsp),
    "syslog": Reader("syslog", read_syslog),
    "telnet": Reader("telnet", read_telnet),
    "snmp": Reader("snmp", read_snmp),
    "ldap": Reader("whole ldap", read_ldap),
    "kerberos": Reader("whole kerberos", read_kerberos),
    "tftp": Reader("tftp", read_tftp),
    "radius": Reader("radius", read_radius),
    "coap": Reader("coap", read_coap),
    "tplink": Reader("tplink-smarthome", read_tplink),
    "dhcp": Reader("dhcp", read_dhcp),
    "dhcpv6": Reader("dhcpv6", read_dhcpv6),
    "dns": Reader("dns message", read_dns),
    "mdns": Reader("mdns", read_dns),
    "llmnr": Reader("llmnr", read_dns),
    "mqtt": Reader("whole mqtt", read_mqtt),
    "smb": Reader("smb message", read_smb),
    "sap": Reader("sap", read_sap),
    "bittorrent": Reader("bittorrent", read_bittorrent),
    "quic": Reader("quic packet", read_quic),
    "gquic": Reader("gquic", read_gquic),
    "steam": Reader("steam_ihs_discovery", read_steam),
    "dropbox": Reader("db-lsp-disc", read_json),
    "nbns": Reader("nbns", read_nbns),
    "isakmp": Reader("isakmp", read_isakmp),
    "openvpn": Reader("openvpn", read_openvpn),
    "mysql": Reader("whole mysql", read_mysql),
    "amqp": Reader("whole amqp", read_amqp),
    "tds": Reader("whole tds", read_tds),
    "bgp": Reader("whole bgp", read_bgp),
    "websocket": Reader("whole websocket", read_websocket),
    "cipher": Reader("wlan cipher", read_cipher),
    "nbdgm": Reader("nbdgm", read_nbdgm),
    "nbss": Reader("whole nbss", read_nbss),
}


def lines_of(name: str, octets: bytes, *, is_asked: bool = True) -> Iterator[Line]:
    """Yield what a reader makes of some octets, as far as they go."""
    reader = READERS[name]
    try:
        yield from islice(reader.read(octets, is_asked=is_asked) if reader.is_directed else reader.read(octets), MOST_LINES)
    except CutOffError:
        return
