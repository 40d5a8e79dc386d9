"""Filters and rules on names: devices, services, servers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sharky.model.columns import Columns, Labels
from sharky.model.errors import SettingsError
from sharky.model.names import CATEGORIES, DIRECTIONS, Face, NameTables
from sharky.model.rules import Vocabulary
from sharky.rules import RuleEngine, compile_filter, load_rules
from tests.unit.rules.builder import TCP_PACKET, Batches, packet

ANNA = Face(1, "Anna's Phone", "da:a1:19:5e:0b:42", "private address", "phone")
PRINTER = Face(2, "office", "3c:2a:f4:77:10:53", "Brother Industries, LTD.", "printer")
TABLES = NameTables(["", "www.netflix.com", "example.org (ECH)"], ("", "netflix", "apple-push"), [Face(), ANNA, PRINTER])


def labelled() -> tuple[Columns, Labels]:
    """Three packets: Anna's phone to netflix, back, and the printer to Anna's phone at home."""
    columns, labels = Batches().batch(*(packet(1.0 + number, *TCP_PACKET) for number in range(3)))
    video, in_, out, local = CATEGORIES.index("video"), *map(DIRECTIONS.index, ("in", "out", "local"))
    labels = replace(
        labels,
        server=np.array([1, 1, 0], np.int32),
        service=np.array([1, 1, 0], np.int16),
        category=np.array([video, video, 0], np.uint8),
        source_device=np.array([1, 0, 2], np.int32),
        destination_device=np.array([0, 1, 1], np.int32),
        direction=np.array([out, in_, local], np.uint8),
        is_new_device=np.array([True, False, True]),
        names=TABLES,
    )
    return columns, labels


@pytest.mark.parametrize(
    ("text", "packets"),
    [
        ('device == "anna\'s phone"', [0, 1, 2]),
        ("device == office", [2]),
        ("device == da:a1:19:5e:0b:42", [0, 1, 2]),
        ('device != "Anna\'s Phone"', []),
        ('any device != "Anna\'s Phone"', [2]),
        ("kind == printer", [2]),
        ("kind in {printer, phone}", [0, 1, 2]),
        ('vendor contains "brother"', [2]),
        ("service", [0, 1]),
        ("not service", [2]),
        ("service == netflix and direction == out", [0]),
        ("service in {apple-push, youtube}", []),
        ("service not in {apple-push}", [0, 1, 2]),
        ("category == video", [0, 1]),
        ("server contains netflix", [0, 1]),
        ('server == "WWW.Netflix.com"', [0, 1]),
        ("server != www.netflix.com", []),
        ("direction in {in, local}", [1, 2]),
        ("device.new", [0, 2]),
        ("device.new and kind == printer", [2]),
        ("not device.new", [1]),
    ],
)
def test_names_are_compared_without_regard_to_capital_letters(text: str, packets: list[int]) -> None:
    columns, labels = labelled()
    assert np.flatnonzero(compile_filter(text).mask(columns, labels)).tolist() == packets


def test_the_outer_name_of_an_encrypted_hello_is_compared_with_and_without_its_mark() -> None:
    columns, labels = labelled()
    labels.server[:] = 2
    for text in ("server == example.org", 'server == "example.org (ech)"', "server contains example"):
        assert compile_filter(text).mask(columns, labels).all()


def test_names_that_come_later_are_asked_about_too() -> None:
    columns, labels = labelled()
    shown, tables = compile_filter("server contains late"), NameTables(["", "early"])
    labels = replace(labels, names=tables, server=np.ones(3, np.int32))
    assert not shown.mask(columns, labels).any()
    tables.servers.append("late.example")
    labels.server[:] = 2
    assert shown.mask(columns, labels).all()


def test_makers_are_asked_of_who_knows_them_by_the_first_half_of_an_address() -> None:
    columns, labels = labelled()
    found = compile_filter('eth.addr.oui_resolved contains "of 020000"')
    assert not found.mask(columns, labels).any()
    assert not compile_filter("eth.src.oui_resolved != 1").mask(columns, labels).any()
    labels.names = replace(TABLES, vendor_of=lambda block: f"Maker of {block.hex()}")
    assert found.mask(columns, labels).all()


def test_a_list_may_hold_services() -> None:
    columns, labels = labelled()
    assert compile_filter("service in $streaming", {"streaming": ["netflix", "twitch"]}).mask(columns, labels).tolist() == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("direction == sideways", 'unknown direction "sideways"'),
        ("category == vidoe", 'did you mean "video"?'),
        ("service < netflix", "names have no order"),
        ("service ==", "a name for service is missing here"),
        ("service in netflix", "write the names in braces"),
        ("service in {netflix", "ends too early"),
        ("service in $nothing", 'unknown list "nothing"'),
        ("servise == netflix", 'did you mean "service"?'),
        ("tcp.port contains 80", "does not work on such a field"),
    ],
)
def test_a_mistake_in_a_name_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        compile_filter(text)
    assert message in str(error.value)


RULES = """
version: 1
lists: {streaming: [netflix, youtoube]}
rules:
  - {name: one, when: service in $streaming, show: {zone: eyes, pattern: flash, colour: gold}}
  - {name: two, when: service == netflx, show: {zone: eyes, pattern: flash, colour: gold}}
  - {name: four, when: not youtube, show: {zone: eyes, pattern: flash, colour: gold}}
  - {name: three, on: device.old, show: {zone: eyes, pattern: flash, colour: gold}}
"""

VOCABULARY = Vocabulary(("eyes",), {"flash": ""}, {"gold": (1.0, 1.0, 0.0)}, ("netflix", "youtube"))


def test_services_and_events_that_do_not_exist_are_mistakes() -> None:
    with pytest.raises(SettingsError) as error:
        load_rules(RULES, "rules.yaml", VOCABULARY)
    told = str(error.value)
    for part in ('unknown service "youtoube"', 'unknown service "netflx"', 'did you mean "netflix"?', 'unknown on "device.old"'):
        assert part in told
    assert 'youtube is a service: write service == "youtube"' in told


def test_an_event_lights_a_rule_once_for_each_new_device() -> None:
    text = "version: 1\nrules: [{name: new, on: device.new, when: tcp, show: {zone: eyes, pattern: flash, colour: gold}}]"
    engine = RuleEngine(load_rules(text, "rules.yaml", VOCABULARY))
    assert [match.number for match in engine.advance(*labelled())] == [1, 3]
