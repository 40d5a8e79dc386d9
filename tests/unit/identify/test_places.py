"""Where headers stand, also where those of one kind were read in several groups."""

from __future__ import annotations

import numpy as np
import pytest

from sharky.dissect.rows import LONG_RUN
from sharky.identify.places import NOWHERE, innermost, outermost
from sharky.model.columns import Columns
from tests.unit.dissect.builder import Packet, eth, ip, ipv6, tcp
from tests.unit.dissect.builder import columns as read

PLAIN = Packet(eth(0x0800, ip(6, tcp(1, 2))))
OPTIONS = Packet(eth(0x0800, ip(6, tcp(1, 2), options=b"\1\1\1\1")))
TUNNEL = Packet(eth(0x0800, ip(4, ip(6, tcp(1, 2)), options=b"\1\1\1\1")))
SIX = Packet(eth(0x86DD, ipv6(6, tcp(1, 2))))


@pytest.fixture(scope="module")
def columns() -> Columns:
    return read(OPTIONS, TUNNEL, SIX, *[PLAIN] * LONG_RUN)


def test_ordinary_and_odd_headers_were_read_apart(columns: Columns) -> None:
    assert len(columns.headers["ip"]) > 1


def test_the_outermost_header_is_the_one_behind_ethernet(columns: Columns) -> None:
    rows = np.argsort(columns.position)
    found = outermost(columns, "ip", rows)
    assert (found[2], outermost(columns, "udp", rows).max()) == (NOWHERE, NOWHERE)
    assert (np.delete(found - columns.offset[rows], 2) == 14).all()


def test_the_innermost_header_is_the_one_in_the_tunnel(columns: Columns) -> None:
    rows = np.argsort(columns.position)
    assert (innermost(columns, "ip", rows) - columns.offset[rows])[[0, 1, 3]].tolist() == [14, 14 + 24, 14]
