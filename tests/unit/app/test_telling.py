from __future__ import annotations

import pytest

from sharky.app.telling import recording_line
from sharky.model.errors import CaptureError
from sharky.store import Snapshot, SourceState

FULL = "recording has ended: the disk is all but full"


def test_that_recording_has_ended_is_said_at_once_and_once_and_is_an_error_in_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    def record() -> None:
        with recording_line() as tell:
            tell(Snapshot(source=SourceState("eth0", notes=("recording: 1 file",))))
            assert not capsys.readouterr().err
            for _ in range(3):
                tell(Snapshot(source=SourceState("eth0", notes=("recording: 1 file", FULL))))
            assert capsys.readouterr().err == FULL + "\n"

    with pytest.raises(CaptureError, match=FULL):
        record()


def test_all_is_well_where_it_was_ended_by_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    with recording_line() as tell:
        tell(Snapshot(source=SourceState("eth0", notes=("recording: 1 file",))))
    assert capsys.readouterr().err == "0 packets seen  recording: 1 file\n"
