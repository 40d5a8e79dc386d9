"""Messages of DCE/RPC as they are on the wire, and filters that hold for them."""

from __future__ import annotations

from struct import pack
from uuid import UUID

BACKUP = UUID("e3514235-4b06-11d1-ab04-00c04fc2dcd2")
NDR = UUID("8a885d04-1ceb-11c9-9fe8-08002b104860")


def message(kind: int, body: bytes, *, call: int, flags: int = 3) -> bytes:
    """Return a message behind its head."""
    return pack("<BBBB4sHHI", 5, 0, kind, flags, b"\x10\0\0\0", 16 + len(body), 0, call) + body


def bind(kind: int, *, call: int, context: int) -> bytes:
    """Return what wants to call an interface under a number."""
    ways = BACKUP.bytes_le + pack("<HH", 4, 1) + NDR.bytes_le + pack("<I", 2)
    return message(kind, pack("<HHIBBHHBB", 4280, 5840, 0, 1, 0, 0, context, 1, 0) + ways, call=call)


def ask(call: int, context: int, function: int) -> bytes:
    return message(0, pack("<IHH", 12, context, function) + b"x" * 12, call=call)


def answer(call: int, context: int) -> bytes:
    return message(2, pack("<IHH", 8, context, 0) + b"y" * 8, call=call)


WELL = pack("<HHIH4sHBBHHH16sI", 4280, 4280, 7, 4, b"135\0", 0, 1, 0, 0, 0, 0, NDR.bytes_le, 2)
LONG = ask(12, 0, 13)
DCERPC = [
    *([ask(9, 0, 5)], [answer(9, 0)], [bind(11, call=1, context=0)], [message(12, WELL, call=1)], [ask(2, 0, 3)], [answer(2, 0)]),
    *([ask(3, 0, 4) + ask(4, 0, 7)], [message(3, pack("<IHHII", 32, 0, 0, 0x1C010003, 0), call=3)], [answer(4, 0)]),
    *([bind(14, call=5, context=1)], [message(15, WELL, call=5)], [ask(6, 1, 9)], [answer(6, 1)], [LONG[:20], LONG[20:]], [answer(12, 0)]),
]
OF_DCERPC = (
    *("dcerpc.ver == 5", "dcerpc.pkt_type == 11", "dcerpc.pkt_type == 2", "dcerpc.cn_call_id == 4", "dcerpc.cn_ctx_id == 1"),
    *("dcerpc.opnum == 3", "dcerpc.opnum == 5", "dcerpc.opnum == 7", "dcerpc.opnum == 13", "dcerpc.cn_flags.last_frag == 1"),
    *("dcerpc.cn_bind_to_uuid == e3514235-4b06-11d1-ab04-00c04fc2dcd2", "dcerpc.cn_bind_if_ver == 4", "dcerpc.cn_max_recv == 5840"),
    *("dcerpc.cn_status == 0x1c010003", "dcerpc.cn_alloc_hint == 12", "dcerpc.cn_frag_len == 36", "dcerpc.cn_num_ctx_items == 1"),
)
