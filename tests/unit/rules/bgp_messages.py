"""Messages of BGP with prefixes and capabilities as they are on the wire, and filters that hold for some."""

from __future__ import annotations


def _message(kind: int, body: str) -> bytes:
    octets = bytes.fromhex(body)
    return b"\xff" * 16 + (19 + len(octets)).to_bytes(2) + bytes([kind]) + octets


def _update(attributes: str, gone: str = "", told: str = "") -> bytes:
    sizes = [len(bytes.fromhex(part)).to_bytes(2).hex() for part in (gone, attributes)]
    return _message(2, f"{sizes[0]} {gone} {sizes[1]} {attributes} {told}")


def _reach(body: str, kind: int = 14) -> str:
    return f"80 {kind:02x} {len(bytes.fromhex(body)):02x} {body}"


ORIGIN = "400101 00"
CAPABILITIES = "0104 0001 00 01", "4104 00010000", "0200", "0302 aabb"
OPENS = _message(1, "04 fde8 00b4 c0000201 1a" + "".join(f"02{len(bytes.fromhex(one)):02x} {one}" for one in CAPABILITIES))
SIX, LINK = "20010db8000000000000000000000001", "fe800000000000000000000000000001"
ROUTES = [
    _update("", gone="18 c00002 08 0a"),
    _update("", gone="00000001 18 c00002"),
    _update(ORIGIN, told="10 ac10 00"),
    _update(ORIGIN, told="00000007 14 ac1010 00000008 00"),
    _update(ORIGIN, told="29 0a0b0c0d0e"),
    _update(_reach(f"0002 01 20 {SIX}{LINK} 00 20 20010db8 03 20")),
    _update(_reach("0001 80 0c 0000000000000000 02020202 00 70 000191 0000fde800000001 0a0000")),
    _update(_reach("0001 04 04 03030303 00 38 000010 000151 0a") + _reach("0001 84 04 03030303 00 60 0000fde8 0002fde800000001 00")),
    _update(_reach("0002 01 20 20010db8", kind=15) + _reach("0001 80 58 800000 0000fde800000001", kind=15)),
    _update(_reach(f"0002 80 18 0000000000000000 {SIX} 01 02 abcd 78 000191 0000fde800000001 20010db8")),
    _update(_reach("0019 46 04 05050505 00 0102")),
    _message(2, "ffff"),
]
OF_ROUTES = (
    *(
        "bgp.open.opt.len == 26",
        "bgp.open.opt",
        "count(bgp.open.opt.param) == 4",
        "bgp.open.opt.param.type == 2",
        "bgp.open.opt.param.len == 6",
    ),
    *("bgp.cap", "bgp.cap.type == 65", "bgp.cap.length == 4", "bgp.cap.mp.afi == 1", "bgp.cap.mp.safi == 1", "bgp.cap.4as == 65536"),
    *("bgp.update.withdrawn_routes", "bgp.withdrawn_prefix == 192.0.2.0", "bgp.withdrawn_prefix == 10.0.0.0", "bgp.update.nlri"),
    *(
        "bgp.nlri_prefix == 172.16.0.0",
        "bgp.nlri_path_id == 7",
        "bgp.nlri_path_id == 1",
        "bgp.prefix_length == 20",
        "bgp.prefix_length == 0",
    ),
    *("bgp.prefix_length == 112", "bgp.prefix_length == 96", 'bgp.label_stack == "25 (bottom)"', 'bgp.label_stack == "1,21 (bottom)"'),
    *('bgp.label_stack == "0 (withdrawn)"', "bgp.update.path_attribute.mp_reach_nlri", "bgp.update.path_attribute.mp_reach_nlri.afi == 25"),
    *("bgp.update.path_attribute.mp_reach_nlri.safi == 128", "len(bgp.update.path_attribute.mp_reach_nlri.next_hop) == 13"),
    *(
        "bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv4 == 2.2.2.2",
        "bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv4 == 5.5.5.5",
    ),
    *("bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv6 == 2001:db8::1", "bgp.update.path_attribute.mp_reach_nlri.nbr_snpa == 1"),
    *("bgp.update.path_attribute.mp_reach_nlri.next_hop.ipv6.link_local == fe80::1", "bgp.mp_reach_nlri_ipv4_prefix == 10.0.0.0"),
    *(
        "bgp.mp_reach_nlri_ipv6_prefix == 2001:db8::",
        "bgp.mp_reach_nlri_ipv6_prefix == 2000::",
        "bgp.mp_unreach_nlri_ipv4_prefix == 0.0.0.0",
    ),
    *("bgp.mp_unreach_nlri_ipv6_prefix == 2001:db8::", "bgp.update.path_attribute.mp_unreach_nlri"),
    *("bgp.update.path_attribute.mp_unreach_nlri.afi == 2", "bgp.update.path_attribute.mp_unreach_nlri.safi == 128"),
)
