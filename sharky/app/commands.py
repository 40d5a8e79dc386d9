"""What may be asked of a running engine, and what it does about it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sharky.app.said import explain, say_in_log
from sharky.app.shipped import read_rules
from sharky.app.wanted import Play, Recording
from sharky.model.errors import Problem, SettingsError, SharkyError
from sharky.model.rules import RuleSet
from sharky.rules import filter_of
from sharky.runtime import Engine, Newest
from sharky.runtime.control import Command
from sharky.settings.suggestions import did_you_mean
from sharky.store import Snapshot


def as_written(rules: RuleSet) -> RuleSet:
    """Leave rules as their file has them."""
    return rules


class RulesFile:
    """The rules file in force, which may be read again; one with a problem is not taken.

    Args:
        wanted: What plays, with the rules as they were first read.
        changed: Changes what is written as a person wanted it who did not write.

    Attributes:
        written: The rules as the file had them when it was last without a problem.
        trouble: What was wrong with the file when it was last read; empty where nothing was.
    """

    def __init__(self, wanted: Play, changed: Callable[[RuleSet], RuleSet] = as_written) -> None:
        self._file, self._model = wanted.rules.file, wanted.model
        self.written, self._changed = wanted.rules, changed
        self._reading = threading.Lock()
        self.trouble = ""

    def read(self) -> RuleSet:
        """Return the rules as they are to be in force, from what the file has now.

        Raises:
            SettingsError: With all that is wrong with it.
        """
        with self._reading:
            try:
                rules = read_rules(self._file, self._model)
            except SettingsError as error:
                self.trouble = f"the rules before go on, since the file has a problem: {_in_a_line(error.problems)}"
                raise
            self.trouble, self.written = "", rules
            return self.in_force()

    def in_force(self) -> RuleSet:
        """Return the rules as they are to be in force, from what was last read."""
        return self._changed(self.written)

    def notes(self) -> tuple[str, ...]:
        """Return what is wrong with the file, for the page and `sharky status`."""
        return (self.trouble,) if self.trouble else ()


def _in_a_line(problems: Sequence[Problem]) -> str:
    """Return the first of some problems and how many there are besides; a caret points at nothing where lines are broken anew."""
    first = str(replace(problems[0], quote="")).replace("\n ", ";")
    return f"{first} (and {len(problems) - 1} more: sharky rules check)" if len(problems) > 1 else first


def commands(engine: Engine, rules_file: RulesFile, make: Callable[[Newest], Snapshot], recording: Recording | None) -> dict[str, Command]:
    """Return what may be asked of an engine."""

    def status(_: Mapping[str, Any]) -> object:
        return make(engine.newest()).to_json()

    def reload(_: Mapping[str, Any]) -> object:
        rules = rules_file.read()
        engine.replace_rules(rules)
        return {"file": rules.file, "rules": len(rules.rules)}

    def recorded(request: Mapping[str, Any]) -> object:
        """Tell where the recording is, and which packets light a rule."""
        if recording is None:
            raise SharkyError(Problem("nothing is recorded", "begin anew with --record FOLDER"))
        rules = engine.newest().rules
        chosen = [rule for rule in rules.rules if rule.name == request.get("rule")]
        if "rule" in request and not chosen:
            names = [rule.name for rule in rules.rules]
            raise SharkyError(Problem(f'no rule "{request["rule"]}"', did_you_mean(str(request["rule"]), names)))
        return {"folder": str(recording.folder.absolute()), "filter": filter_of(chosen[0]) if chosen else "", "lists": rules.lists}

    return {"status": status, "reload": reload, "recorded": recorded}


def reload_on_signal(engine: Engine, rules_file: RulesFile) -> None:
    """Read the rules file again; what is wrong with it goes to stderr, where a service's log is."""
    try:
        engine.replace_rules(rules_file.read())
    except SettingsError as error:
        say_in_log(*map(explain, error.problems))
