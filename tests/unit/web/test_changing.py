"""Who may change anything from the page, and that nobody else can: with the engine's own socket behind it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sharky.model.errors import Problem, SharkyError
from sharky.runtime.control import CHANGES, Control
from sharky.web import Access, create_app
from sharky.web.access import ATTEMPTS
from sharky.web.guard import MOST_OCTETS

CODE = "reef-lantern-42"
HERE, ELSEWHERE = "127.0.0.1", "192.168.1.77"
OWN = {"Host": "sharky.localhost:8080", "Origin": "http://sharky.localhost:8080"}
WISHES = {"/change": {"brightness": 0.4}, "/undo": {}, "/lamps": {"is_on": True}}


@dataclass
class Engine:
    """What an engine was asked."""

    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def take(self, request: Mapping[str, Any]) -> object:
        if request.get("brightness") == 1:
            raise SharkyError([Problem("brightness takes a number from 0 to 0.6", "less, please"), Problem("another")])
        self.asked.append(request)
        return {"changes": 1}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = Engine()
    control = Control(tmp_path / CHANGES, dict.fromkeys(["change", "undo", "lamps"], made.take))
    thread = threading.Thread(target=control.run)
    thread.start()
    yield made
    control.stop()
    thread.join(5)


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def client(folder: Path, code: str = CODE, clock: Clock | None = None) -> FlaskClient:
    return create_app(folder, access=Access(code, "write a code down", clock or Clock())).test_client()


def post(page: FlaskClient, path: str, wish: object, peer: str = HERE, **headers: str) -> TestResponse:
    sent = {**OWN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    body = wish if isinstance(wish, bytes) else json.dumps(wish).encode()
    kind = sent.pop("Content-Type", "application/json")
    sent = {name: value for name, value in sent.items() if value}
    return page.post(path, data=body, content_type=kind, headers=sent, environ_base={"REMOTE_ADDR": peer})


@pytest.mark.parametrize("peer", [HERE, "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("path", WISHES)
def test_who_is_on_this_machine_may_change_everything(engine: Engine, tmp_path: Path, path: str, peer: str) -> None:
    answer = post(client(tmp_path, code=""), path, WISHES[path], peer)
    assert (answer.status_code, answer.json) == (200, {"answer": {"changes": 1}})
    assert engine.asked == [{"command": path[1:], **WISHES[path]}]


@pytest.mark.parametrize("path", WISHES)
def test_who_is_elsewhere_needs_the_code_once(engine: Engine, tmp_path: Path, path: str) -> None:
    page = client(tmp_path)
    refused = post(page, path, WISHES[path], ELSEWHERE)
    assert (refused.status_code, engine.asked) == (403, [])
    assert "until you enter the owner's code" in refused.text
    assert post(page, "/code", {"code": CODE}, ELSEWHERE).status_code == 200
    assert post(page, path, WISHES[path], ELSEWHERE).status_code == 200
    assert len(engine.asked) == 1


def test_the_page_asks_for_the_code_only_whom_it_helps(tmp_path: Path) -> None:
    page = client(tmp_path)

    def told(peer: str) -> tuple[bool, bool]:
        answer = page.get("/access.json", headers=OWN, environ_base={"REMOTE_ADDR": peer}).json
        return answer["may_change"], answer["needs_code"]

    assert (told(HERE), told(ELSEWHERE)) == ((True, False), (False, True))
    post(page, "/code", {"code": CODE}, ELSEWHERE)
    assert told(ELSEWHERE) == (True, False)


@pytest.mark.parametrize("path", WISHES)
def test_without_a_code_the_page_is_for_looking_and_says_how_to_have_it_otherwise(engine: Engine, tmp_path: Path, path: str) -> None:
    page = client(tmp_path, code="")
    assert post(page, "/code", {"code": ""}, ELSEWHERE).status_code == 403
    refused = post(page, path, WISHES[path], ELSEWHERE)
    assert (refused.status_code, engine.asked) == (403, [])
    assert "To give it one, write a code down." in refused.text
    told = page.get("/access.json", environ_base={"REMOTE_ADDR": ELSEWHERE}).json
    assert (told["may_change"], told["needs_code"], told["wrong_codes"]) == (False, False, 1)


@pytest.mark.parametrize("set_s", [365 * 86_400, -3 * 3600], ids=["a year forward", "three hours back"])
def test_who_entered_the_code_need_not_do_so_again_where_the_clock_is_set(
    engine: Engine, tmp_path: Path, set_s: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, wall_s = client(tmp_path), time.time
    assert post(page, "/code", {"code": CODE}, ELSEWHERE).status_code == 200
    monkeypatch.setattr(time, "time", lambda: wall_s() + set_s)
    assert post(page, "/undo", {}, ELSEWHERE).status_code == 200


def test_nobody_is_on_this_machine_by_saying_so(engine: Engine, tmp_path: Path) -> None:
    said = {"X_Forwarded_For": HERE, "Forwarded": f"for={HERE}", "X_Real_Ip": HERE, "X_Forwarded_Host": "localhost", "Client_Ip": HERE}
    assert post(client(tmp_path), "/undo", {}, ELSEWHERE, **said).status_code == 403
    assert engine.asked == []


def test_the_cookie_is_for_this_page_alone_and_another_process_does_not_know_it(engine: Engine, tmp_path: Path) -> None:
    page = client(tmp_path)
    cookie = post(page, "/code", {"code": CODE}, ELSEWHERE).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookie.split("; "))
    assert CODE not in cookie
    value = cookie.partition(";")[0]
    for other in (value, value[:-1] + ("A" if value[-1] != "A" else "B"), "sharky-may-change=eyJtYXkiOnRydWV9"):
        assert post(client(tmp_path), "/undo", {}, ELSEWHERE, Cookie=other).status_code == 403
    assert engine.asked == []


def test_codes_are_compared_whole_and_wrong_ones_are_counted(tmp_path: Path) -> None:
    page = client(tmp_path)
    for wrong in ("", CODE[:-1], CODE + "x", CODE.upper(), "näher", "x" * 90):
        assert post(page, "/code", {"code": wrong}, ELSEWHERE).status_code == 403
    assert page.get("/access.json").json["wrong_codes"] == 6


def test_too_many_wrong_codes_have_to_wait_and_the_right_one_too(tmp_path: Path) -> None:
    clock = Clock()
    page = client(tmp_path, clock=clock)
    codes = [post(page, "/code", {"code": f"guess {number}"}, f"10.0.0.{number}").status_code for number in range(ATTEMPTS + 5)]
    assert codes == [403] * (ATTEMPTS - 1) + [429] * 6
    assert post(page, "/code", {"code": CODE}, ELSEWHERE).status_code == 429
    assert page.get("/access.json").json["wrong_codes"] == ATTEMPTS + 6
    clock.now_s = 60.0
    assert post(page, "/code", {"code": CODE}, ELSEWHERE).status_code == 200


def test_however_long_somebody_guesses_as_many_a_minute_are_looked_at_and_no_more() -> None:
    clock = Clock()
    clock.now_s = began_s = 1e6
    access = Access(CODE, now_s=clock)
    looked_at = []
    for second in range(240):
        clock.now_s = began_s + second
        looked_at += [] if access.is_too_fast() else [second]
        assert not access.knows("guess")
    assert looked_at == [second for second in range(240) if second % 60 < ATTEMPTS]
    clock.now_s = began_s + 240
    assert access.knows(CODE)


HOSTILE = {
    "another origin": {"Origin": "http://evil.example"},
    "an origin that begins alike": {"Origin": "http://sharky.localhost:8080.evil.example"},
    "another port": {"Origin": "http://sharky.localhost:8081"},
    "no origin": {"Origin": ""},
    "a hidden origin": {"Origin": "null"},
    "another site": {"Sec_Fetch_Site": "cross-site"},
    "a sibling": {"Sec_Fetch_Site": "same-site"},
    "a form": {"Content_Type": "application/x-www-form-urlencoded"},
    "a form with a file": {"Content_Type": "multipart/form-data; boundary=x"},
    "plain text": {"Content_Type": "text/plain"},
    "no type": {"Content_Type": "x"},
    "a stranger's name for us": {"Host": "sharky.evil.example", "Origin": "http://sharky.evil.example"},
    "a name that anybody in the house can take": {"Host": "evil.local", "Origin": "http://evil.local"},
}


@pytest.mark.parametrize("headers", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("path", [*WISHES, "/code"])
@pytest.mark.parametrize("peer", [HERE, ELSEWHERE])
def test_no_page_from_elsewhere_changes_anything(engine: Engine, tmp_path: Path, path: str, headers: dict[str, str], peer: str) -> None:
    page = client(tmp_path)
    assert post(page, "/code", {"code": CODE}, peer).status_code == 200
    wish = WISHES.get(path, {"code": CODE})
    answer = post(page, path, wish, peer, **headers)
    assert answer.status_code in {403, 415, 421}
    assert engine.asked == []
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", [*WISHES, "/code"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_post_changes_anything(engine: Engine, tmp_path: Path, path: str, method: str) -> None:
    answer = client(tmp_path).open(path, method=method, json=WISHES.get(path, {}), headers=OWN, environ_base={"REMOTE_ADDR": HERE})
    assert (answer.status_code, engine.asked) == (405, [])


@pytest.mark.parametrize(
    ("path", "wish", "trouble"),
    [
        ("/change", {}, "say what is to change"),
        ("/change", [], "send an object"),
        ("/change", b"{", "this is no JSON"),
        ("/change", b"[" * 2000, "this is no JSON"),
        ("/change", b"\xff\xfe", "this is no JSON"),
        ("/change", {"brightness": 1.5}, "from 0 to 1"),
        ("/change", {"brightness": True}, "from 0 to 1"),
        ("/change", b'{"brightness": NaN}', "from 0 to 1"),
        ("/change", b'{"brightness": 1e999}', "from 0 to 1"),
        ("/change", {"brightness": None}, "from 0 to 1"),
        ("/change", {"rules": {"a": 1}}, "true or false"),
        ("/change", {"rules": ["a"]}, "true or false"),
        ("/change", {"command": "stop"}, "nothing here is called command"),
        ("/undo", {"now": 1}, "nothing here is called now"),
        ("/lamps", {}, "is_on is true or false"),
        ("/code", {"code": 7}, "a code is text"),
        ("/change", {"brightness": 1}, "brightness takes a number from 0 to 0.6\\n  less, please"),
        ("/change", b'{"brightness": 1' + b"0" * 500 + b"}", "from 0 to 1"),
    ],
)
def test_what_cannot_be_is_said_in_words(engine: Engine, tmp_path: Path, path: str, wish: object, trouble: str) -> None:
    answer = post(client(tmp_path), path, wish)
    assert (answer.status_code, engine.asked) == (400, [])
    assert trouble in answer.text


def test_a_body_is_bounded(engine: Engine, tmp_path: Path) -> None:
    assert post(client(tmp_path), "/change", {"rules": {"x" * MOST_OCTETS: True}}).status_code == 413
    assert post(client(tmp_path), "/change", {"rules": {"🦈" * (MOST_OCTETS // 5): True}}).status_code == 413
    name = "🦈" * ((MOST_OCTETS - 40) // 12)
    assert post(client(tmp_path), "/change", {"rules": {name: True}}).status_code == 200
    assert engine.asked == [{"command": "change", "rules": {name: True}}]


def test_without_an_engine_it_says_so(tmp_path: Path) -> None:
    answer = post(client(tmp_path), "/undo", {})
    assert (answer.status_code, answer.json) == (503, {"problems": ["Sharky does not answer: look whether it runs, and try again"]})


def test_the_code_is_in_no_answer(engine: Engine, tmp_path: Path) -> None:
    page = client(tmp_path)
    post(page, "/code", {"code": CODE}, ELSEWHERE)
    answers = [page.get(path) for path in ("/", "/access.json", "/snapshot.json", "/words.json")]
    answers += [post(page, path, wish, ELSEWHERE) for path, wish in [("/code", {"code": CODE}), ("/change", {"code": CODE}), ("/undo", {})]]
    assert not [answer.text for answer in answers if CODE in answer.text or CODE in str(answer.headers)]
    assert CODE not in repr(Access(CODE).__dict__.keys())
