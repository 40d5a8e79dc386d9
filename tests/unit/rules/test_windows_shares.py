"""Names that SMB 2 says, and that nothing a stranger sends makes it fail."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.applications.ntlmssp import read_login
from sharky.rules.filters.windows_shares import LONGEST_NAME, MOST_LOGINS, Known
from tests.unit.rules.smb2_messages import SESSION, TURNS, login, message, text
from tests.unit.rules.streams import passing
from tests.unit.rules.test_mails import talk


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('smb2.filename == "tea.txt"', [6, 9]),
        ('smb2.tree == "\\\\\\\\server\\\\house"', [4, 6, 7, 8, 9, 10]),
        ("ntlmssp", [0, 1, 2]),
        ('ntlmssp.challenge.target_name == "S" and ntlmssp.ntlmserverchallenge == 70:72:6f:76:65:20:69:74', [1]),
        ("ntlmssp.messagetype == 3", [2]),
        ("ntlmssp.negotiateseal == 1 and ntlmssp.version.build_number == 19045", [1, 2]),
        ('ntlmssp.challenge.target_info.dns_computer_name == "nas.lan"', [1]),
        ('ntlmssp.ntlmv2_response.target_name == "cifs/nas" and ntlmssp.auth.sesskey contains 6b:6b', [2]),
        ("ntlmssp.ntlmv2_response.chal == 71:75:65:73:74:69:6f:6e and ntlmssp.authenticate.mic", [2]),
        ('ntlmssp.auth.username == "anna"', [2]),
        ('smb2.acct == "anna" and smb2.domain == "A" and smb2.host == "PC"', [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
        ("smb2.auth_frame == 3", [3]),
        ("smb2.auth_frame == 4", [4, 5, 6, 7, 8, 9, 10, 11, 12]),
        ("smb2.cmd == 6", [10]),
        ("smb2.cmd == 5 and smb2.close.pq_attrib == 1", [10]),
        ("smb2.find.infolevel == 3", [8, 9]),
        ("smb2.dialect == 0x311 and smb2.sec_mode.sign_required == 1", [11]),
        ("smb2.sesid == 0x77 and smb2.header.transform.msg_size == 6", [12]),
        ('ntlmssp.auth.domain == "A" and ntlmssp.auth.hostname == "PC"', [2]),
    ],
)
def test_names_are_told_where_they_are_said_or_meant(text: str, expected: list[int]) -> None:
    segments = talk(445, *(octets for turn in TURNS for octets in turn))
    assert [row for row, one in enumerate(passing(text, segments, range(len(segments)))) if one] == expected


@given(st.lists(st.tuples(st.sampled_from((0, 1, 3, 5, 14, 15, 17)), st.binary(max_size=120), st.booleans()), max_size=8))
def test_whatever_bodies_come_nothing_fails(sent: list[tuple[int, bytes, bool]]) -> None:
    known = Known()
    for command, body, is_answer in sent:
        octets = message(command, body, number=1, status=0 if is_answer else None)
        assert all(line.name for line in known.lines(octets[4:], 1))


@given(st.binary(max_size=80))
def test_whatever_logs_in_nothing_fails(octets: bytes) -> None:
    assert all(line.name for line in read_login(b"NTLMSSP\0" + octets))


def test_of_names_that_are_remembered_there_are_not_too_many_and_none_is_too_long() -> None:
    known = Known()
    for session in range(MOST_LOGINS + 3):
        octets = login(3, 1).replace(pack("<Q", SESSION), pack("<Q", session))
        assert [line.value for line in known.lines(octets[4:], 1) if line.name == "username"] == ["anna"]
    share = text("\\\\server\\" + "x" * 5000)
    list(known.lines(message(3, pack("<HHHH", 9, 0, 72, len(share)) + share, number=3)[4:], 1))
    assert len(known.logins) <= MOST_LOGINS
    assert [len(name) for name in known.asked.values()] == [LONGEST_NAME]
