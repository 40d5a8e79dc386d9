"""The lamp test: each zone once, alone, in the order of the model."""

from __future__ import annotations

import numpy as np

from sharky.app.shipped import read_model
from sharky.lights import Finisher, render
from sharky.lights.lamp_test import ZONE_NS, is_testing, with_lamp_test
from sharky.model.lights import Scene

MODEL = read_model(None)
SCENE = Scene(time_ns=7, caption="A phone wakes up")


def test_each_zone_has_its_turn_and_then_all_is_as_before() -> None:
    scenes = [with_lamp_test(SCENE, MODEL, turn * ZONE_NS) for turn in range(len(MODEL.zones) + 1)]
    assert [scene.cues[0].zone for scene in scenes[:-1]] == list(MODEL.zones)
    assert all(is_testing(scene) and scene.caption == SCENE.caption for scene in scenes[:-1])
    assert scenes[-1] is SCENE
    assert not is_testing(SCENE)


def test_only_its_leds_are_lit_and_it_keeps_the_current_budget() -> None:
    finisher, now_ns = Finisher(MODEL), 0
    for turn, zone in enumerate(MODEL.zones):
        for frame in range(120):
            now_ns = turn * ZONE_NS + frame * ZONE_NS // 120
            lit = finisher.finish(render(with_lamp_test(SCENE, MODEL, now_ns), MODEL, 7), now_ns)
        there = np.array([led.zone == zone for led in MODEL.leds])
        assert lit.rgb[there].min() > 0
        assert lit.rgb[~there].max() == 0
    assert finisher.finish(render(SCENE, MODEL, 7), now_ns).held_back == 0
