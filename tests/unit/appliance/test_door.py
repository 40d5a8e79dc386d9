"""The owner's folder, as owners use it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sharky.appliance.door import Opened, open_door
from sharky.appliance.files import checks
from sharky.appliance.keeping import Kept

GOOD = "version: 1\nrules:\n  - {name: %s, show: {zone: tail, pattern: solid, colour: red}}\n"
BROKEN = "version: 1\nrules:\n  - {name: x, show: {zone: tail, pattern: puls, colour: red}}\n"


class Card:
    """A card, and what was kept of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "card"
        self.folder.mkdir()
        self.kept = Kept(folder / "data")
        self.written = 0

    @contextlib.contextmanager
    def writable(self) -> Iterator[None]:
        self.written += 1
        yield

    def write(self, text: str, name: str = "rules.yaml") -> None:
        (self.folder / name).write_bytes(text.encode())

    def start(self) -> Opened:
        return open_door(self.folder, self.kept, checks(self.kept), self.writable)

    def rules(self) -> str:
        path = self.kept.in_force("rules.yaml")
        return path.read_text() if path else ""

    @property
    def errors(self) -> str:
        path = self.folder / "rules-errors.txt"
        return path.read_bytes().decode() if path.exists() else ""


@pytest.fixture
def card(tmp_path: Path) -> Card:
    return Card(tmp_path)


def test_a_file_on_the_card_is_put_in_force_and_the_card_not_written_to(card: Card) -> None:
    card.write(GOOD % "mine")
    assert card.start().taken == ["rules.yaml"]
    assert card.rules() == GOOD % "mine"
    assert card.written == 0


def test_one_that_is_unchanged_does_not_win_over_what_is_kept(card: Card) -> None:
    card.write(GOOD % "mine")
    card.start()
    card.kept.take("rules.yaml", GOOD % "changed on the page")
    assert card.start().taken == []
    assert "changed on the page" in card.rules()
    card.write(GOOD % "changed on the card")
    card.start()
    assert "changed on the card" in card.rules()


def test_what_was_before_is_kept(card: Card) -> None:
    for number in range(3):
        card.write(GOOD % f"version {number}")
        card.start()
    earlier = sorted((card.kept.folder / "earlier").iterdir())
    assert [path.name for path in earlier] == ["rules-0001.yaml", "rules-0002.yaml"]
    assert [path.read_text() for path in earlier] == [GOOD % "version 0", GOOD % "version 1"]


def test_only_so_many_earlier_ones_are_kept_and_the_newest_are(card: Card) -> None:
    for number in range(25):
        card.kept.take("rules.yaml", GOOD % number)
    earlier = sorted(path.name for path in (card.kept.folder / "earlier").iterdir())
    assert (len(earlier), earlier[0], earlier[-1]) == (20, "rules-0005.yaml", "rules-0024.yaml")


def test_a_broken_one_is_explained_on_the_card_and_the_last_good_one_goes_on(card: Card) -> None:
    card.write(GOOD % "good")
    card.start()
    card.write(BROKEN)
    opened = card.start()
    assert "rules.yaml" in opened.problems
    assert card.rules() == GOOD % "good"
    assert 'rules.yaml:3:43: unknown pattern "puls"' in card.errors
    assert 'did you mean "pulse"?' in card.errors
    assert card.errors.replace("\r\n", "").count("\n") == 0
    written = card.written
    assert "rules.yaml" in card.start().problems
    assert card.written == written, "what is there already is not written again"
    card.write(GOOD % "mended")
    assert not card.start().problems
    assert (card.errors, card.rules()) == ("", GOOD % "mended")


def test_one_that_was_broken_and_is_good_once_its_model_is_there_is_taken(card: Card) -> None:
    card.write((GOOD % "x").replace("tail", "nose"))
    assert card.start().problems
    card.write("index,zone,x,y,z,output,channel\n0,nose,44,70,18,pwmled,17\n", "model.csv")
    assert not card.start().problems
    assert "nose" in card.rules()


def test_one_that_the_owner_removed_goes_and_is_kept(card: Card) -> None:
    card.write(GOOD % "mine")
    card.start()
    (card.folder / "rules.yaml").unlink()
    card.start()
    assert card.rules() == ""
    assert (card.kept.folder / "earlier/rules-0001.yaml").read_text() == GOOD % "mine"


def test_without_the_folder_all_stays_as_it_is(card: Card) -> None:
    card.write(GOOD % "mine")
    card.start()
    (card.folder / "rules.yaml").unlink()
    card.folder.rmdir()
    assert "no folder" in card.start().notes[0]
    assert card.rules() == GOOD % "mine"


def test_a_card_that_cannot_be_written_to_is_said_and_nothing_else_suffers(card: Card) -> None:
    card.write(BROKEN)
    card.write("version: 1\ndevices: []\n", "devices.yaml")

    @contextlib.contextmanager
    def full() -> Iterator[None]:
        raise OSError(28, "No space left on device")
        yield

    opened = open_door(card.folder, card.kept, checks(card.kept), full)
    assert "no space left" in opened.notes[0]
    assert opened.taken == ["devices.yaml"]


def test_a_record_that_is_damaged_loses_nothing(card: Card) -> None:
    card.write(GOOD % "mine")
    card.start()
    (card.kept.folder / "read.json").write_text("{nonsense")
    assert card.start().taken == ["rules.yaml"]
    assert card.rules() == GOOD % "mine"


def test_a_file_of_an_older_version_is_migrated(card: Card) -> None:
    card.write((GOOD % "old").removeprefix("version: 1\n"))
    assert not card.start().problems
    assert card.rules() == GOOD % "old"
    assert (card.folder / "rules.yaml").read_text() == (GOOD % "old").removeprefix("version: 1\n")


def test_the_dates_of_files_do_not_matter_where_the_clock_is_wrong(card: Card) -> None:
    for name, date_s in (("first", 4e9), ("second", 60), ("third", 2e9)):
        card.write(GOOD % name)
        for path in (*card.folder.iterdir(), *card.kept.folder.rglob("*")):
            os.utime(path, (date_s, date_s))
        assert card.start().taken == ["rules.yaml"]
    assert card.start().taken == []
    assert (card.kept.folder / "earlier/rules-0002.yaml").read_text() == GOOD % "second"


def test_settings_and_wifi_are_checked_at_every_key(card: Card) -> None:
    card.write("version: 1\nlights: {brightnes: 5}\npage: {port: 99999}\nplacement: {use: brigde}\n", "sharky.yaml")
    card.write("version: 1\nname: home\npassword: short\ncountry: Germany\n", "wifi.yaml")
    problems = {name: [problem.message for problem in found] for name, found in card.start().problems.items()}
    assert problems["sharky.yaml"] == ['unknown key "brightnes"', '"port" is at most 65535, and here is 99999', 'unknown use "brigde"']
    assert len(problems["wifi.yaml"]) == 2


def test_a_kept_file_that_the_disk_damaged_is_put_away_and_the_cards_own_is_read_again(card: Card) -> None:
    card.write(GOOD % "mine")
    card.start()
    (card.kept.folder / "config/rules.yaml").write_bytes(b"version: 1\nrul\0\0\xff")
    opened = card.start()
    assert opened.unusable == ["rules.yaml"]
    assert "put away" in opened.notes[0]
    assert card.rules() == GOOD % "mine"
    assert (card.kept.folder / "earlier/rules-0001.yaml").read_bytes() == b"version: 1\nrul\0\0\xff"
    assert card.start().unusable == []


def test_without_the_card_sharkys_own_file_stands_in_for_one_that_is_damaged(card: Card) -> None:
    card.write(GOOD % "mine")
    card.start()
    (card.folder / "rules.yaml").unlink()
    card.folder.rmdir()
    (card.kept.folder / "config/rules.yaml").write_text(BROKEN)
    assert card.start().unusable == ["rules.yaml"]
    assert card.rules() == ""


def test_rules_that_do_not_fit_another_model_are_put_away_and_come_back_with_theirs(card: Card) -> None:
    card.write("index,zone,x,y,z,output,channel\n0,nose,44,70,18,pwmled,17\n", "model.csv")
    card.write((GOOD % "x").replace("tail", "nose"))
    assert not card.start().problems
    (card.folder / "model.csv").rename(card.folder / "model.away")
    opened = card.start()
    assert (opened.unusable, list(opened.problems)) == (["rules.yaml"], ["rules.yaml"])
    assert 'unknown zone "nose"' in card.errors
    assert card.rules() == ""
    (card.folder / "model.away").rename(card.folder / "model.csv")
    assert card.start().taken == ["model.csv", "rules.yaml"]
    assert (card.errors, "nose" in card.rules()) == ("", True)


def test_a_model_that_does_not_come_with_sharky_is_said(card: Card) -> None:
    card.write("version: 1\nlights: {model: sharkk}\n", "sharky.yaml")
    problem = card.start().problems["sharky.yaml"][0]
    assert (problem.message, problem.line, problem.column) == ('unknown model "sharkk"', 2, 17)
