"""What a person asks for on the page, checked by the engine: whoever asks, and whatever the page has checked already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sharky.app.changes_file import MOST_RULES, Changed
from sharky.model.errors import Problem, SharkyError
from sharky.model.rules import RuleSet
from sharky.settings.suggestions import did_you_mean

KNOWN = ("command", "brightness", "rules")
MOST_TOLD = 10
"""So many unknown names are told one by one: to find out what was meant takes milliseconds each, while packets wait."""


def with_wishes(changed: Changed, request: Mapping[str, Any], written: RuleSet, most: float) -> Changed:
    """Return what is changed when a request is granted; what is as in the files is no change.

    Args:
        changed: What was changed before.
        request: With `brightness`, from 0 to 1, or `rules`, true or false by their names; or both.
        written: The rules as their file has them.
        most: The brightness that the owner's file has.

    Raises:
        SharkyError: With all that is wrong with the request.
    """
    problems = [Problem(f'no setting "{name:.60}"', did_you_mean(name, KNOWN[1:])) for name in request if name not in KNOWN]
    brightness, rules = request.get("brightness", changed.brightness), request.get("rules", {})
    problems += _brightness_problems(brightness, most)
    problems += _rules_problems(rules, written)
    if problems:
        raise SharkyError(problems)
    as_written = {rule.name: rule.is_enabled for rule in written.rules}
    switched = {name: is_on for name, is_on in {**changed.rules, **rules}.items() if as_written.get(name) != is_on}
    if len(switched) > MOST_RULES:
        raise SharkyError(Problem(f"more than {MOST_RULES} rules are switched", "go back to the files"))
    return Changed(None if brightness == most else brightness, switched)


def _brightness_problems(brightness: object, most: float) -> list[Problem]:
    if brightness is None:
        return []
    if isinstance(brightness, bool) or not isinstance(brightness, int | float) or not 0 <= brightness <= most:
        return [Problem(f"brightness takes a number from 0 to {most:g}", "the file that has the brightness says how much it is at most")]
    return []


def _rules_problems(rules: object, written: RuleSet) -> list[Problem]:
    if not isinstance(rules, dict) or not all(isinstance(is_on, bool) for is_on in rules.values()):
        return [Problem("rules take true or false by their names", 'such as {"rules": {"Lookups blink the eyes": false}}')]
    names = [rule.name for rule in written.rules]
    unknown = [name for name in rules if name not in names]
    told = [Problem(f'no rule "{name:.60}"', did_you_mean(name, names)) for name in unknown[:MOST_TOLD]]
    return told + [Problem(f"{len(unknown) - MOST_TOLD} further names are no rule's")] * (len(unknown) > MOST_TOLD)
