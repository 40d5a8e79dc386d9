"""What the engine tells the page and `sharky status`."""

from __future__ import annotations

import re
from pathlib import Path

import click

from sharky.app.changes import Changes
from sharky.app.settings_told import PLACED, settings_teller
from sharky.app.shipped import read_model, read_rules
from sharky.app.snapshots import snapshot_maker
from sharky.app.wanted import Play
from sharky.cli import main
from sharky.model.lights import Scene
from sharky.model.windows import Window
from sharky.placement.coverage import coverages
from sharky.runtime import Newest


def test_a_capture_named_to_do_harm_is_told_so_that_it_does_none() -> None:
    model, name = read_model(None), "\x1b[2J\u202egpj.pcap"
    rules = read_rules(None, model)
    source = snapshot_maker(Play(name, (Path(name),), rules, model))(Newest(Window(), Scene(), None, rules)).source
    assert (source.title, source.files) == ("\\x1b[2J\\u202egpj.pcap", ("\\x1b[2J\\u202egpj.pcap",))


def test_an_interface_is_called_what_it_is_called_now() -> None:
    model, names = read_model(None), ["eth0"]
    wanted = Play("eth0", (), read_rules(None, model), model, named=lambda: names[-1], placement="mirror")
    make = snapshot_maker(wanted, settings=settings_teller(wanted, Changes(None, 1.0, [].append), lambda: False))
    newest = Newest(Window(), Scene(), None, wanted.rules)

    def told() -> tuple[str, str]:
        snapshot = make(newest)
        return snapshot.source.title, snapshot.settings.told[0].value

    assert told() == ("eth0", "eth0, at a mirror port or tap")
    names.append("lan0")
    assert told() == ("lan0", "lan0, at a mirror port or tap")


def test_no_option_is_named_that_the_command_may_not_have() -> None:
    model = read_model(None)
    wanted = Play("A story", (Path("story.pcapng"),), read_rules(None, model), model)
    newest = Newest(Window(), Scene(), None, wanted.rules)
    told = settings_teller(wanted, Changes(None, 1.0, [].append), lambda: False)(newest).told
    for setting in told:
        for option in re.findall(r"--[a-z]+", setting.changed_by):
            named = re.findall(r"sharky (\w+)", setting.changed_by) or ["demo", "replay", "run"]
            assert all(option in {each.opts[0] for each in parameters(name)} for name in named), setting


def parameters(name: str) -> list[click.Parameter]:
    command = main.get_command(click.Context(main), name)
    assert command
    return command.get_params(click.Context(command))


def test_every_placement_is_told_in_words() -> None:
    assert set(PLACED) == set(coverages())
