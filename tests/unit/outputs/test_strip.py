"""A model's LEDs on a strip, from the frame to what the LEDs show."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.lights.gamma import decode
from sharky.model.errors import OutputError
from sharky.model.lights import Frame, Led, LightModel, Scene
from sharky.model.strips import KINDS, ORDERS, StripWiring
from sharky.outputs.strip import CHIPS, Strip, duty
from tests.unit.outputs.fake_spi import FakeLgpio
from tests.unit.outputs.led_chips import SHEETS, clock_of, read_clocked, read_pulsed

Colour = tuple[int, int, int]
WHITE, RED, GREEN, BLUE, DARK = (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0)


@pytest.fixture
def lgpio(tmp_path: Path) -> FakeLgpio:
    return FakeLgpio(tmp_path)


def on_strip(*channels: int, **others: str) -> LightModel:
    leds = [Led(index, "eyes", 0, 0, 0, "strip", str(channel)) for index, channel in enumerate(channels)]
    leds += [Led(len(leds) + index, "eyes", 0, 0, 0, output, channel) for index, (output, channel) in enumerate(others.items())]
    return LightModel("strip", tuple(leds))


def frame(*colours: Colour) -> Frame:
    return Frame(np.array(colours, np.uint8))


def opened(lgpio: FakeLgpio, tmp_path: Path, model: LightModel, wiring: StripWiring | None = None) -> Strip:
    output = Strip(wiring, lgpio, tmp_path)
    output.open(model)
    return output


def shown(lgpio: FakeLgpio, leds: int, wiring: StripWiring | None = None) -> list[Colour]:
    """Return the red, green and blue that a strip shows at last."""
    wiring = wiring or StripWiring()
    order = wiring.order or CHIPS[wiring.kind].order
    if CHIPS[wiring.kind].is_clocked:
        read = [each[1:] if each else DARK for each in read_clocked(lgpio.sent[-1], leds, shows_at_reset=True)]
    else:
        read = read_pulsed(SHEETS[1], lgpio.sent[-1], clock_of(250_000_000, lgpio.opened[-1][1]))
    assert len(read) == leds
    return [tuple(led[order.index(colour)] for colour in "RGB") for led in read]  # type: ignore[misc]


def problem(lgpio: FakeLgpio, tmp_path: Path, model: LightModel, wiring: StripWiring | None = None) -> str:
    with pytest.raises(OutputError) as caught:
        opened(lgpio, tmp_path, model, wiring)
    return str(caught.value.problems[0])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ["", *ORDERS])
def test_each_kind_of_strip_shows_the_frame_in_any_order_of_colours(lgpio: FakeLgpio, tmp_path: Path, kind: str, order: str) -> None:
    wiring = StripWiring(kind, order)
    opened(lgpio, tmp_path, on_strip(0, 1, 2, 3), wiring).show(frame(RED, GREEN, BLUE, (188, 10, 255)), Scene())
    assert shown(lgpio, 4, wiring) == [RED, GREEN, BLUE, (128, 1, 255)]


def test_leds_shine_by_their_place_on_the_strip_and_gaps_are_dark(lgpio: FakeLgpio, tmp_path: Path) -> None:
    opened(lgpio, tmp_path, on_strip(4, 0, 2)).show(frame(RED, GREEN, BLUE), Scene())
    assert shown(lgpio, 5) == [GREEN, DARK, BLUE, DARK, RED]


def test_leds_on_pins_are_left_to_others(lgpio: FakeLgpio, tmp_path: Path) -> None:
    pin, first, second = Led(0, "eyes", 0, 0, 0, "pwmled", "17"), *on_strip(0, 1).leds
    model = LightModel("both", (pin, replace(first, index=1), replace(second, index=2)))
    opened(lgpio, tmp_path, model).show(frame(WHITE, RED, BLUE), Scene())
    assert shown(lgpio, 2) == [RED, BLUE]


def test_the_strip_is_dark_when_it_is_opened_and_when_it_is_closed(lgpio: FakeLgpio, tmp_path: Path) -> None:
    output = opened(lgpio, tmp_path, on_strip(0, 1))
    assert shown(lgpio, 2) == [DARK, DARK]
    output.show(frame(WHITE, WHITE), Scene())
    assert shown(lgpio, 2) == [WHITE, WHITE]
    output.close()
    assert shown(lgpio, 2) == [DARK, DARK]
    assert lgpio.open_handles == 0


def test_the_bus_is_the_one_that_was_named(lgpio: FakeLgpio, tmp_path: Path) -> None:
    bus = FakeLgpio(tmp_path, buses=("spidev1.2",))
    opened(bus, tmp_path, on_strip(0), StripWiring(device="/dev/spidev1.2"))
    assert bus.opened == [("spidev1.2", 3_050_000, 0)]


@given(st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=20))
def test_a_step_is_the_nearest_to_linear_light_and_no_light_is_lost(colours: list[Colour]) -> None:
    rgb = np.array(colours, np.uint8)
    steps = duty(rgb)
    assert (steps.any(axis=1) == rgb.any(axis=1)).all()
    assert (np.abs(steps / 255 - decode(rgb)) <= 1 / 255).all()
    bright = rgb.max(axis=1) > 13
    assert (np.abs(steps / 255 - decode(rgb))[bright] <= 0.5001 / 255).all()


def test_a_small_light_keeps_its_colour() -> None:
    assert duty(np.array([[3, 2, 0], [0, 1, 1]], np.uint8)).tolist() == [[1, 0, 0], [0, 1, 1]]


def test_a_strip_that_is_too_long_for_one_transfer_names_the_kernels_setting(lgpio: FakeLgpio, tmp_path: Path) -> None:
    opened(lgpio, tmp_path, on_strip(322)).close()
    said = problem(lgpio, tmp_path, on_strip(400))
    assert "a strip of 401 LEDs" in said
    assert "spidev.bufsiz=8192 into the one line of cmdline.txt" in said
    assert lgpio.open_handles == 0
    assert problem(lgpio, tmp_path, on_strip(9_999)).endswith("take LEDs with a clock (APA102 or SK9822), or fewer of them")


def test_with_a_larger_buffer_a_longer_strip_shines(tmp_path: Path) -> None:
    lgpio = FakeLgpio(tmp_path, bufsiz=8192)
    opened(lgpio, tmp_path, on_strip(400)).show(frame(RED), Scene())
    assert shown(lgpio, 401)[-1] == RED


def test_a_strip_with_a_clock_may_be_as_long_as_it_likes(lgpio: FakeLgpio, tmp_path: Path) -> None:
    output = opened(lgpio, tmp_path, on_strip(1999), StripWiring("apa102"))
    lgpio.sent.clear()
    output.show(frame(RED), Scene())
    assert [len(piece) for piece in lgpio.sent] == [4096, 4037]
    assert read_clocked(b"".join(lgpio.sent), 2001, shows_at_reset=False)[-2:] == [(31, 0, 0, 255), None]


def test_where_the_buffers_size_cannot_be_read_it_is_the_usual_one(lgpio: FakeLgpio, tmp_path: Path) -> None:
    (tmp_path / "sys/module/spidev/parameters/bufsiz").unlink()
    assert "SPI sends 4096" in problem(lgpio, tmp_path, on_strip(400))


def test_a_model_without_a_strip_names_the_way_out(lgpio: FakeLgpio, tmp_path: Path) -> None:
    assert "such as shark" in problem(lgpio, tmp_path, on_strip(pwmled="17"))


def test_no_bus_at_all_says_how_to_switch_it_on(tmp_path: Path) -> None:
    assert "dtparam=spi=on" in problem(FakeLgpio(tmp_path, buses=()), tmp_path, on_strip(0))


def test_another_bus_is_named_where_the_wanted_one_is_missing(tmp_path: Path) -> None:
    said = problem(FakeLgpio(tmp_path, buses=("spidev0.1", "spidev10.0")), tmp_path, on_strip(0))
    assert "can not open SPI device" in said
    assert "the SPI devices here are /dev/spidev0.1, /dev/spidev10.0" in said


def test_no_permission_names_the_group(lgpio: FakeLgpio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert "usermod -aG spi" in problem(lgpio, tmp_path, on_strip(0))


def test_what_is_no_spi_device_is_not_opened(lgpio: FakeLgpio, tmp_path: Path) -> None:
    assert "such as /dev/spidev0.0" in problem(lgpio, tmp_path, on_strip(0), StripWiring(device="/dev/sda"))


def test_a_bus_that_refuses_its_first_octets_is_let_go_of(lgpio: FakeLgpio, tmp_path: Path) -> None:
    lgpio.is_broken = True
    assert "dmesg" in problem(lgpio, tmp_path, on_strip(0))
    assert lgpio.open_handles == 0


def test_a_bus_that_refuses_its_last_octets_is_let_go_of(lgpio: FakeLgpio, tmp_path: Path) -> None:
    output = opened(lgpio, tmp_path, on_strip(0))
    lgpio.is_broken = True
    with pytest.raises(OutputError, match="xfer"):
        output.close()
    assert lgpio.open_handles == 0
    output.close()


def test_without_lgpio_the_error_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lgpio", None)
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    with pytest.raises(OutputError, match="apt install python3-lgpio"):
        Strip(root=tmp_path).open(on_strip(0))


def test_a_folder_that_lgpio_cannot_write_to_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lgpio.py").write_text("open('none/.lgd-nfy-3', 'rb')")
    monkeypatch.delitem(sys.modules, "lgpio", raising=False)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(OutputError, match="LG_WD=/tmp"):
        Strip(root=tmp_path).open(on_strip(0))


def test_the_installed_lgpio_is_taken_where_none_is_given(lgpio: FakeLgpio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lgpio", lgpio)  # type: ignore[arg-type]
    Strip(root=tmp_path).open(on_strip(0))
    assert shown(lgpio, 1) == [DARK]


def test_showing_before_opening_is_a_mistake() -> None:
    with pytest.raises(RuntimeError):
        Strip().show(frame(RED), Scene())
