"""What follows from how a session began: resumed ones of DTLS, and MQTT whose beginning nobody saw."""

from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharky.rules.filters.dtls_sessions import DtlsSessions
from sharky.rules.filters.mqtt_connections import MqttConnections
from tests.unit.identify.builder import udp
from tests.unit.rules.streams import Segment, passing
from tests.unit.rules.test_messages import passes

CONNECT = b"\x10\x0d\0\4MQTT\4\2\0\x3c\0\1a"
PUBLISH, PING = b"\x30\x05\0\1ahi", b"\xc0\0"


def record(kind: int, content: bytes, epoch: int = 0) -> bytes:
    return pack(">BHHHIH", kind, 0xFEFD, epoch, 0, 0, len(content)) + content


def message(kind: int, body: bytes = bytes(38)) -> bytes:
    return record(22, bytes([kind]) + len(body).to_bytes(3) + bytes(5) + len(body).to_bytes(3) + body)


HELLO = udp(message(1), 50_000, 443)
CHANGE = record(20, b"\1")


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([message(2) + CHANGE + record(22, bytes(40), epoch=1)], [False, True]),
        ([message(2), CHANGE], [False, False, True]),
        ([message(2) + message(11) + message(14, b""), CHANGE], [False, False, False]),
        ([message(2), message(14, b""), CHANGE], [False, False, False, False]),
        ([CHANGE], [False, False]),
    ],
)
def test_a_session_of_dtls_is_resumed_where_a_server_changes_keys_and_was_not_done(answers: list[bytes], expected: list[bool]) -> None:
    packets = [HELLO, *(HELLO.answer(answer) for answer in answers)]
    for at_once in (1, 9):
        assert passes("dtls.resumed", *packets, at_once=at_once) == expected
        assert passes("_ws.expert.group == Sequence", *packets, at_once=at_once) == expected


@given(st.lists(st.one_of(st.binary(min_size=1, max_size=60), st.sampled_from([CHANGE, message(2), CHANGE[:9]])), max_size=4))
def test_any_octets_of_dtls_are_read_without_harm(answers: list[bytes]) -> None:
    assert len(passes("dtls.resumed", HELLO, *(HELLO.answer(answer) for answer in answers))) == 1 + len(answers)


@pytest.mark.parametrize(
    ("payloads", "expected"),
    [
        ([CONNECT, PUBLISH, PING], [False, False, False]),
        ([PUBLISH, PING, CONNECT, PUBLISH], [True, True, False, False]),
        ([PUBLISH[:3], PUBLISH[3:]], [False, True]),
    ],
)
def test_the_version_of_mqtt_is_unknown_until_a_client_connects(payloads: list[bytes], expected: list[bool]) -> None:
    segments, at = [], 1000
    for payload in payloads:
        segments.append(Segment(at, payload=payload, port=1883))
        at += len(payload)
    assert passing("mqtt.unknown_version", segments) == expected
    assert passing("mqtt.unknown_version", segments, range(len(segments))) == expected


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions, connections = DtlsSessions(), MqttConnections()
    monkeypatch.setattr("sharky.rules.filters.dtls_sessions.MOST_FLOWS", 3)
    monkeypatch.setattr("sharky.rules.filters.mqtt_connections.MOST_CONNECTIONS", 3)
    followers = {"dtls-sessions": lambda: sessions, "mqtt-versions": lambda: connections}
    monkeypatch.setattr("sharky.rules.filters.sayings.FOLLOWERS", followers)
    assert not any(passes("dtls.resumed", *(udp(message(2), 50_000 + place, 443) for place in range(9))))
    assert not any(passing("mqtt.unknown_version", [Segment(1000, payload=CONNECT, port=port) for port in range(1883, 1892)], range(9)))
    assert (len(sessions._greeted), len(connections._begun) <= 3) == (3, True)
