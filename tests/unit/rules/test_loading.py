"""Rules files: what they become, and every way to get them wrong."""

from __future__ import annotations

import pytest

from sharky.model.errors import Problem, SettingsError
from sharky.model.rules import Rule, Vocabulary
from sharky.rules import load_rules
from sharky.rules.colours import css_colours

VOCABULARY = Vocabulary(("eyes", "fin"), {"flash": "once", "pulse": "slowly"}, css_colours())
SHOW = "show: {zone: eyes, pattern: flash, colour: gold}"


def rules(text: str) -> tuple[Rule, ...]:
    return load_rules(text, "rules.yaml", VOCABULARY).rules


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as caught:
        rules(text)
    return caught.value.problems


def one_rule(lines: str, show: str = SHOW) -> str:
    return f"version: 1\nrules:\n  - name: It\n    {lines}\n    {show}\n"


def test_a_rule_is_read_with_everything_that_it_says() -> None:
    (rule,) = rules("""
version: 1
colours: {shark: "#1679a7"}
lists: {phones: [10.0.0.1, 10.0.0.2]}
rules:
  - name: Phones
    when: ip.addr in $phones
    while: bytes >= 1 MB over 10s
    show: {zone: all, pattern: pulse, color: Shark, for: 4s}
    floor: 20
    cooldown: 1 min
    priority: 90
    enabled: no
""")
    assert (rule.name, rule.when, rule.floor, rule.cooldown_ns, rule.priority, rule.is_enabled) == (
        "Phones",
        "ip.addr in $phones",
        20.0,
        60_000_000_000,
        90,
        False,
    )
    assert (rule.show.zone, rule.show.pattern, rule.show.colour_name, rule.show.hold_ns, rule.show.follow) == (
        "all",
        "pulse",
        "Shark",
        4_000_000_000,
        "none",
    )
    assert rule.show.colour == pytest.approx((0.008, 0.191, 0.386), abs=0.001)
    assert rule.condition is not None
    assert rule.condition.text == "bytes >= 1 MB over 10s"
    assert (rule.file, rule.line, rule.column) == ("rules.yaml", 6, 5)


def test_what_is_left_out_has_a_default() -> None:
    (rule,) = rules(one_rule("enabled: true"))
    assert (rule.when, rule.condition, rule.floor, rule.cooldown_ns, rule.priority) == ("", None, 0.0, 0, 50)


def test_a_priority_may_stand_beside_the_light() -> None:
    (rule,) = rules(one_rule("when: dns", "show: {zone: eyes, pattern: flash, colour: gold, priority: 90}"))
    assert rule.priority == 90


def test_all_problems_of_a_file_come_at_once_in_its_order() -> None:
    text = """version: 2
colours: {red: "#ff0000", sea: "#12"}
lists: {empty: []}
rule: []
rules:
  - name: A
    when: tcp.prot == 80
    while: shore > 5
    show: {zone: eye, pattern: puls, colour: golden, for: 3}
    between: 8-9
  - name: A
    show: {zone: eyes, colour: gold, follow: packet}
    priority: 101
  - just text
"""
    assert [(problem.line, problem.column, problem.message) for problem in problems(text)] == [
        (1, 10, '"version" is at most 1, and here is 2'),
        (2, 11, 'there is a colour "red" already'),
        (2, 33, '"#12" is no colour'),
        (3, 16, 'the list "empty" has no items'),
        (4, 1, 'unknown key "rule"'),
        (7, 11, 'unknown field "tcp.prot"'),
        (8, 12, 'unknown measure "shore"'),
        (9, 18, 'unknown zone "eye"'),
        (9, 32, 'unknown pattern "puls"'),
        (9, 46, 'unknown colour "golden"'),
        (9, 59, "a duration needs a unit"),
        (10, 5, '"between" is not supported yet'),
        (11, 5, 'two rules are called "A"'),
        (12, 11, 'the key "pattern" is missing'),
        (12, 46, 'unknown follow "packet"'),
        (13, 15, '"priority" is at most 100, and here is 101'),
        (14, 5, "a rule is a mapping, and here is text"),
    ]


def test_a_problem_is_printed_with_its_line_and_a_caret_under_the_very_character() -> None:
    (problem,) = problems(one_rule('when: "ip and tcp.flags.synn == 1"'))
    assert str(problem).splitlines() == [
        'rules.yaml:4:19: unknown field "tcp.flags.synn"',
        '        when: "ip and tcp.flags.synn == 1"',
        "                      ^^^^^^^^^^^^^^",
        '  did you mean "tcp.flags.syn"?',
    ]


@pytest.mark.parametrize(
    ("lines", "show", "message"),
    [
        ("while: rate", SHOW, 'behind "rate" a comparison is missing'),
        ("while: rate => 5", SHOW, 'unknown comparison "=>"'),
        ("while: rate >", SHOW, "the condition ends where a number should stand"),
        ("while: rate > 5 over", SHOW, "the condition ends where a duration should stand"),
        ("while: rate > 5 over 30ms", SHOW, "a window is 20 ms to 10 minutes"),
        ("while: rate > 5 over 1h", SHOW, "a window is 20 ms to 10 minutes"),
        ("while: share > 500%", SHOW, "a share is at most 100%"),
        ("while: rate > 5 kB", SHOW, '"kB" does not belong behind a rate'),
        ("while: bytes > 5 apples", SHOW, 'unknown unit of data "apples"'),
        ("while: rate > 5", "show: {zone: eyes, pattern: flash, colour: gold, follow: bytes}", '"follow" does nothing beside "while"'),
        ("priority: 5", "show: {zone: eyes, pattern: flash, colour: gold, priority: 6}", "the rule itself has a priority too"),
        ("when: dns", "show: bright", '"show" takes a mapping, and here is text'),
        ("when: dns", "show: {zone: eyes, pattern: flash, colour: #fff}", "a bracket is opened and never closed"),
        ("when: dns", "show: {zone: eyes, pattern: flash, colour: [red]}", '"colour" takes text, and here is a list'),
        ("floor: -1", SHOW, '"floor" is at least 0'),
        ("cooldown: 25h", SHOW, '"cooldown" is at most 24h'),
        ("days: mon", SHOW, '"days" is not supported yet'),
        ("when: ip.addr in $x", SHOW, 'unknown list "x"'),
    ],
)
def test_each_mistake_has_its_message(lines: str, show: str, message: str) -> None:
    assert [problem.message for problem in problems(one_rule(lines, show))] == [message] or problems(one_rule(lines, show))[
        0
    ].message.startswith(message)


def test_a_key_that_there_is_not_leads_only_to_keys_that_can_be_used() -> None:
    (problem,) = problems(one_rule("xyz: 5", SHOW))
    assert problem.hint == "known are: name, when, while, show, floor, cooldown, priority, enabled, on"


def test_too_many_rules_are_a_problem() -> None:
    text = "version: 1\nrules:\n" + "".join(f"- {{name: r{n}, {SHOW}}}\n" for n in range(501))
    assert problems(text)[0].message == "more than 500 rules"


@pytest.mark.parametrize(("filter_", "read"), [('dns.qry.name ~ "a.{7}%d"', 46), ("no.such_field", 81)])
def test_expressions_of_all_filters_together_take_no_more_than_some_memory_and_time(filter_: str, read: int) -> None:
    lines = (f"- {{name: r{n}, when: '{filter_.replace('%d', str(n))}', {SHOW}}}\n" for n in range(300))
    found = problems("version: 1\nrules:\n" + "".join(lines))
    first = next(problem for problem in found if problem.message == "the filters before this one ask for too much already")
    assert first.line - 3 == read


def test_a_rules_file_without_rules_says_so() -> None:
    assert problems("version: 1\n")[0].message == 'the key "rules" is missing'
    assert rules("version: 1\nrules: []\n") == ()
