"""What packets go through on their way to the lights, and where they are kept meanwhile."""

from __future__ import annotations

import contextlib

from sharky.app.alone import alone_in
from sharky.app.devices import known_devices
from sharky.app.vendors import load_vendors
from sharky.app.wanted import Play
from sharky.capture.segments import Segments
from sharky.pipeline.path import Pipeline, no_caption
from sharky.pipeline.reading import Reading
from sharky.runtime.recorder import Recorder

NAMES_PER_SECOND = 500
"""Packets that are read for names in a second of a live network: more than a busy house says. A flood of them takes 2 % of a core at
most on a machine on which a lookup takes 14 µs and a QUIC hello 35 (AMD EPYC)."""


def pipeline_of(wanted: Play, recorder: Recorder | None = None) -> Pipeline:
    """Return the path from packets to lights; names on a live network have a budget, so that no flood of them stops it."""
    if wanted.placement:
        load_vendors()
    reading = Reading(known_devices(wanted.devices), NAMES_PER_SECOND if wanted.placement else None)
    if recorder:
        recorder.names_since = reading.identifier.names_since
    caption_at = wanted.story.caption_at if wanted.story else no_caption
    return Pipeline(wanted.rules, caption_at, reading, recorder.take if recorder else None)


def recorder_of(wanted: Play, stack: contextlib.ExitStack) -> Recorder | None:
    """Make what records, if anything is to be recorded; its folder is nobody else's until the stack ends."""
    recording = wanted.recording
    if recording is None:
        return None
    stack.enter_context(alone_in(recording.folder))
    return Recorder(Segments(recording.folder, recording.limits), recording.limits, recording.passing)
