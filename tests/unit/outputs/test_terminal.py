import codecs
import fcntl
import os
import re
import struct
import termios
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from typing import TextIO

import numpy as np
import pytest

from sharky.model.errors import OutputError
from sharky.model.lights import Cause, Change, Cue, Frame, Led, LightModel, Scene
from sharky.model.packets import FOREVER_NS
from sharky.outputs.terminal import Terminal
from sharky.outputs.terminal_picture import PICTURE_NS, SIZE_NS

FISH = LightModel(
    "fish",
    (Led(0, "eyes", 20.0, 40.0, 0.0, "strip", "0"), Led(1, "tail", 90.0, 40.0, 0.0, "strip", "1")),
    {"body": ((0.0, 30.0), (50.0, 60.0), (100.0, 30.0), (50.0, 10.0))},
)
CUE = Cue("eyes", "flash", (1.0, 0.5, 0.0), "gold", 10, FOREVER_NS, 1, 2, 0.5, 50, 3, Cause("Lookups", "house/rules.yaml", 4, 118, 10))
LIT = Scene(10, (CUE,), (Change(10, "+", CUE),), "A phone wakes up")
RED, DARK = Frame(np.array([[255, 0, 0], [0, 0, 0]], np.uint8)), Frame(np.zeros((2, 3), np.uint8))


class FakeTerminal:
    """A terminal of true colour at the other end of a pty. It knows only what a terminal's picture needs, and refuses the rest."""

    _TOKEN = re.compile(r"\x1b\[(\??)([0-9;]*)([A-Za-z])|([^\x00-\x1f\x7f])")

    def __init__(self, columns: int, rows: int) -> None:
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self.stream: TextIO = os.fdopen(slave, "w", encoding="utf-8")
        self.resize(columns, rows)
        self.modes: set[str] = set()
        self.cells: dict[tuple[int, int], tuple[str, str, str]] = {}
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._rest = ""
        self._at = (1, 1)
        self._colours = ("", "")

    def resize(self, columns: int, rows: int) -> None:
        self.size = (columns, rows)
        fcntl.ioctl(self.stream.fileno(), termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self) -> str:
        """Take in what has arrived, and return it; half a character or half a sequence waits for the rest."""
        fresh = ""
        while True:
            try:
                fresh += self._decoder.decode(os.read(self._master, 65_536))
            except BlockingIOError:
                break
        self._rest += fresh
        while token := self._TOKEN.match(self._rest):
            self._take(*token.groups())
            self._rest = self._rest[token.end() :]
        assert re.fullmatch(r"(\x1b(\[[?0-9;]*)?)?", self._rest[:40]), f"a terminal does not know {self._rest[:40]!r}"
        return fresh

    def disconnect(self) -> None:
        os.close(self._master)

    def _take(self, private: str, numbers: str, final: str, character: str) -> None:
        if character:
            assert self._at[0] <= self.size[1], "below the screen"
            assert self._at[1] <= self.size[0], "beyond the right edge"
            self.cells[self._at] = (character, *self._colours)
            self._at = (self._at[0], self._at[1] + 1)
        elif private:
            {"h": self.modes.add, "l": self.modes.discard}[final](numbers)
        elif final == "H":
            row, column = numbers.split(";")
            self._at = (int(row), int(column))
        elif final == "J":
            self.cells.clear()
        else:
            assert final == "m"
            self._paint(numbers)

    def _paint(self, numbers: str) -> None:
        for ground, colour in re.findall(r"(38|48);2;(\d+;\d+;\d+)", numbers):
            self._colours = (colour, self._colours[1]) if ground == "38" else (self._colours[0], colour)
        if numbers == "0":
            self._colours = ("", "")

    def text(self) -> list[str]:
        columns, rows = self.size
        return ["".join(self.cells.get((row, column), " ")[0] for column in range(1, columns + 1)).rstrip() for row in range(1, rows + 1)]

    def colours(self) -> set[tuple[int, int, int]]:
        seen = {colour for cell in self.cells.values() for colour in cell[1:] if colour}
        return {(int(red), int(green), int(blue)) for red, green, blue in (colour.split(";") for colour in seen)}


class Hands:
    """A clock that moves on by one picture each time it is read."""

    def __init__(self) -> None:
        self.now_ns = 0
        self.step_ns = PICTURE_NS

    def __call__(self) -> int:
        self.now_ns += self.step_ns
        return self.now_ns


@pytest.fixture(autouse=True)
def _true_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


@pytest.fixture
def screen() -> Iterator[FakeTerminal]:
    terminal = FakeTerminal(80, 24)
    yield terminal
    terminal.stream.close()


@pytest.fixture
def shark(screen: FakeTerminal) -> Iterator[Terminal]:
    terminal = Terminal(screen.stream, footer="http://localhost:8080", now_ns=Hands())
    terminal.open(FISH)
    yield terminal
    terminal.close()


def settle(screen: FakeTerminal, shark: Terminal, frame: Frame, scene: Scene) -> str:
    """Show a frame until all of it has arrived, and return what was written."""
    written = ""
    while True:
        shark.show(frame, scene)
        fresh = screen.read()
        written += fresh
        if not fresh:
            return written


def is_red(colour: tuple[int, int, int]) -> bool:
    return colour[0] > 200 and max(colour[1:]) < 190


def test_a_lit_led_shines_on_the_screen_and_a_dark_one_does_not(screen: FakeTerminal, shark: Terminal) -> None:
    settle(screen, shark, DARK, Scene())
    assert not any(map(is_red, screen.colours()))
    settle(screen, shark, RED, LIT)
    assert any(map(is_red, screen.colours()))


def test_the_words_below_tell_what_lit_and_why(screen: FakeTerminal, shark: Terminal) -> None:
    settle(screen, shark, RED, LIT)
    words = "\n".join(screen.text())
    assert "A phone wakes up" in words
    assert re.search(r"● Lookups +packet 118  rules.yaml:4", words)
    assert "http://localhost:8080" in words


def test_packets_and_rules_stand_in_columns(screen: FakeTerminal, shark: Terminal) -> None:
    causes = (Cause("Lookups", "rules.yaml", 120, 9, 10), Cause("Doors", "rules.yaml", 4, 1234, 10), Cause("No packet", "", 0, 0, 0))
    zones = ("eyes", "tail", "fin")
    settle(screen, shark, RED, Scene(10, tuple(replace(CUE, zone=zone, cause=cause) for zone, cause in zip(zones, causes, strict=True))))
    lines = [line for line in screen.text() if "rules.yaml" in line]
    assert len(lines) == 2
    assert len({line.index("rules.yaml") for line in lines}) == len({line.index("packet") for line in lines}) == 1


def test_a_light_that_no_packet_lit_names_none(screen: FakeTerminal, shark: Terminal) -> None:
    settle(screen, shark, RED, Scene(10, (replace(CUE, cause=Cause("Something is not seen", "", 0, 0, 0)),)))
    words = "\n".join(screen.text())
    assert "Something is not seen" in words
    assert "packet" not in words


def test_a_light_that_went_out_stays_on_the_list_with_an_empty_bullet(screen: FakeTerminal, shark: Terminal) -> None:
    shark.show(RED, LIT)
    settle(screen, shark, DARK, Scene(20, (), LIT.recent))
    assert "○ Lookups" in "\n".join(screen.text())


def test_only_what_changed_is_written(screen: FakeTerminal, shark: Terminal) -> None:
    first = settle(screen, shark, RED, LIT)
    assert settle(screen, shark, RED, LIT) == ""
    assert 0 < len(settle(screen, shark, DARK, LIT)) < len(first) / 2


def test_a_picture_is_one_synchronized_update(screen: FakeTerminal, shark: Terminal) -> None:
    settle(screen, shark, RED, LIT)
    written = settle(screen, shark, DARK, LIT)
    assert written.startswith("\x1b[?2026h")
    assert written.endswith("\x1b[?2026l")
    assert written.count("2026h") == 1


def test_closing_gives_the_screen_and_the_cursor_back(screen: FakeTerminal, shark: Terminal) -> None:
    settle(screen, shark, RED, LIT)
    assert "1049" in screen.modes
    assert "25" not in screen.modes
    shark.close()
    shark.close()
    screen.read()
    assert "1049" not in screen.modes
    assert {"25", "7"} <= screen.modes


def test_a_pause_gives_the_screen_back_and_takes_it_again(screen: FakeTerminal) -> None:
    paused: list[set[str]] = []

    def stop() -> None:
        screen.read()
        paused.append(set(screen.modes))

    shark = Terminal(screen.stream, now_ns=Hands(), stop=stop)
    shark.open(FISH)
    settle(screen, shark, RED, LIT)
    shark.pause()
    assert paused == []
    settle(screen, shark, RED, LIT)
    assert [("1049" in modes, "25" in modes) for modes in paused] == [(False, True)]
    assert "1049" in screen.modes
    assert "A phone wakes up" in "\n".join(screen.text())
    shark.close()


def test_a_frame_that_fits_no_model_does_not_keep_the_screen_from_coming_back(screen: FakeTerminal, shark: Terminal) -> None:
    with pytest.raises(ValueError, match="matmul"):
        shark.show(Frame(np.zeros((7, 3), np.uint8)), Scene())
    shark.close()
    screen.read()
    assert "1049" not in screen.modes


def test_a_new_size_is_drawn_within_a_second(screen: FakeTerminal, shark: Terminal) -> None:
    settle(screen, shark, RED, LIT)
    screen.resize(40, 12)
    for _ in range(SIZE_NS // PICTURE_NS + 1):
        shark.show(RED, LIT)
    settle(screen, shark, DARK, Scene())
    assert max(row for row, _ in screen.cells) <= 12
    assert max(column for _, column in screen.cells) <= 40


@pytest.mark.parametrize("size", [(1, 1), (2, 2), (5, 40), (200, 3), (10, 7), (39, 11), (71, 25), (300, 90)])
def test_it_draws_within_a_terminal_of_any_size(size: tuple[int, int]) -> None:
    screen = FakeTerminal(*size)
    terminal = Terminal(screen.stream, footer="Ctrl-C ends", now_ns=Hands())
    terminal.open(FISH)
    for frame in (RED, DARK, RED):
        settle(screen, terminal, frame, LIT)
    assert len(screen.cells) == size[0] * size[1]
    terminal.close()


def test_frames_that_come_too_fast_are_left_out(screen: FakeTerminal) -> None:
    hands = Hands()
    hands.step_ns = PICTURE_NS // 10
    terminal = Terminal(screen.stream, now_ns=hands)
    terminal.open(FISH)
    settle(screen, terminal, DARK, Scene())
    hands.now_ns += SIZE_NS
    pictures = 0
    for number in range(40):
        terminal.show(DARK, Scene(caption=str(number)))
        pictures += "2026h" in screen.read()
    assert pictures == 4
    terminal.close()


def test_a_terminal_that_takes_nothing_does_not_stop_the_lights(screen: FakeTerminal, shark: Terminal) -> None:
    for number in range(200):
        settle(screen, shark, RED if number % 2 else DARK, Scene(caption=str(number)))
    settle(screen, shark, RED, Scene(caption="It takes more again"))
    assert "It takes more again" in "\n".join(screen.text())


def test_a_hostile_name_cannot_reach_the_terminal(screen: FakeTerminal, shark: Terminal) -> None:
    hostile = "a\x1b[2J\x1b]0;owned\x07\r\n\u202egnp.exe\u0301\u0301\x9b5n"
    cue = replace(CUE, cause=Cause(hostile, hostile, 1, 1, 1), zone=hostile, colour_name=hostile)
    written = settle(screen, shark, RED, Scene(10, (cue,), (), hostile))
    assert not re.search("[\x07\r\n\x9b\u202e\u0301]", written)
    assert "\x1b]" not in written
    assert "a�[2J�]0;owned" in "\n".join(screen.text())


def test_256_colours_are_written_as_indices(screen: FakeTerminal) -> None:
    terminal = Terminal(screen.stream, "256", now_ns=Hands())
    terminal.open(FISH)
    written = settle(screen, terminal, RED, LIT)
    assert re.search(r"\x1b\[48;5;\d+", written)
    assert ";2;" not in written
    terminal.close()


def test_no_color_shows_light_without_colours(screen: FakeTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal(screen.stream, now_ns=Hands())
    terminal.open(FISH)
    written = settle(screen, terminal, RED, LIT)
    assert not re.search(r"[34]8;", written)
    assert "@" in written
    terminal.close()


def test_a_pipe_gets_a_line_for_each_change_as_it_happens() -> None:
    pipe = StringIO()
    terminal = Terminal(pipe)
    terminal.open(FISH)
    out = Change(2_500_000_010, "-", CUE)
    terminal.show(DARK, Scene())
    terminal.show(DARK, Scene(10))
    terminal.show(RED, LIT)
    terminal.show(RED, LIT)
    terminal.show(DARK, Scene(2_500_000_010, (), (*LIT.recent, out), "A phone wakes up"))
    terminal.close()
    assert pipe.getvalue().splitlines() == [
        '0.000 + eyes flash gold  "Lookups" packet 118',
        "# A phone wakes up",
        '2.500 - eyes flash gold  "Lookups" packet 118',
    ]


def test_changes_that_nobody_saw_are_told_as_missed() -> None:
    pipe = StringIO()
    terminal = Terminal(pipe)
    terminal.open(FISH)
    changes = tuple(Change(number, "+", replace(CUE, cause=Cause(f"rule {number}", "", 1, 1, 1))) for number in range(6))
    terminal.show(DARK, Scene(1, (), changes[:3]))
    terminal.show(DARK, Scene(1, (), changes[2:4]))
    terminal.show(DARK, Scene(1, (), changes[5:]))
    assert re.findall(r"rule \d|more lights", pipe.getvalue()) == ["rule 0", "rule 1", "rule 2", "rule 3", "more lights", "rule 5"]


def test_a_dumb_terminal_gets_lines(screen: FakeTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    terminal = Terminal(screen.stream)
    terminal.open(FISH)
    terminal.show(RED, LIT)
    terminal.close()
    os.set_blocking(screen.stream.fileno(), False)
    assert "1049" not in screen.modes


def test_a_choice_that_there_is_not_is_refused_with_those_there_are(screen: FakeTerminal) -> None:
    with pytest.raises(OutputError, match=r"unknown choice of colours \"many\"\n.*auto, truecolour, 256, none"):
        Terminal(screen.stream, "many").open(FISH)


def test_a_terminal_that_is_gone_is_an_error_that_says_so() -> None:
    screen = FakeTerminal(80, 24)
    terminal = Terminal(screen.stream, now_ns=Hands())
    terminal.open(FISH)
    screen.disconnect()
    with pytest.raises(OutputError, match="the terminal takes no more"):
        terminal.show(RED, LIT)
    terminal.close()


def test_closing_without_opening_does_nothing() -> None:
    pipe = StringIO()
    Terminal(pipe).close()
    assert pipe.getvalue() == ""
