"""The registry of MAC addresses is found by halving its text."""

from __future__ import annotations

from scapy.libs.manuf import DATA

from sharky.app.vendors import vendor_of


def address(block: str) -> bytes:
    return bytes.fromhex(block.partition("/")[0].replace(":", "").ljust(12, "0"))


def test_blocks_of_every_size_are_found_from_the_first_to_the_last() -> None:
    rows = [(block.strip(), vendor.strip()) for block, _, vendor in (line.split("\t") for line in DATA.splitlines())]
    assert [block for block, _ in rows] == sorted(block for block, _ in rows), "it can only be halved in order"
    smallest = [row for row in rows if row[0].endswith(("/36", "/28"))]
    chosen = [rows[0], rows[-1], smallest[0], smallest[-1], *smallest[::400]]
    assert [vendor_of(address(block)) for block, _ in chosen] == [vendor for _, vendor in chosen]


def test_between_the_blocks_there_is_nobody() -> None:
    assert [vendor_of(bytes.fromhex(mac)) for mac in ("deadbeef0000", "ffffffffffff", "020000000001")] == ["", "", ""]
