"""The packet list's last column: what a packet says, in one line, much as Wireshark puts it."""

from __future__ import annotations

from sharky.identify.describe_applications import APPLICATIONS
from sharky.identify.describe_headers import HEADERS
from sharky.identify.describe_names import NAMES
from sharky.identify.packet_view import PacketView
from sharky.identify.text import printable
from sharky.model.columns import Columns, Labels

DESCRIBERS = HEADERS | NAMES | APPLICATIONS
"""By protocol; one that returns nothing leaves the line to the layer below."""


def info(columns: Columns, labels: Labels, row: int) -> str:
    """Return what one packet says; the text is safe to print, whatever the packet carries.

    Args:
        columns: A dissected batch whose buffer is still valid.
        labels: Its labels.
        row: The packet's row.
    """
    view = PacketView.of(columns, labels, row)
    for protocol in reversed(view.layers):
        describe = DESCRIBERS.get(protocol)
        text = describe(view) if describe else ""
        if text:
            return printable(text)
    return ""
