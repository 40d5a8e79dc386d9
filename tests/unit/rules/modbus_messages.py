"""Questions and answers of Modbus as they are on the wire, and filters that hold for them."""

from __future__ import annotations

from struct import pack


def message(number: int, octets: str) -> bytes:
    """Return what is asked of machine 1, or what that answers."""
    content = bytes.fromhex(octets)
    return pack("!HHHB", number, 0, len(content) + 1, 1) + content


EXCHANGES = (
    *(("0300640003", "0306000a00140bb8"), ("0400080001", "04020005"), ("010013000b", "0102cd05"), ("0200c40009", "0202acdb")),
    *(("0500acff00", "0500acff00"), ("0600010003", "0600010003"), ("0f0013000a02cd01", "0f0013000a")),
    *(("100001000204000a0102", "1000010002"), ("0300640003", "8302"), ("1600040f02f025", "1600040f02f025")),
    *(("1700030006000e00030600ff00ff00ff", "170200fe"), ("2b0e0100", "2b0e01010000010003616263")),
    *(("07", "076d"), ("08000012ab", "08000012ab"), ("11", "1102ff00")),
)
MODBUS = [
    *([message(number, octets)] for number, exchange in enumerate(EXCHANGES) for octets in exchange),
    [message(98, "0300000001") + message(99, "0300010001")],
    [message(98, "03020007") + message(99, "03020008")],
    [b""],
    [message(100, "03040001ffff")],
]
OF_MODBUS = (
    *(
        "modbus.regnum16 == 102",
        "modbus.regval_uint16 == 3000",
        "modbus.regval_uint16 == 258",
        "modbus.regnum16 == 0",
        "modbus.byte_cnt == 6",
    ),
    'modbus.object_id == "VendorName"',
    *("modbus.bitnum == 29", "modbus.bitval == 0", "modbus.bitnum == 204", "modbus.data == ff:00", "modbus.padding == 0"),
    *("modbus.reference_num == 19", "modbus.word_cnt == 2", "modbus.bit_cnt == 10", "modbus.exception_code == 2"),
    *("modbus.and_mask == 0x0f02", "modbus.or_mask == 0xf025", "modbus.write_reference_num == 14", "modbus.read_word_cnt == 6"),
    *("modbus.mei == 14", 'modbus.object_str_value == "abc"', "modbus.conformity_level == 1", "modbus.objects_len == 3"),
    *("modbus.diagnostic_code == 0", "modbus.diagnostic.return_query_data.echo == 12:ab", "modbus.request_frame", "modbus.response_time"),
)
