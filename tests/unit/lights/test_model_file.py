from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.lights import load_model
from sharky.model.errors import Problem, SettingsError

HEADER = "index,zone,x,y,z,output,channel,colour,milliamperes\n"
MODELS = Path(__file__).parents[3] / "hardware" / "models"


def problems(text: str, outline: str = "") -> tuple[Problem, ...]:
    with pytest.raises(SettingsError) as caught:
        load_model(text, outline, "models/my.csv")
    return caught.value.problems


def test_a_model_lists_its_leds_by_index_whatever_the_order_of_lines() -> None:
    model = load_model(HEADER + "1,fin,2,0,0,led,17,red,250\n0,eyes,1.5,-2,3,strip,0,,\n", "", "models/my.csv")
    assert [led.zone for led in model.leds] == ["eyes", "fin"]
    assert (model.name, model.leds[0].x, model.leds[0].y) == ("my", 1.5, -2.0)
    assert (model.leds[1].colour, model.leds[1].milliamperes, model.leds[0].milliamperes) == ("red", 250.0, 20.0)


def test_colour_and_current_may_be_left_out_and_columns_may_come_in_any_order() -> None:
    model = load_model("zone,index,channel,output,z,y,x\r\neyes,0,4,pwmled,3,2,1\r\n\r\n", "", "my.csv")
    assert (model.leds[0].x, model.leds[0].y, model.leds[0].z, model.leds[0].channel) == (1, 2, 3, "4")


def test_an_outline_becomes_named_lines() -> None:
    outline = "line,x,y\nbody,0,0\nbody,1,0\nbody,1,1\n"
    assert load_model(HEADER + "0,eyes,0,0,0,strip,0,,", outline, "my.csv").outline == {"body": ((0, 0), (1, 0), (1, 1))}


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        ("x,eyes,0,0,0,strip,0,,", 1, '"x" is no index'),
        ("0,all,0,0,0,strip,0,,", 3, 'a zone cannot be called "all"'),
        ("0,<b>,0,0,0,strip,0,,", 3, '"<b>" is no name of a zone'),
        ("0,eyes,abc,0,0,strip,0,,", 8, '"abc" is no number'),
        ("0,eyes,0,nan,0,strip,0,,", 10, "nan is out of bounds"),
        ("0,eyes,0,0,-inf,strip,0,,", 12, "-inf is out of bounds"),
        ("0,eyes,0,0,0,pwm,0,,", 14, 'unknown output "pwm"'),
        ("0,eyes,0,0,0,pwmled,28,,", 21, '"28" is no GPIO pin'),
        ("0,eyes,0,0,0,rgbled,17-27-27,,", 21, '"17-27-27" does not name three GPIO pins'),
        ("0,eyes,0,0,0,strip,-1,,", 20, '"-1" is no place on a strip'),
        ("0,eyes,0,0,0,led,17,rde,", 21, 'unknown colour "rde"'),
        ("0,eyes,0,0,0,strip,0,red,", 22, 'output "strip" shows all colours'),
        ("0,eyes,0,0,0,strip,0,,-1", 23, "-1 is below zero"),
        ("0,eyes,0,0,0,strip,0", 1, "this line has 7 cells, the header has 9"),
        ("1,eyes,0,0,0,strip,0,,", 1, "index 0 is missing"),
    ],
)
def test_a_wrong_cell_is_pointed_at(line: str, column: int, message: str) -> None:
    (problem,) = problems(HEADER + line)
    assert (problem.message, problem.file, problem.line, problem.column, problem.quote) == (message, "models/my.csv", 2, column, line)


def test_all_problems_of_both_files_come_at_once() -> None:
    text = HEADER + "0,eyes,0,0,0,pwmled,17,,\n0,all,1,0,0,rgbled,4-17-22,,\n2,fin,0,0,0,stirp,0,,\n"
    found = [(problem.file, problem.line, problem.message) for problem in problems(text, "line,x,y\nbody,0,zero\n")]
    assert found == [
        ("models/my.csv", 3, "index 0 is already in line 2"),
        ("models/my.csv", 3, 'a zone cannot be called "all"'),
        ("models/my.csv", 3, "pin 17 is already used in line 2"),
        ("models/my.csv", 4, 'unknown output "stirp"'),
        ("models/my-outline.csv", 2, 'line "body" has fewer than 3 points'),
        ("models/my-outline.csv", 2, '"zero" is no number'),
    ]


def test_a_strip_place_is_used_once_and_is_no_pin() -> None:
    text = HEADER + "0,eyes,0,0,0,strip,17,,\n1,eyes,0,0,0,led,17,,\n2,eyes,0,0,0,strip,17,,\n"
    assert [problem.message for problem in problems(text)] == ["strip place 17 is already used in line 2"]


def test_a_misspelt_header_gets_a_suggestion() -> None:
    found = problems("index,zoen,x,y,z,output,channel\n0,eyes,0,0,0,strip,0\n")
    assert str(found[0]).splitlines()[0] == 'models/my.csv:1:7: unknown column "zoen"'
    assert found[0].hint == 'did you mean "zone"?'
    assert found[1].message == "the header lacks zone"


def test_a_column_named_twice_and_a_file_with_semicolons_are_told_apart() -> None:
    assert problems("index,zone,x,x,y,z,output,channel\n")[0].message == 'column "x" stands here twice'
    assert problems("index;zone;x;y;z;output;channel\n")[0].message == "the columns are not separated by commas"


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff"])
def test_an_empty_file_says_what_belongs_in_it(text: str) -> None:
    (problem,) = problems(text)
    assert problem.message == "the file is empty"
    assert "index,zone,x,y,z,output,channel" in problem.hint


def test_a_header_alone_is_no_model() -> None:
    assert problems(HEADER)[0].message == "there is no LED in this file"


def test_a_model_has_at_most_ten_thousand_leds() -> None:
    text = HEADER + "".join(f"{index},eyes,0,0,0,strip,{index},,\n" for index in range(10_001))
    assert [(problem.message, problem.line) for problem in problems(text)] == [("more than 10000 LEDs", 10_002)]


@given(st.text(max_size=200), st.text(max_size=100))
def test_any_text_gives_a_model_or_its_problems(rows: str, outline: str) -> None:
    for text in (rows, HEADER + rows):
        with suppress(SettingsError):
            assert load_model(text, outline, "my.csv").leds


@pytest.mark.parametrize("name", sorted(path.stem for path in MODELS.glob("*.csv") if "outline" not in path.stem))
def test_the_models_that_we_ship_are_sound(name: str) -> None:
    model = load_model((MODELS / f"{name}.csv").read_text(), (MODELS / f"{name}-outline.csv").read_text(), f"{name}.csv")
    assert model.outline["body"]


def test_the_default_shark_has_the_zones_that_rules_name() -> None:
    model = load_model((MODELS / "shark.csv").read_text(), "", "shark.csv")
    assert set(model.zones) == {"eyes", "mouth", "gills", "fin", "flank", "belly", "tail"}
    assert [led.channel for led in model.leds] == [str(index) for index in range(len(model.leds))]


def test_the_first_sharky_has_a_white_and_a_red_string() -> None:
    model = load_model((MODELS / "first-sharky.csv").read_text(), "", "first-sharky.csv")
    assert [(led.zone, led.output, led.channel, led.colour) for led in model.leds] == [
        ("white", "pwmled", "17", "white"),
        ("red", "pwmled", "27", "red"),
    ]
