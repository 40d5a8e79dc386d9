"""Nothing is redirected unless the owner has written so, and each mistake in it is shown where it stands."""

from __future__ import annotations

from textwrap import dedent

import pytest

from sharky.app.said import explain
from sharky.model.errors import PlacementError, SettingsError
from sharky.placement.consent import EXAMPLE, MAXIMUM_TARGETS, no_consent, read_consent
from sharky.settings.places import config_folder

GIVEN = "version: 1\n" + EXAMPLE


def test_the_example_that_is_told_is_a_consent() -> None:
    consent = read_consent(GIVEN, "sharky.yaml")
    assert consent.interface == "eth0"
    assert [target.text for target in consent.targets] == ["192.168.1.20"]


@pytest.mark.parametrize("text", ["version: 1", "placement: {}", "version: 1\nlights: {}"])
def test_without_consent_it_is_told_what_to_write(text: str) -> None:
    with pytest.raises(PlacementError, match='consent: "I own this network"'):
        read_consent(text, "sharky.yaml")


def test_what_is_said_to_write_can_be_copied_into_the_settings() -> None:
    said = explain(no_consent("sharky.yaml")).partition("\n\n")[2]
    assert read_consent(dedent(said), "sharky.yaml") == read_consent(EXAMPLE, "sharky.yaml")


def test_the_settings_that_come_with_sharky_give_no_consent_and_show_how_to_give_it() -> None:
    text = (config_folder() / "sharky.yaml").read_text()
    with pytest.raises(PlacementError, match="consent"):
        read_consent(text, "sharky.yaml")
    head, _, commented = text.partition("# placement:")
    given = read_consent("placement:" + commented.replace("\n# ", "\n"), "sharky.yaml")
    assert [target.text for target in given.targets] == ["192.168.1.20", "02:00:00:12:34:56", "television.lan"]
    assert head


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('"I own this network"', "yes", 'sharky.yaml:4:14: "consent" takes exactly the words "I own this network"'),
        ('"I own this network"', "i own this network", "takes exactly the words"),
        ("consent", "concent", 'did you mean "consent"?'),
        ("    interface: eth0\n", "", 'the key "interface" is missing'),
        ("[192.168.1.20]", "[]", "no targets are listed"),
        ("[192.168.1.20]", "all", '"targets" takes a list'),
        ("[192.168.1.20]", "[192.168.1.0/24]", "neither an address, nor a MAC, nor a name"),
        ("[192.168.1.20]", "[{a: b}]", "a target takes text"),
        ("[192.168.1.20]", str([f"192.168.1.{number}" for number in range(MAXIMUM_TARGETS + 1)]), f"more than {MAXIMUM_TARGETS} targets"),
        ("mitm:", "mit:", 'unknown key "mit"'),
        ("placement:\n  mitm:", "placement: now\nmitm:", '"placement" takes a mapping'),
    ],
)
def test_a_mistake_is_shown_where_it_stands(was: str, becomes: str, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read_consent(GIVEN.replace(was, becomes), "sharky.yaml")
    assert said in str(raised.value)


def test_as_many_targets_as_there_may_be_are_read() -> None:
    listed = [f"192.168.1.{number}" for number in range(MAXIMUM_TARGETS)]
    assert [target.text for target in read_consent(GIVEN.replace("[192.168.1.20]", str(listed)), "sharky.yaml").targets] == listed


def test_targets_that_are_no_list_are_one_mistake() -> None:
    with pytest.raises(SettingsError) as raised:
        read_consent(GIVEN.replace("[192.168.1.20]", "192.168.1.20"), "sharky.yaml")
    assert [problem.message for problem in raised.value.problems] == ['"targets" takes a list, and here is text']
