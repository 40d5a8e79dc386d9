"""Calls of procedures, and replies that say only which call they are for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.applications.rpc import Call, read_credentials, read_reply
from sharky.rules.filters.applications.scan import CutOffError
from tests.unit.rules.rpc_messages import CALL, CALLS, REPLY
from tests.unit.rules.streams import passing
from tests.unit.rules.test_databases import talk


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rpc.xid == 5", [1, 2]),
        ("rpc.msgtyp == 1", [2, 4]),
        ("rpc.program == 100003 and rpc.programversion == 3", [1, 2, 3, 4]),
        ("nfs.procedure_v3 == 1", [1, 2]),
        ("nfs.status3 == 2", [2]),
        ('rpc.auth.machinename == "teapot-1" and rpc.auth.uid == 1000 and rpc.auth.gid == 100', [1]),
        ("rpc.repframe == 2", [2]),
        ("rpc.time", [2, 4]),
        ("rpc.state_accept == 0", [2, 4]),
    ],
)
def test_replies_say_what_was_called(text: str, expected: list[int]) -> None:
    segments = talk(2049, CALLS, first=True)
    assert [row for row, one in enumerate(passing(text, segments, range(len(segments)))) if one] == expected


@given(st.binary(max_size=100))
def test_whatever_octets_come_they_are_read_or_cut_off(octets: bytes) -> None:
    for lines in (read_credentials(CALL[:24] + octets), read_reply(REPLY[:8] + octets, Call(100003, 3, 1, 0, 1))):
        try:
            assert all(line.name for line in lines)
        except CutOffError:
            continue
