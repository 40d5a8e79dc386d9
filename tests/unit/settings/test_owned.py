"""The owner's list of devices."""

from __future__ import annotations

import pytest

from sharky.model.devices import Owned
from sharky.model.errors import SettingsError
from sharky.settings.owned import LONGEST_NAME, MOST_DEVICES, load_owned
from sharky.settings.places import config_folder


def test_the_list_that_comes_with_sharky_is_empty() -> None:
    assert load_owned((config_folder() / "devices.yaml").read_text("utf-8"), "devices.yaml") == {}


def test_addresses_are_written_in_any_of_the_usual_ways() -> None:
    text = "version: 1\ndevices:\n  - {mac: 3C-A9-F4-1C-20-31, name: A}\n  - {mac: '00:11:32:9d:44:86', kind: nas}\n"
    assert load_owned(text, "devices.yaml") == {"3c:a9:f4:1c:20:31": Owned("A"), "00:11:32:9d:44:86": Owned("", "nas")}


def test_all_mistakes_are_told_at_once_with_their_places() -> None:
    text = "version: 1\ndevices:\n  - mac: 12:34\n  - mac: 00:11:32:9d:44:86\n    nmae: x\n  - mac: 00-11-32-9D-44-86\n  - plug\n"
    with pytest.raises(SettingsError) as error:
        load_owned(text, "devices.yaml")
    told = str(error.value)
    for part in (
        'devices.yaml:3:10: "12:34" is not a MAC address',
        'unknown key "nmae"',
        "two devices have the address",
        "a device is a mapping",
    ):
        assert part in told


def test_names_and_the_list_are_as_long_as_a_house_needs() -> None:
    assert load_owned(listed(["x" * LONGEST_NAME] * MOST_DEVICES), "devices.yaml")["00:00:00:00:00:00"] == Owned("x" * LONGEST_NAME)
    for names, said in ((["x"] * (MOST_DEVICES + 1), f"more than {MOST_DEVICES} devices"), (["x" * (LONGEST_NAME + 1)], "a name has 1 to")):
        with pytest.raises(SettingsError, match=said):
            load_owned(listed(names), "devices.yaml")


def listed(names: list[str]) -> str:
    return "version: 1\ndevices:\n" + "".join(
        f"  - {{mac: '00:00:00:00:{number >> 8:02x}:{number & 255:02x}', name: {name}}}\n" for number, name in enumerate(names)
    )
