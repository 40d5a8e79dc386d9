"""The owner's consent to a man in the middle, as it stands in the settings file; without it nothing begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from textwrap import indent

from sharky.model.errors import PlacementError, Problem, SettingsError
from sharky.settings.document import parse_document
from sharky.settings.sections import Key, Section, read_keys, read_text_value
from sharky.settings.sources import TextError
from sharky.settings.values import Listing, Mapping, Value

WORDS = "I own this network"
MAXIMUM_TARGETS = 16
"""A house's devices that somebody is curious about; all of them would be a reason to plug in a bridge."""
TARGET = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}")
INDENT = "  "
EXAMPLE = f"""placement:
  mitm:
    consent: "{WORDS}"
    interface: eth0
    targets: [192.168.1.20]"""


@dataclass(frozen=True, slots=True)
class Target:
    """A device that is to be redirected, as the owner wrote it; `problem_at` points there."""

    text: str
    value: Value

    def problem(self, message: str, hint: str = "") -> Problem:
        """Make a problem that points at the device in the settings file."""
        return self.value.problem(message, hint)


@dataclass(frozen=True, slots=True)
class Consent:
    """What the owner has agreed to."""

    interface: str
    targets: tuple[Target, ...]


@cache
def placement_keys() -> dict[str, dict[str, Key]]:
    """Return the keys of the section `placement`: for each mapping its keys by name."""
    return read_keys(files("sharky.placement").joinpath("keys.csv").read_text("utf-8").splitlines())


def read_consent(text: str, file: str) -> Consent:
    """Read the section `placement: mitm:` of a settings file.

    Raises:
        PlacementError: Where there is no consent; it says what to write.
        SettingsError: With all problems of the section.
    """
    top = parse_document(text, file)
    _, section = top.entries.get("placement", (None, None))
    inner = section.entries.get("mitm") if isinstance(section, Mapping) else None
    if section is None or (isinstance(section, Mapping) and inner is None and not section.entries):
        raise PlacementError(no_consent(file))
    problems: list[Problem] = []
    consent = _read_placement(section, problems)
    if problems:
        raise SettingsError(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    if consent is None:
        raise PlacementError(no_consent(file))
    return consent


def no_consent(file: str) -> Problem:
    """Return the problem that says what has to be written where."""
    trouble = "redirecting other people's devices needs the consent of the network's owner"
    return Problem(trouble, f"the owner writes into {file}, with the devices that are meant:\n\n{indent(EXAMPLE, INDENT)}\n")


def _read_placement(section: Value, problems: list[Problem]) -> Consent | None:
    if not isinstance(section, Mapping):
        problems.append(section.problem('"placement" takes a mapping', "such as mitm: {consent: …}"))
        return None
    inner = Section(section, placement_keys()["placement"], problems).map("mitm")
    return _read_mitm(Section(inner, placement_keys()["mitm"], problems)) if inner else None


def _read_mitm(section: Section) -> Consent:
    section.parsed("consent", _check_words, "")
    interface = section.text("interface")
    items = section.listing("targets")
    if len(items) > MAXIMUM_TARGETS:
        section.problems.append(items[MAXIMUM_TARGETS].problem(f"more than {MAXIMUM_TARGETS} targets", "for a whole house, place a bridge"))
    targets = tuple(target for item in items[:MAXIMUM_TARGETS] if (target := _read_target(item, section.problems)))
    if not items and isinstance(value := section.value("targets"), Listing):
        section.problems.append(value.problem("no targets are listed", "such as targets: [192.168.1.20]"))
    return Consent(interface.text if interface else "", targets)


def _check_words(text: str) -> str:
    if text != WORDS:
        raise TextError(f'"consent" takes exactly the words "{WORDS}"', "only the owner of the network may write them", width=len(text))
    return text


def _read_target(item: Value, problems: list[Problem]) -> Target | None:
    scalar = read_text_value(item, "a target", "such as 192.168.1.20", problems)
    if scalar is None:
        return None
    if not TARGET.fullmatch(scalar.text):
        problems.append(scalar.problem(f'"{scalar.text}" is neither an address, nor a MAC, nor a name', "such as 192.168.1.20"))
        return None
    return Target(scalar.text, scalar)
