"""Keys read one by one, with all that is wrong noted on the way."""

from __future__ import annotations

import pytest

from sharky.model.errors import Problem
from sharky.settings.document import parse_document
from sharky.settings.places import config_folder, models_folder
from sharky.settings.quantities import parse_bytes, parse_duration, parse_share, parse_time_of_day
from sharky.settings.sections import Section, read_keys
from sharky.settings.sources import TextError

TABLE = """section,name,other_name,kind,is_required,lowest,highest,default,example,description
lamp,label,,text,yes,,,,desk,what it is called
lamp,colour,color,text,no,,,,red,its colour
lamp,count,,integer,no,1,10,1,4,how many
lamp,gain,,number,no,0,1,0.5,0.7,how strong
lamp,hold,,duration,no,20ms,1h,,4s,how long
lamp,lit,,boolean,no,,,true,false,whether it is lit
lamp,parts,,list,no,,,,[a],its parts
lamp,inner,,mapping,no,,,,{a: 1},what is in it
"""


def lamp(text: str) -> tuple[Section, list[Problem]]:
    problems: list[Problem] = []
    return Section(parse_document(text, "f.yaml"), read_keys(TABLE.splitlines())["lamp"], problems), problems


def test_what_is_there_is_read_and_what_is_not_has_its_default() -> None:
    section, problems = lamp("label: desk\ncount: 4\nhold: 2 min\nlit: no\nparts: [x]\ninner: {a: 1}")
    assert section.parsed("label", str.upper, "") == "DESK"
    assert (section.integer("count"), section.number("gain"), section.duration_ns("hold"), section.boolean("lit")) == (
        4,
        0.5,
        120_000_000_000,
        False,
    )
    assert len(section.listing("parts")) == 1
    assert section.map("inner") is not None
    assert problems == []


def test_another_spelling_is_taken_but_not_beside_the_first() -> None:
    assert lamp("label: a\ncolor: red")[0].choice("colour", ["red"]) == "red"
    for first, second in (("colour", "color"), ("color", "colour")):
        (problem,) = lamp(f"label: a\n{first}: red\n{second}: red")[1]
        assert (problem.line, problem.message) == (3, '"colour" and "color" are two spellings of the same key')


def test_all_problems_come_at_once() -> None:
    section, problems = lamp("lable: a\ncount: 12\ngain: much\nhold: 3\nlit: maybe\nparts: x\ncolour: rde\ninner: []")
    section.integer("count")
    section.number("gain")
    section.duration_ns("hold")
    section.boolean("lit")
    section.listing("parts")
    section.map("inner")
    section.choice("colour", ["red", "green"])
    assert [(problem.line, problem.message) for problem in problems] == [
        (1, 'unknown key "lable"'),
        (1, 'the key "label" is missing'),
        (2, '"count" is at most 10, and here is 12'),
        (3, '"gain" takes a number, and here is "much"'),
        (4, "a duration needs a unit"),
        (5, '"lit" takes true or false, and here is "maybe"'),
        (6, '"parts" takes a list, and here is text'),
        (8, '"inner" takes a mapping, and here is a list'),
        (7, 'unknown colour "rde"'),
    ]
    assert problems[0].hint == 'did you mean "label"?'
    assert problems[-1].hint == 'did you mean "red"?'


def test_a_value_that_became_a_comment_is_explained() -> None:
    section, problems = lamp("label: a\ncolour: #1679a7")
    section.text("colour")
    assert "begins a comment" in problems[0].hint


def test_characters_that_a_terminal_would_obey_are_refused() -> None:
    section, problems = lamp('label: "\\e[2J"')
    assert section.text("label") is None
    assert "cannot be printed" in problems[0].message


@pytest.mark.parametrize(
    ("parse", "text", "message", "at"),
    [
        (parse_duration, "4", "needs a unit", 0),
        (parse_duration, "4 parsecs", "unknown unit of time", 2),
        (parse_duration, "soon", "not a number", 0),
        (parse_duration, "-4s", "not a number", 0),
        (parse_duration, "9" * 400 + "s", "not a number", 0),
        (parse_bytes, "1 mb", "unknown unit of data", 2),
        (parse_share, "120%", "at most 100%", 0),
        (parse_share, "100.1%", "at most 100%", 0),
        (parse_share, "50 percent", "does not belong", 3),
        (parse_time_of_day, "7", "not a time of day", 0),
        (parse_time_of_day, "", "not a time of day", 0),
        (parse_time_of_day, "24:00", "no clock shows 24:00", 0),
        (parse_time_of_day, "07:60", "no clock shows 07:60", 0),
    ],
)
def test_a_quantity_that_is_none_is_pointed_at(parse: object, text: str, message: str, at: int) -> None:
    assert callable(parse)
    with pytest.raises(TextError, match=message) as caught:
        parse(text)
    assert caught.value.at == at


def test_quantities_go_as_far_as_they_may() -> None:
    assert (parse_share("100%"), parse_share("1"), parse_share("0%")) == (1.0, 1.0, 0.0)
    assert (parse_time_of_day("00:00"), parse_time_of_day("23:59")) == (0, 1439)
    assert (parse_duration("0"), parse_duration("1h")) == (0, 3600 * 10**9)


def test_in_a_checkout_the_defaults_lie_at_its_root() -> None:
    assert config_folder().name == "config"
    assert models_folder().parent.name == "hardware"
