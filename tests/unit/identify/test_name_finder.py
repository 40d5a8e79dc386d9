"""`NameFinder` hears what `Identifier` hears."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.capture import open_captures
from sharky.identify.identifier import Identifier
from sharky.identify.name_finder import NameFinder
from sharky.model.names import Heard
from sharky.model.protocols import ProtocolTree
from sharky.pipeline.recognition import Identifies, Recognition

STORIES = Path(__file__).parents[3] / "config" / "stories"


def heard_by(finder: type[NameFinder] | type[Identifier], capture: Path) -> list[tuple[int, Heard]]:
    tree = ProtocolTree()
    identifier: Identifies = finder(tree)
    batches = map(Recognition(tree, identifier).advance, open_captures([capture]).batches())
    return [(int(each.columns.position[row]) + each.columns.first_number, name) for each in batches for row, name in each.labels.heard]


@pytest.mark.parametrize("capture", sorted(STORIES.glob("*.pcapng")), ids=lambda path: path.stem)
def test_it_hears_the_same_names_in_the_same_packets(capture: Path) -> None:
    names = heard_by(NameFinder, capture)
    assert {name.kind for _, name in names} >= {"sni", "dns"}
    assert names == heard_by(Identifier, capture)
