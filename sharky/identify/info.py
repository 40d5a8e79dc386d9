"""The packet list's last column: what a packet says, in one line, much as Wireshark puts it."""

from __future__ import annotations

from collections.abc import Sequence

from sharky.identify.describe_applications import APPLICATIONS
from sharky.identify.describe_headers import HEADERS
from sharky.identify.describe_names import NAMES
from sharky.identify.packet_view import PacketView
from sharky.identify.text import printable
from sharky.model.columns import Columns, Labels

DESCRIBERS = HEADERS | NAMES | APPLICATIONS
"""By protocol; one that returns nothing leaves the line to the layer below."""


QUOTING = ("icmp", "icmpv6")
"""Protocols whose errors carry the packet that they are about (RFC 792, RFC 4443)."""


def own_layers(layers: Sequence[str]) -> Sequence[str]:
    """Return the layers of which a packet itself consists: of what ICMP quotes nothing."""
    end = next((place for place, layer in enumerate(layers, 1) if layer in QUOTING), None)
    return layers[:end]


def shown_protocol(path: str) -> str:
    """Return what Wireshark's list shows of all layers: the last one, but no bare `data`.

    >>> [shown_protocol(path) for path in ("eth:ip:udp:dns", "eth:ip:tcp:data", "eth:ip:icmp:ip:udp")]
    ['dns', 'tcp', 'icmp']
    """
    return own_layers(path.removesuffix(":data").split(":"))[-1]


def info(columns: Columns, labels: Labels, row: int) -> str:
    """Return what one packet says; the text is safe to print, whatever the packet carries.

    Args:
        columns: A dissected batch whose buffer is still valid.
        labels: Its labels.
        row: The packet's row.
    """
    view = PacketView.of(columns, labels, row)
    for protocol in reversed(own_layers(view.layers)):
        describe = DESCRIBERS.get(protocol)
        text = describe(view) if describe else ""
        if text:
            return printable(text)
    return ""
