"""Listens on an interface and writes what it sees as lines of JSON; run by the tests inside a namespace.

python -m tests.live.listener eth0 '{"ring_octets": 65536}'
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from tests.live.house import Host
from tests.live.inside import PATIENCE_S

ROOT = Path(__file__).parents[2]
SEEN_OCTETS = 60


def main() -> None:
    """Write a line for what comes, and one for each change of notes and counters."""
    from sharky.capture.ring import Ring
    from sharky.capture.ringlink import RingOptions

    ring = Ring(sys.argv[1], RingOptions(**json.loads(sys.argv[2])))
    signal.signal(signal.SIGTERM, lambda *_: ring.close())
    said: object = None
    for batch in ring.batches():
        state = {"interface": ring.interface, "notes": ring.notes(), "counters": dict(+ring.counters), "is_first": ring.comes_first}
        if len(batch) or state != said:
            columns = zip(batch.offset.tolist(), batch.captured.tolist(), batch.wire_length.tolist(), batch.time_ns.tolist(), strict=True)
            packets = [
                (length, batch.buffer[begin : begin + min(captured, SEEN_OCTETS)].tobytes().hex(), stamp)
                for begin, captured, length, stamp in columns
            ]
            print(json.dumps({"packets": packets, "now_ns": batch.now_ns, **state}), flush=True)
            said = state


class Listener:
    """A listener that runs in a host's network. Use it in a `with` statement."""

    def __init__(self, host: Host, interface: str = "eth0", *, rights: tuple[str, ...] = (), **options: object) -> None:
        into = ["setpriv", "--pdeathsig", "KILL", "nsenter", "--net", "--target", str(host.keeper.pid), *rights]
        self.process = subprocess.Popen(
            [*into, sys.executable, "-m", "tests.live.listener", interface, json.dumps(options)],
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        self.packets: list[tuple[int, bytes, int]] = []
        self.state: dict[str, Any] = {}
        self.said: list[str] = []
        self._left = b""
        assert self.process.stdout
        os.set_blocking(self.process.stdout.fileno(), False)

    def __enter__(self) -> Self:
        self.wait_until(lambda: bool(self.state))
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    @property
    def counters(self) -> dict[str, int]:
        """What was counted."""
        return dict(self.state["counters"])

    def of_type(self, ethertype: int) -> list[bytes]:
        """The packets of one EtherType."""
        return [octets for _, octets, _ in self.packets if octets[12:14] == ethertype.to_bytes(2, "big")]

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        """Read on until something is so."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self._read()
            if is_so():
                return
            assert self.process.poll() is None, "the listener has ended"
            assert time.monotonic() < deadline, (self.state, len(self.packets))
            time.sleep(0.01)

    def _read(self) -> None:
        assert self.process.stdout
        *lines, self._left = (self._left + (self.process.stdout.read() or b"")).split(b"\n")
        for line in lines:
            self.state = json.loads(line)
            self.packets += [(length, bytes.fromhex(octets), stamp) for length, octets, stamp in self.state.pop("packets")]
            self.said += [note for note in self.state["notes"] if note not in self.said]


if __name__ == "__main__":
    main()
