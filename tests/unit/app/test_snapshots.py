"""What the engine tells the page and `sharky status`."""

from __future__ import annotations

from pathlib import Path

from sharky.app.shipped import read_model, read_rules
from sharky.app.snapshots import snapshot_maker
from sharky.app.wanted import Play
from sharky.model.lights import Scene
from sharky.model.windows import Window
from sharky.runtime import Newest


def test_a_capture_named_to_do_harm_is_told_so_that_it_does_none() -> None:
    model, name = read_model(None), "\x1b[2J\u202egpj.pcap"
    rules = read_rules(None, model)
    source = snapshot_maker(Play(name, (Path(name),), rules, model))(Newest(Window(), Scene(), None, rules)).source
    assert (source.title, source.files) == ("\\x1b[2J\\u202egpj.pcap", ("\\x1b[2J\\u202egpj.pcap",))
