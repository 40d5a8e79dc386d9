"""A rules file, checked from top to bottom: all of its problems at once, or a set of rules that can be used."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from sharky.model.errors import Problem, SettingsError
from sharky.model.lights import Rgb
from sharky.model.rules import Rule, RuleSet, Show, Vocabulary
from sharky.rules.colours import parse_colour
from sharky.rules.conditions import parse_condition
from sharky.rules.filters import parse_filter
from sharky.settings.document import parse_document
from sharky.settings.sections import Key, Section, parse_value, read_keys, read_text_value
from sharky.settings.sources import TextError, ordered
from sharky.settings.values import Listing, Mapping, Value, kind_of

EVENTS = ("device.new",)
"""What a rule may be lit by besides packets; each is a field that is there in the packet with which it happens."""

FOLLOW = ("none", "packets", "bytes")
ALL_ZONES = "all"
MAXIMUM_RULES = 500
LONGEST_NAME = 120
MOST_STATES = 20_000
"""Of the expressions of all filters together, which take up to 50 MiB."""

STATES_OF_A_WRONG_FILTER = 250
"""What one counts as: it may have taken as long to be refused."""

LIST_NAME = re.compile("[A-Za-z0-9_]{1,60}")
BLACK: Rgb = (0.0, 0.0, 0.0)


@cache
def rule_keys() -> dict[str, dict[str, Key]]:
    """Return the keys of a rules file: for each section ("file", "rule", "show") its keys by name."""
    return read_keys(files("sharky.rules").joinpath("keys.csv").read_text("utf-8").splitlines())


def load_rules(text: str, file: str, vocabulary: Vocabulary) -> RuleSet:
    """Read a rules file.

    Args:
        text: What is in it.
        file: Its name, as the person gave it.
        vocabulary: The zones, patterns and colours that there are.

    Raises:
        SettingsError: With all of its problems, in the order of the file.
    """
    loader = _Loader(file, vocabulary)
    rules = loader.load(parse_document(text, file))
    if loader.problems:
        raise SettingsError(ordered(loader.problems, file))
    return rules


class _Loader:
    """One pass over one file."""

    def __init__(self, file: str, vocabulary: Vocabulary) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._vocabulary = vocabulary
        self._colours = {name.lower(): colour for name, colour in vocabulary.colours.items()}
        self._lists: dict[str, tuple[str, ...]] = {}
        self._states = 0
        self._known = {"service": vocabulary.services} if vocabulary.services else {}

    def load(self, top: Mapping) -> RuleSet:
        section = Section(top, rule_keys()["file"], self.problems)
        if section.value("version"):
            section.integer("version")
        self._read_colours(section.map("colours"))
        self._read_lists(section.map("lists"))
        items = section.listing("rules")
        if len(items) > MAXIMUM_RULES:
            self.problems.append(items[MAXIMUM_RULES].problem(f"more than {MAXIMUM_RULES} rules", "keep those that you look at"))
            items = ()
        named: dict[str, Rule] = {}
        for item in items:
            rule = self._read_rule(item)
            if rule is not None and rule.name and rule.name in named:
                trouble = f'two rules are called "{rule.name}"'
                self.problems.append(item.problem(trouble, f"the first is in line {named[rule.name].line}; give each its own name"))
            elif rule is not None:
                named[rule.name] = rule
        return RuleSet(tuple(named.values()), self._file, self._lists)

    def _read_colours(self, mapping: Mapping | None) -> None:
        for name, (key, value) in (mapping.entries if mapping else {}).items():
            scalar = read_text_value(value, f'the colour "{name}"', 'such as "#1679a7"', self.problems)
            if name.lower() in self._colours:
                self.problems.append(key.problem(f'there is a colour "{name}" already', "give yours another name"))
            elif scalar is not None:
                self._colours[name.lower()] = parse_value(scalar, self._parse_colour, BLACK, self.problems)

    def _parse_colour(self, text: str) -> Rgb:
        return parse_colour(text, self._colours)

    def _read_lists(self, mapping: Mapping | None) -> None:
        for name, (key, value) in (mapping.entries if mapping else {}).items():
            if not LIST_NAME.fullmatch(name):
                self.problems.append(key.problem(f'"{name}" is no name for a list', "use letters, digits and _"))
            elif not isinstance(value, Listing) or not value.items:
                trouble = "has no items" if isinstance(value, Listing) else f"is {kind_of(value)}"
                self.problems.append(value.problem(f'the list "{name}" {trouble}', "write [first, second]"))
            else:
                scalars = [read_text_value(item, f'an item of "{name}"', "such as 192.168.1.20", self.problems) for item in value.items]
                self._lists[name] = tuple(scalar.text for scalar in scalars if scalar)

    def _read_rule(self, value: Value) -> Rule | None:
        """Return a rule even where parts of it are wrong (that is noted), so that names are compared over all of them."""
        if not isinstance(value, Mapping):
            self.problems.append(
                value.problem(f"a rule is a mapping, and here is {kind_of(value)}", 'such as "- name: …" with "show: …" below it')
            )
            return None
        section = Section(value, rule_keys()["rule"], self.problems)
        inner = section.map("show")
        light = Section(inner, rule_keys()["show"], self.problems) if inner else None
        return Rule(
            name=section.parsed("name", _parse_name, ""),
            when=section.parsed("when", self._check_filter, ""),
            show=self._read_show(light, section.value("while")) if light else Show(ALL_ZONES, "", BLACK, ""),
            condition=section.parsed("while", parse_condition, None),
            floor=section.number("floor"),
            cooldown_ns=section.duration_ns("cooldown") or 0,
            priority=self._read_priority(section, light),
            is_enabled=section.boolean("enabled"),
            file=self._file,
            line=value.source.line_of(value.start),
            column=value.problem("").column,
            on=section.choice("on", EVENTS),
        )

    def _check_filter(self, text: str) -> str:
        if self._states > MOST_STATES:
            raise TextError("the filters before this one ask for too much already", "mend or simplify those", width=len(text))
        try:
            read = parse_filter(text, self._lists, self._known)
        except TextError:
            self._states += STATES_OF_A_WRONG_FILTER
            raise
        self._states += read.states
        return read.text.strip()

    def _read_show(self, light: Section, condition: Value | None) -> Show:
        follow = light.choice("follow", FOLLOW, "none")
        followed = light.value("follow")
        if condition is not None and followed is not None and follow != "none":
            self.problems.append(followed.problem('"follow" does nothing beside "while"', "remove one of them"))
        written = light.text("colour")
        return Show(
            zone=light.choice("zone", (*self._vocabulary.zones, ALL_ZONES)),
            pattern=light.choice("pattern", tuple(self._vocabulary.patterns)),
            colour=parse_value(written, self._parse_colour, BLACK, self.problems) if written else BLACK,
            colour_name=written.text if written else "",
            hold_ns=light.duration_ns("for"),
            follow=follow,
        )

    def _read_priority(self, section: Section, light: Section | None) -> int:
        """Read the priority, which may stand in the rule or in its `show`."""
        inner = light.value("priority") if light else None
        if light is None or inner is None:
            return section.integer("priority")
        if section.value("priority") is not None:
            self.problems.append(inner.problem("the rule itself has a priority too", "remove one of them"))
        return light.integer("priority")


def _parse_name(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_NAME:
        raise TextError(f"a name has 1 to {LONGEST_NAME} characters", "call the rule what it shows", width=max(1, len(text)))
    return " ".join(text.split())
