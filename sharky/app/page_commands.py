"""What the page may ask of a running engine: these commands, and no others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sharky.app.changes import Changes
from sharky.app.commands import RulesFile
from sharky.model.errors import Problem, SharkyError
from sharky.runtime import Engine
from sharky.runtime.control import Command


def page_commands(engine: Engine, rules_file: RulesFile, changes: Changes) -> dict[str, Command]:
    """Return what the page may ask: to change settings, to go back to the files, and to test the LEDs."""

    def change(request: Mapping[str, Any]) -> object:
        before = changes.changed.rules
        changes.take(request, rules_file.written)
        return told(before)

    def undo(_: Mapping[str, Any]) -> object:
        before = changes.changed.rules
        changes.undo()
        return told(before)

    def lamps(request: Mapping[str, Any]) -> object:
        is_on = request.get("is_on", True)
        if not isinstance(is_on, bool):
            raise SharkyError(Problem("the lamp test is on or off", 'say {"is_on": true} or {"is_on": false}'))
        engine.test_lamps(is_on=is_on)
        return {"is_testing": is_on}

    def told(before: Mapping[str, bool]) -> object:
        if changes.changed.rules != before:
            engine.replace_rules(rules_file.in_force())
        return {"changes": changes.count}

    return {"change": change, "undo": undo, "lamps": lamps}
