"""What may be asked of a running engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.app.changes import Changes
from sharky.app.commands import RulesFile
from sharky.app.shipped import read_model, read_rules
from sharky.app.wanted import Play
from sharky.model.errors import SettingsError

RULE = "  - {{name: {}, when: dns, show: {{zone: eyes, pattern: flash, colour: {}}}}}\n"


def test_trouble_with_rules_is_told_in_one_line_without_a_caret(tmp_path: Path) -> None:
    path, model = tmp_path / "rules.yaml", read_model(None)
    path.write_text("version: 1\nrules:\n" + RULE.format("a", "gold"))
    rules_file = RulesFile(Play("", (), read_rules(str(path), model), model))
    path.write_text("version: 1\nrules:\n" + RULE.format("a", "golden") + RULE.format("b", "rosy"))
    with pytest.raises(SettingsError):
        rules_file.read()
    (told,) = rules_file.notes()
    assert told.endswith('rules.yaml:3:69: unknown colour "golden"; did you mean "goldenrod"? (and 1 more: sharky rules check)')
    assert "\n" not in told
    path.write_text("version: 1\nrules:\n" + RULE.format("a", "gold"))
    rules_file.read()
    assert rules_file.notes() == ()


def test_rules_that_are_read_again_stay_on_and_off_as_they_were_switched(tmp_path: Path) -> None:
    path, model = tmp_path / "rules.yaml", read_model(None)
    path.write_text("version: 1\nrules:\n" + RULE.format("a", "gold"))
    wanted = Play("", (), read_rules(str(path), model), model)
    changes = Changes(None, 1.0, lambda _: None)
    rules_file = RulesFile(wanted, changes.applied)
    changes.take({"rules": {"a": False}}, rules_file.written)
    path.write_text("version: 1\nrules:\n" + RULE.format("b", "gold") + RULE.format("a", "red"))
    assert [(rule.name, rule.is_enabled) for rule in rules_file.read().rules] == [("b", True), ("a", False)]
    assert all(rule.is_enabled for rule in rules_file.written.rules)
