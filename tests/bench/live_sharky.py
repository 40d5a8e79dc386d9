"""Sharky as `sharky run` puts it together, with an output that tells how long each light took: live_sharky.py INTERFACE [PORT ...]

For each port there is a rule of its own; the time from a packet to that port (the kernel's stamp) to the first frame that
shows it is taken where the frame goes out.
"""

from __future__ import annotations

import json
import signal
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from sharky.app.memory import look_for_garbage
from sharky.app.pipelines import pipeline_of
from sharky.app.runfolder import RunFolder
from sharky.app.shipped import read_model, read_rules, vocabulary
from sharky.app.snapshots import snapshot_maker, snapshot_writer
from sharky.app.wanted import Play
from sharky.capture import SystemClock
from sharky.capture.ring import Ring
from sharky.lights import Finisher
from sharky.model.lights import Frame, LightModel, Scene
from sharky.model.rules import RuleSet
from sharky.rules import load_rules
from sharky.runtime import Animator, Engine

RULE = "  - {{name: {port}, when: udp.dstport == {port}, show: {{zone: all, pattern: flash, colour: white}}}}"


class Stopwatch:
    """An output that notes when a light is first shown."""

    def __init__(self, ports: list[str]) -> None:
        self.took_ms: list[float] = []
        self._ports = set(ports)
        self._shown: set[int] = set()
        self._rgb = np.empty(0)

    def open(self, model: LightModel) -> None:
        """Nothing to open."""

    def show(self, frame: Frame, scene: Scene) -> None:
        now_ns = time.time_ns()
        is_changed = not np.array_equal(frame.rgb, self._rgb)
        self._rgb = frame.rgb
        for cue in scene.cues:
            if is_changed and cue.cause.rule in self._ports and cue.cause.number not in self._shown:
                self._shown.add(cue.cause.number)
                self.took_ms.append((now_ns - cue.cause.time_ns) / 1e6)

    def close(self) -> None:
        """Nothing to close."""


def with_ports(rules: RuleSet, model: LightModel, ports: list[str]) -> RuleSet:
    if not ports:
        return rules
    text = Path(rules.file).read_text() + "\n" + "\n".join(RULE.format(port=port) for port in ports) + "\n"
    return load_rules(text, "with ports", vocabulary(model))


def memory() -> dict[str, int]:
    lines = Path("/proc/self/status").read_text().splitlines()
    return {name: int(line.split()[1]) * 1024 for name in ("VmRSS", "VmHWM") for line in lines if line.startswith(name)}


def main() -> None:
    ring, stopwatch, model, clock = Ring(sys.argv[1]), Stopwatch(sys.argv[2:]), read_model(None), SystemClock()
    wanted = Play(ring.interface, (), with_ports(read_rules(None, model), model, sys.argv[2:]), model, placement="bridge")
    pipeline = pipeline_of(wanted)
    with tempfile.TemporaryDirectory() as folder:
        keep = snapshot_writer(RunFolder(Path(folder)), model, snapshot_maker(wanted))
        engine = Engine(ring, pipeline, Animator(model, Finisher(model), [stopwatch], clock, 1.0), keep, clock)
        signal.signal(signal.SIGTERM, lambda *_: engine.stop())
        look_for_garbage()
        print("ready", flush=True)
        engine.run()
    seen = pipeline.window(ring.counters)
    print(
        json.dumps(
            {
                "packets": seen.total_packets,
                "dropped": ring.counters["dropped"],
                "took_ms": stopwatch.took_ms,
                "notes": ring.notes(),
                "counters": seen.counters,
                **memory(),
            }
        )
    )


if __name__ == "__main__":
    main()
