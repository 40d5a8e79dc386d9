import json
import re
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient

from sharky.model.lights import Frame, Led, LightModel, Scene
from sharky.outputs.mirror import Mirror, MirrorReader
from sharky.store import Snapshot, write_model, write_snapshot
from sharky.web import create_app
from sharky.web.events import BEAT_FRAMES, FRAME_NS, STATE_FRAMES, Events, Seats
from sharky.web.state import LatestState

FISH = LightModel("fish", (Led(0, "eyes", 1.0, 2.0, 3.0, "strip", "0"), Led(1, "fin<'\">", 9.0, 2.0, 3.0, "strip", "1")))


class QuickClock:
    """Sleeps in no time, and remembers until when."""

    def __init__(self) -> None:
        self.time_ns = 0

    def now_ns(self) -> int:
        return self.time_ns

    def sleep_until(self, moment_ns: int) -> None:
        self.time_ns = max(self.time_ns, moment_ns)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return create_app(tmp_path, QuickClock(), Seats(2)).test_client()


def start_engine(run_directory: Path) -> Mirror:
    write_model(run_directory, FISH)
    write_snapshot(run_directory, Snapshot(scene=Scene(caption="A phone wakes up")))
    mirror = Mirror(run_directory)
    mirror.open(FISH)
    return mirror


def events(run_directory: Path, number: int) -> list[str]:
    stream = Events(MirrorReader(run_directory), LatestState(run_directory), QuickClock()).stream()
    return list(islice(stream, number))


@pytest.mark.parametrize("path", ["/", "/snapshot.json", "/events", "/static/page.js", "/absent"])
def test_every_answer_keeps_to_itself(client: FlaskClient, path: str) -> None:
    with client.get(path) as response:
        headers = response.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == ("no-cache" if "static" in path else "no-store")
        assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_only_reading_is_allowed(client: FlaskClient, method: str) -> None:
    assert client.open("/", method=method).status_code == 405


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:8080", "192.168.1.7", "sharky.local", "SHARKY.local.:80"]
)
def test_this_machine_is_answered_by_its_names(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["attacker.example", "localhost.attacker.example", "local", "1.2.3.4.attacker.example:80", "[::1", "a b", "x@localhost", ""]
)
def test_a_name_that_strangers_can_give_us_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/snapshot.json", headers={"Host": host}).status_code in {400, 421}


def test_without_an_engine_the_page_is_there_and_the_facts_are_not(client: FlaskClient) -> None:
    assert "The shark is asleep" in client.get("/").text
    response = client.get("/snapshot.json")
    assert (response.status_code, response.json) == (503, {"error": "no engine runs here"})


def test_on_a_card_nobody_is_told_to_start_anything(tmp_path: Path) -> None:
    asleep = create_app(tmp_path, is_service=True).test_client().get("/").text
    assert "Sharky is starting" in asleep
    assert "sharky demo" not in asleep


def test_with_an_engine_the_page_carries_the_drawing_and_the_facts_are_json(client: FlaskClient, tmp_path: Path) -> None:
    start_engine(tmp_path).close()
    page = client.get("/").text
    assert 'id="led-1"' in page
    assert "asleep" not in page
    facts = client.get("/snapshot.json")
    assert facts.mimetype == "application/json"
    assert json.loads(facts.text)["scene"]["caption"] == "A phone wakes up"


def test_hostile_zones_stay_inside_their_attribute(client: FlaskClient, tmp_path: Path) -> None:
    start_engine(tmp_path).close()
    zones = re.search(r"data-zones='([^']*)'", client.get("/").text)
    assert zones
    assert json.loads(zones[1]) == ["eyes", "fin<'\">"]


def test_a_stream_begins_with_the_state_and_the_light(tmp_path: Path) -> None:
    mirror = start_engine(tmp_path)
    mirror.show(Frame(np.array([[255, 0, 16], [0, 0, 0]], np.uint8)), Scene())
    retry, state, light, beat = events(tmp_path, 4)
    assert retry == "retry: 1000\n\n"
    assert state.startswith("event: state\ndata: {")
    assert json.loads(state.partition("data: ")[2])["scene"]["caption"] == "A phone wakes up"
    assert light == "data: ff0010000000\n\n"
    assert beat == "event: beat\ndata:\n\n"
    mirror.close()


def test_a_state_is_one_line_whatever_its_texts_hold(tmp_path: Path) -> None:
    write_snapshot(tmp_path, Snapshot(scene=Scene(caption="a\n\nevent: gone\r\ndata: \u2028b")))
    state = events(tmp_path, 2)[1]
    assert len(state.removesuffix("\n\n").splitlines()) == 2


def test_without_an_engine_the_stream_says_gone_once_and_beats(tmp_path: Path) -> None:
    assert events(tmp_path, 4) == ["retry: 1000\n\n", "event: gone\ndata:\n\n", "event: beat\ndata:\n\n", "event: beat\ndata:\n\n"]


def test_only_what_is_new_is_sent(tmp_path: Path) -> None:
    mirror, clock = start_engine(tmp_path), QuickClock()
    stream = Events(MirrorReader(tmp_path), LatestState(tmp_path), clock).stream()
    assert [next(stream)[:12] for _ in range(4)] == ["retry: 1000\n", "event: state", "data: 000000", "event: beat\n"]
    mirror.show(Frame(np.full((2, 3), 255, np.uint8)), Scene())
    assert next(stream) == "data: ffffffffffff\n\n"
    assert clock.time_ns == FRAME_NS
    write_snapshot(tmp_path, Snapshot(scene=Scene(caption="It sleeps")))
    assert "It sleeps" in next(stream)
    assert clock.time_ns == STATE_FRAMES * FRAME_NS
    assert next(stream).startswith("event: beat")
    assert clock.time_ns == BEAT_FRAMES * FRAME_NS
    mirror.close()


def test_a_stream_that_cannot_keep_up_does_not_hurry_for_ever(tmp_path: Path) -> None:
    mirror, clock = start_engine(tmp_path), QuickClock()
    stream = Events(MirrorReader(tmp_path), LatestState(tmp_path), clock).stream()
    list(islice(stream, 4))
    clock.time_ns += 60_000_000_000
    before = clock.time_ns
    for level in range(1, 12):
        mirror.show(Frame(np.full((2, 3), level, np.uint8)), Scene())
        assert f"{level:02x}" * 6 in next(stream)
    assert clock.time_ns > before
    mirror.close()


def test_who_finds_no_seat_is_told_so_and_a_seat_becomes_free_when_one_leaves(client: FlaskClient) -> None:
    first, second = client.get("/events"), client.get("/events")
    refused = client.get("/events")
    assert (first.status_code, second.status_code, refused.status_code) == (200, 200, 503)
    assert "All seats are taken" in refused.text
    assert refused.headers["Retry-After"] == "5"
    first.close()
    assert client.get("/events").status_code == 200


def test_one_address_does_not_take_all_seats_from_others(tmp_path: Path) -> None:
    client = create_app(tmp_path, QuickClock(), Seats(3, most=2)).test_client()
    greedy, other = {"REMOTE_ADDR": "192.168.1.66"}, {"REMOTE_ADDR": "192.168.1.7"}
    held = [client.get("/events", environ_overrides=greedy) for _ in range(3)]
    assert [response.status_code for response in held] == [200, 200, 503]
    assert client.get("/events", environ_overrides=other).status_code == 200
    held[0].close()
    assert client.get("/events", environ_overrides=greedy).status_code == 200
    assert client.get("/events", environ_overrides=other).status_code == 503


def test_asking_for_the_stream_s_headers_takes_no_seat(client: FlaskClient) -> None:
    for _ in range(5):
        assert client.head("/events").status_code == 200
    assert client.get("/events").status_code == 200
