"""What datagrams carry that came in pieces."""

from __future__ import annotations

import numpy as np
import pytest

from sharky.dissect import Fragments, dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from tests.unit.dissect.builder import Packet, batch, eth, ip, udp

INVITE = udp(5060, 5060, b"INVITE sip:bob@example.org SIP/2.0\r\n" + bytes(162))
MORE = 0x2000


def pieces(datagram: bytes, *cuts: int) -> list[Packet]:
    spans = zip([0, *cuts], [*cuts, len(datagram)], strict=True)
    return [
        Packet(eth(0x0800, ip(17, datagram[start:end], fragment=(MORE if end < len(datagram) else 0) | start // 8))) for start, end in spans
    ]


def shown(*batches: list[Packet]) -> list[str]:
    tree, fragments = ProtocolTree(), Fragments()
    identifier, paths = Identifier(tree), list[str]()
    for packets in batches:
        columns = dissect(batch(packets), tree, fragments)
        path = identifier.identify(columns).path[np.argsort(columns.position)]
        paths += [tree.path(int(node)) for node in path]
    return paths


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
@pytest.mark.parametrize("cut", range(4))
def test_the_piece_that_makes_a_datagram_whole_shows_what_it_says(order: tuple[int, ...], cut: int) -> None:
    packets = [pieces(INVITE, 80, 160)[place] for place in order]
    assert shown(packets[:cut], packets[cut:]) == ["eth:ip:data", "eth:ip:data", "eth:ip:udp:sip"]


def test_pieces_belong_to_the_flow_of_their_ports() -> None:
    tree, fragments = ProtocolTree(), Fragments()
    whole = Packet(eth(0x0800, ip(17, INVITE)))
    labels = Identifier(tree).identify(dissect(batch([whole, *pieces(INVITE, 80)]), tree, fragments))
    assert labels.flow.tolist() == [1, 1, 1]
