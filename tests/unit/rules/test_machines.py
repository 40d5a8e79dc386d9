"""Fields of routers and machines that stand at fixed places of their messages."""

from __future__ import annotations

import pytest

from sharky.rules import compile_filter
from tests.unit.identify.builder import Packet, tcp, udp
from tests.unit.rules.builder import Batches, eth, ip
from tests.unit.rules.builder import packet as made
from tests.unit.rules.test_messages import passes

KEPT = b"\xff" * 16 + bytes.fromhex("0013 04")
OPENED = b"\xff" * 16 + bytes.fromhex("001d 01 04 fde8 00b4 0a000001 00")
EXCHANGE = bytes.fromhex("0102030405060708 1112131415161718 08 10 05 01 00000007 0000001c")
ASKED = bytes.fromhex("0007 0000 0006 01 03 0010 0002")
READS = bytes.fromhex("0300001f 02f080 32 01 0000 0001 000e 0000 04 01 120a100200010000840000 00")
ANSWERED = bytes.fromhex("0300001a 02f080 32 03 0000 0001 0002 0005 0000 04 01 ff 0400 08 01")
HELLO = bytes.fromhex("02010030 01010101 00000002 0000 0000 0000000000000000 ffffff00 000a 02 01 00000028 0a000001 0a000002")


@pytest.mark.parametrize(
    ("text", "packet", "expected"),
    [
        ("bgp.type == 4 and bgp.length == 19", tcp(KEPT, 50_000, 179), True),
        ("bgp.open.myas == 65000 and bgp.open.identifier == 10.0.0.1", tcp(OPENED + KEPT, 50_000, 179), True),
        ("count(bgp.type) == 2", tcp(OPENED + KEPT, 50_000, 179), True),
        ("bgp.open.myas", tcp(KEPT, 50_000, 179), False),
        ("isakmp.nextpayload == 8 and isakmp.flag_e == 1", udp(EXCHANGE, 500, 500), True),
        ("isakmp.messageid == 7 and isakmp.mjver == 1", udp(bytes(4) + EXCHANGE, 4500, 4500), True),
        ("isakmp.flag_i", udp(EXCHANGE, 500, 500), False),
        ("s7comm.header.rosctr == 1 and s7comm.param.func == 4", tcp(READS, 50_000, 102), True),
        ('s7comm.header.rosctr == 3 and s7comm.param.func == "Read Var"', tcp(ANSWERED, 102, 50_000), True),
        ("modbus.reference_num == 16 and modbus.word_cnt == 2", tcp(ASKED, 50_000, 502), True),
    ],
)
def test_a_machine_says_what_stands_at_a_place(text: str, packet: Packet, *, expected: bool) -> None:
    assert passes(text, packet) == [expected]


@pytest.mark.parametrize(
    ("text", "header", "expected"),
    [
        ("ospf.srcrouter == 1.1.1.1 and ospf.hello.hello_interval == 10", ("ospf", HELLO), True),
        ("ospf.hello.designated_router == 10.0.0.2", ("ospf", HELLO), False),
        ("vrrp.version == 2 and vrrp.prio == 100", ("vrrp", bytes.fromhex("21 2a 64 01 0001 0000")), True),
        ("gtp.teid == 7 and gtp.message == 255", ("gtp", bytes.fromhex("30ff0010 00000007")), True),
        ("geneve.vni == 11", ("geneve", bytes.fromhex("00006558 00000b00")), True),
    ],
)
def test_a_router_says_what_stands_at_a_place(text: str, header: tuple[str, bytes], *, expected: bool) -> None:
    columns, labels = Batches().batch(made(1.0, eth(), ip(), header))
    assert bool(compile_filter(text).mask(columns, labels)[0]) is expected
