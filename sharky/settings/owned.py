"""The owner's own list of devices, `config/devices.yaml`: what the owner calls a device wins over what it says itself."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from sharky.model.devices import Owned
from sharky.model.errors import Problem, SettingsError
from sharky.settings.document import parse_document
from sharky.settings.sections import Key, Section, read_keys
from sharky.settings.sources import TextError
from sharky.settings.values import Mapping, Value, kind_of

MOST_DEVICES = 1000
LONGEST_NAME = 64

_MAC = re.compile(r"[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}")


@cache
def owned_keys() -> dict[str, dict[str, Key]]:
    """Return the keys of the file: for each section ("file", "device") its keys by name."""
    return read_keys(files("sharky.settings").joinpath("owned_keys.csv").read_text("utf-8").splitlines())


def load_owned(text: str, file: str) -> dict[str, Owned]:
    r"""Read what the owner says of devices.

    Args:
        text: What is in the file.
        file: Its name, as the person gave it.

    Returns:
        The devices by MAC address, as text in small letters with colons.

    Raises:
        SettingsError: With all of its problems, in the order of the file.

    >>> load_owned("version: 1\ndevices: [{mac: 3C-A9-F4-1C-20-31, name: Anna's laptop}]", "devices.yaml")
    {'3c:a9:f4:1c:20:31': Owned(name="Anna's laptop", kind='')}
    """
    problems: list[Problem] = []
    section = Section(parse_document(text, file), owned_keys()["file"], problems)
    if section.value("version"):
        section.integer("version")
    items = section.listing("devices")
    if len(items) > MOST_DEVICES:
        problems.append(items[MOST_DEVICES].problem(f"more than {MOST_DEVICES} devices", "keep those that you have"))
        items = ()
    owned: dict[str, Owned] = {}
    for item in items:
        mac, device = _read_device(item, problems)
        if mac in owned:
            problems.append(item.problem(f"two devices have the address {mac}", "remove one of them"))
        elif mac:
            owned[mac] = device
    if problems:
        raise SettingsError(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return owned


def _read_device(item: Value, problems: list[Problem]) -> tuple[str, Owned]:
    """Return a device with its address, or no address where that is wrong."""
    if not isinstance(item, Mapping):
        problems.append(item.problem(f"a device is a mapping, and here is {kind_of(item)}", 'such as "- mac: …" with "name: …" below it'))
        return "", Owned()
    section = Section(item, owned_keys()["device"], problems)
    mac = section.parsed("mac", _parse_mac, "")
    return mac, Owned(section.parsed("name", _parse_name, ""), section.parsed("kind", _parse_name, ""))


def _parse_mac(text: str) -> str:
    mac = text.strip().lower()
    if not _MAC.fullmatch(mac):
        raise TextError(f'"{text[:60]}" is not a MAC address', "such as 3c:a9:f4:1c:20:31", width=max(1, len(text)))
    return mac.replace("-", ":")


def _parse_name(text: str) -> str:
    name = " ".join(text.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise TextError(f"a name has 1 to {LONGEST_NAME} characters", "make it shorter", width=max(1, len(text)))
    return name
