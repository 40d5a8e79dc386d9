"""The reference, the schema, and the rules that come with Sharky fit the loader."""

from __future__ import annotations

import csv
import json
import re
import runpy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sharky.appliance.reference import settings_markdown
from sharky.dissect.registry import layer_names
from sharky.identify.reference import protocols_markdown
from sharky.identify.services import services
from sharky.identify.services_reference import services_markdown
from sharky.lights import PATTERNS, load_model
from sharky.model.rules import Vocabulary
from sharky.rules import RuleEngine, load_rules
from sharky.rules.colours import css_colours
from sharky.rules.filters.fields import protocols
from sharky.rules.reference import reference_markdown, schema

ROOT = Path(__file__).resolve().parents[3]
LAYERS = layer_names()
"""As long as no test has declared headers of its own."""


def vocabulary(model: str) -> Vocabulary:
    zones = load_model((ROOT / f"hardware/models/{model}.csv").read_text("utf-8"), "", f"{model}.csv").zones
    return Vocabulary(zones, {name: pattern.description for name, pattern in PATTERNS.items()}, css_colours())


def test_the_committed_reference_is_fresh() -> None:
    wanted = reference_markdown(vocabulary("shark")) + settings_markdown()
    assert (ROOT / "config/README.md").read_text("utf-8") == wanted, "run scripts/update-reference"


def test_the_committed_list_of_protocols_is_fresh() -> None:
    descriptions = {name: protocol.description for name, protocol in protocols().items()}
    assert (ROOT / "config/protocols.md").read_text("utf-8") == protocols_markdown(descriptions), "run scripts/update-reference"


def test_the_committed_list_of_services_is_fresh_and_has_all() -> None:
    page = (ROOT / "config/services.md").read_text("utf-8")
    assert page == services_markdown(), "run scripts/update-reference"
    assert [name for name in services().names[1:] if f"\n| `{name}` |" not in page] == []


def test_pages_that_the_reference_leads_to_are_there() -> None:
    pages = re.findall(r"\]\(([\w-]+\.md)\)", reference_markdown(vocabulary("shark")))
    assert set(pages) >= {"protocols.md", "services.md"}
    assert [page for page in pages if not (ROOT / "config" / page).exists()] == []


def test_the_committed_schema_is_fresh() -> None:
    assert json.loads((ROOT / "config/rules.schema.json").read_text("utf-8")) == schema(vocabulary("shark")), "run scripts/update-reference"


def test_the_script_that_makes_them_can_be_run() -> None:
    assert callable(runpy.run_path(str(ROOT / "scripts/update-reference"))["main"])


def test_no_placeholder_of_the_reference_is_left() -> None:
    text = reference_markdown(vocabulary("shark"))
    assert not any(
        "{" + word in text for word in ("keys of", "patterns}", "zones}", "operators}", "fields}", "protocols}", "types}", "measures}")
    )


@pytest.mark.parametrize(
    ("file", "model"),
    [
        ("default", "shark"),
        ("first-sharky", "first-sharky"),
        ("any-model", "shark"),
        ("any-model", "first-sharky"),
        ("wireshark-colours", "first-sharky"),
    ],
)
def test_the_rules_that_come_with_sharky_load_and_fit_the_schema(file: str, model: str) -> None:
    text = (ROOT / f"config/rules/{file}.yaml").read_text("utf-8")
    rules = load_rules(text, f"config/rules/{file}.yaml", vocabulary(model))
    assert RuleEngine(rules).hits == dict.fromkeys((rule.name for rule in rules.rules), 0)
    jsonschema.validate(yaml.safe_load(text), schema(vocabulary(model)))


def test_the_default_rules_use_every_zone_and_every_pattern() -> None:
    words = vocabulary("shark")
    rules = load_rules((ROOT / "config/rules/default.yaml").read_text("utf-8"), "", words).rules
    assert {rule.show.zone for rule in rules} == {*words.zones, "all"}
    assert {rule.show.pattern for rule in rules} >= set(words.patterns) - {"solid"}


LIGHT = {"zone": "eyes", "pattern": "flash", "colour": "gold"}


@pytest.mark.parametrize(
    "rules",
    [
        {"rules": []},
        {"version": 1, "rules": [{"show": LIGHT}]},
        {"version": 1, "rules": [{"name": "x", "show": {"zone": "eyes", "pattern": "flash"}}]},
        {"version": 1, "rules": [{"name": "x", "show": {**LIGHT, "pattern": "puls"}}]},
        {"version": 1, "rules": [{"name": "x", "show": {**LIGHT, "for": "3"}}]},
        {"version": 1, "rules": [{"name": "x", "show": LIGHT, "wenn": "dns"}]},
        {"version": 1, "rules": [{"name": "x", "show": LIGHT, "priority": 101}]},
    ],
)
def test_what_the_loader_refuses_an_editor_underlines_too(rules: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(rules, schema(vocabulary("shark")))


def test_every_protocol_that_a_packet_can_be_called_is_known_to_filters() -> None:
    names: set[str] = set()
    naming_services = ROOT / "sharky/identify/services_octets.csv"
    for table in sorted({*(ROOT / "sharky/identify").glob("*.csv")} - {naming_services}):
        for row in csv.DictReader(table.read_text("utf-8").splitlines()):
            names.update(":".join(row.get(column) or "" for column in ("protocol", "then")).split(":"))
    assert (names | LAYERS) - set(protocols()) - {""} == set()
