"""What the reference promises of the settings is what is read."""

from __future__ import annotations

from pathlib import Path

import yaml

from sharky.app.shipped import DEFAULT_MODEL
from sharky.appliance.files import checks
from sharky.appliance.keeping import Kept
from sharky.appliance.reference import settings_markdown
from sharky.appliance.settings import Machine, machine_keys, read_machine


def test_every_key_is_described_and_no_placeholder_is_left() -> None:
    text = settings_markdown()
    keys = [key for section in machine_keys().values() for key in section.values()]
    assert [key.name for key in keys if f"| `{key.name}` | {key.description}" not in text] == []
    assert [word for word in ("{sharky", "{wifi", "{devices", "{models", "{uses") if word in text] == []


def test_the_example_is_right(tmp_path: Path) -> None:
    example = settings_markdown().split("```yaml\n")[1].partition("```")[0]
    checks(Kept(tmp_path))["sharky.yaml"](example, "sharky.yaml")


def test_the_example_of_every_key_is_right() -> None:
    examples = {name: {key.name: key.example for key in keys.values() if "…" not in key.example} for name, keys in machine_keys().items()}
    for section in ("lights", "page", "placement"):
        lines = "".join(f"  {name}: {example}\n" for name, example in examples[section].items())
        read_machine(f"version: 1\n{section}:\n{lines}", "sharky.yaml")
    read_machine("".join(f"{name}: {example}\n" for name, example in examples["file"].items()), "sharky.yaml")
    read_machine(yaml.safe_dump({"version": 1, "lights": {"strip": examples["strip"]}}), "sharky.yaml")


def test_the_defaults_that_are_described_are_those_that_hold() -> None:
    sections = {
        name: {key.name: yaml.safe_load(key.default) for key in keys.values() if key.default} for name, keys in machine_keys().items()
    }
    assert sections["lights"].pop("model") == DEFAULT_MODEL
    sections["lights"].pop("time_zone")
    sections["lights"]["strip"] = sections["strip"]
    written = {name: sections[name] for name in ("lights", "page", "placement")}
    assert read_machine(yaml.safe_dump({"version": 1, **written}), "") == Machine()
    night = {"from": "22:30", "to": "07:00"}
    lights = [{"quiet_hours": {**night, **more}} for more in ({}, sections["quiet_hours"])]
    assert len({read_machine(yaml.safe_dump({"version": 1, "lights": each}), "").quiet for each in lights}) == 1
