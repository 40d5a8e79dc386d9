"""How frames of 802.11 are numbered that are encrypted (IEEE 802.11-2020, sections 12.5.2.2 and 12.5.3.2)."""

from __future__ import annotations

from collections.abc import Iterator

from sharky.rules.filters.applications.scan import Line, Scan

HEAD, EXTENDED = 8, 0x20
CCMP, TKIP = (7, 6, 5, 4, 1, 0), (7, 6, 5, 4, 0, 2)
"""Where the octets of the number stand, the highest first."""


def read_cipher(octets: bytes) -> Iterator[Line]:
    """Yield the number of a frame that TKIP or CCMP encrypts, given what stands behind its header; nothing of WEP."""
    head = Scan(octets).take(HEAD)
    if not head[3] & EXTENDED:
        return
    is_tkip = head[1] == (head[0] | 0x20) & 0x7F
    number = "".join(f"{head[at]:02X}" for at in (TKIP if is_tkip else CCMP))
    yield Line("tkip.extiv" if is_tkip else "ccmp.extiv", f"0x{number}")
