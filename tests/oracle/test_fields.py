"""Fields of packets that no capture has, against Wireshark's: the same filters must let the same packets pass.

The packets of `field_packets.tsv` come by Ethernet: a name and all octets. Each filter of `field_filters.txt` holds for one at least.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from struct import pack

import numpy as np
import pytest

from sharky.capture import open_captures
from sharky.dissect import dissect
from sharky.identify.identifier import Identifier
from sharky.model.protocols import ProtocolTree
from sharky.rules import compile_filter
from tests.oracle.filtered import passed_in_tshark

HERE = Path(__file__).parent
FILTERS = (HERE / "field_filters.txt").read_text("utf-8").splitlines()
PACKETS = [bytes.fromhex(line.split("\t")[1]) for line in (HERE / "field_packets.tsv").read_text("utf-8").splitlines()]

pytestmark = pytest.mark.skipif(not shutil.which("tshark"), reason="tshark is not installed")


@pytest.fixture(scope="module")
def capture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a capture of all packets, one a second."""
    path = tmp_path_factory.mktemp("fields") / "packets.pcap"
    records = (pack("<IIII", second, 0, len(packet), len(packet)) + packet for second, packet in enumerate(PACKETS))
    path.write_bytes(pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, 1) + b"".join(records))
    return path


@pytest.fixture(scope="module")
def theirs(capture: Path) -> dict[str, set[int]]:
    """Return the numbers of the packets that pass each filter in tshark."""
    return passed_in_tshark(capture, FILTERS)


@pytest.fixture(scope="module")
def ours(capture: Path) -> dict[str, set[int]]:
    """Return the same of Sharky."""
    tree = ProtocolTree()
    (columns,) = (dissect(batch, tree) for batch in open_captures([capture]).batches() if len(batch))
    labels, numbers = Identifier(tree).identify(columns), columns.first_number + np.asarray(columns.position)
    return {text: set(numbers[compile_filter(text).mask(columns, labels)].tolist()) for text in FILTERS}


@pytest.mark.parametrize("text", FILTERS)
def test_a_field_of_a_built_packet_is_what_tshark_says(text: str, ours: dict[str, set[int]], theirs: dict[str, set[int]]) -> None:
    assert theirs[text], "this filter lets nothing pass, and shows nothing"
    assert sorted(ours[text] ^ theirs[text]) == []
