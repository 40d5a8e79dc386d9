"""Paths of protocols: what is counted is not always listed."""

from __future__ import annotations

import pytest

from sharky.model.protocols import ROOT, ProtocolTree


@pytest.mark.parametrize(
    ("layers", "listed"),
    [
        ("eth:mpls:mpls:ip", "eth:mpls:ip"),
        ("ipv6:mipv6:mipv6", "ipv6:mipv6"),
        ("eth:ipx:nbipx", "eth:ipx"),
        ("eth:ipx:data", "eth:ipx:data"),
        ("eth:ipx:spx:data", "eth:ipx:data"),
        ("radiotap:wlan:wlan.mgt", "radiotap:wlan"),
    ],
)
def test_a_path_lists_what_wireshark_lists(layers: str, listed: str) -> None:
    tree, node = ProtocolTree(), ROOT
    for name in layers.split(":"):
        node = tree.node(node, name)
    assert tree.path(node) == listed
    assert all(tree.carries(name)[node] for name in layers.split(":"))
