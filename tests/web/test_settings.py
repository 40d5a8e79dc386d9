"""Settings on the page, in a real browser: slide, switch, undo, the owner's code, and a stranger's page."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import CODE, PATIENCE_S

Until = Callable[[str], Any]
PAGE_DOWN, SPACE, ENTER = "\ue00f", " ", "\ue007"
FAR = pytest.mark.parametrize("reach", [(CODE, True)])


def text(identity: str) -> str:
    return f"document.getElementById('{identity}').innerText"


def shown(identity: str) -> str:
    return f"document.getElementById('{identity}').checkVisibility()"


def wait_for(asked: list[Any], wish: dict[str, Any]) -> None:
    until = time.monotonic() + PATIENCE_S
    while wish not in asked:
        assert time.monotonic() < until, asked
        time.sleep(0.01)


def test_the_settings_in_force_are_shown_with_what_changes_them(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    page()
    assert until(text("settings")).split("\n") == ["Light model", "fish, 6 LEDs", "--model on the command line"]


def test_the_slider_dims_at_once_and_shows_what_holds(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page(width=360)
    until(shown("brightness"))
    slider = chrome.find_element("id", "brightness")
    slider.send_keys(PAGE_DOWN)
    wanted = chrome.execute_script("return arguments[0].valueAsNumber", slider) / 100
    assert wanted < 1
    wait_for(engine.asked, {"command": "change", "brightness": wanted})
    assert until(f"{text('brightness-said')} === '{wanted * 100:.0f} %'")
    assert slider.get_attribute("aria-valuetext") == f"{wanted * 100:.0f} %"
    assert until(f"{text('changes-note')}.startsWith('1 setting was changed here, until Sharky begins anew.')")


def test_what_another_phone_sets_is_shown_here(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    page()
    until(shown("brightness"))
    engine.take({"command": "change", "brightness": 0.25})
    assert until("document.getElementById('brightness').value === '25'")


def test_a_rule_is_switched_off_and_on_from_the_keyboard_and_marked(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page()
    until("document.querySelector('[role=switch]')?.checkVisibility()")
    switch = chrome.find_element("css selector", "[role=switch]")
    assert (switch.get_attribute("aria-checked"), switch.accessible_name) == ("true", "Rule: Lookups")
    chrome.execute_script("arguments[0].focus()", switch)
    switch.send_keys(SPACE)
    wait_for(engine.asked, {"command": "change", "rules": {"Lookups": False}})
    assert until(f"{text('rules')}.includes('rules.yaml:4 · switched off on this page')")
    assert until("document.querySelector('.rule-row').classList.contains('is-off')")
    assert chrome.switch_to.active_element == switch
    switch.send_keys(ENTER)
    wait_for(engine.asked, {"command": "change", "rules": {"Lookups": True}})
    assert until("document.querySelector('[role=switch]').getAttribute('aria-checked') === 'true'")


def test_back_to_the_files_drops_every_change(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    engine.take({"command": "change", "brightness": 0.25})
    chrome = page()
    until("document.getElementById('undo').getAttribute('aria-disabled') === 'false'")
    chrome.find_element("id", "undo").click()
    wait_for(engine.asked, {"command": "undo"})
    assert until(f"{text('changes-note')} === 'All is as the files have it.'")
    assert until("document.getElementById('brightness').value === '100'")


def test_the_lamp_test_begins_and_ends(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page()
    until(shown("lamps"))
    chrome.find_element("id", "lamps").click()
    until("document.getElementById('lamps').getAttribute('aria-pressed') === 'true'")
    chrome.find_element("id", "lamps").click()
    wait_for(engine.asked, {"command": "lamps", "is_on": False})


def test_an_engine_that_is_gone_is_said_in_words_and_the_switch_goes_back(engine: Any, page: Any, until: Until, tmp_path: Path) -> None:
    engine.tell()
    chrome = page()
    until("document.querySelector('[role=switch]')?.checkVisibility()")
    (tmp_path / "changes").unlink()
    chrome.find_element("css selector", "[role=switch]").click()
    assert until(f"{text('trouble')} === 'Sharky does not answer: look whether it runs, and try again.'")
    assert until("document.querySelector('[role=switch]').getAttribute('aria-checked') === 'true'")


@pytest.mark.parametrize("reach", [("", True)])
def test_without_a_code_a_phone_can_only_look(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page(width=360)
    assert until(f"{text('access-note')}.includes('To give it one, write a code into sharky.yaml.')")
    until(f"{text('rules')}.includes('Lookups')")
    for identity in ("controls", "code-form"):
        assert not chrome.find_element("id", identity).is_displayed()
    assert not chrome.find_element("css selector", "[role=switch]").is_displayed()


@FAR
def test_a_phone_is_asked_for_the_code_once(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page(width=360)
    until(shown("code-form"))
    chrome.find_element("id", "code").send_keys("a wrong fish" + ENTER)
    assert until(f"{text('trouble')} === 'This is not the code.'")
    assert chrome.find_element("id", "facts").is_displayed(), "an f in a code is no f for the projector"
    assert until(f"{text('access-note')}.includes('1 wrong code was entered')")
    until("document.activeElement.id === 'code' && document.activeElement.value === ''")
    chrome.find_element("id", "code").send_keys(CODE + ENTER)
    until(shown("controls"))
    assert not chrome.find_element("id", "code-form").is_displayed()
    assert chrome.switch_to.active_element.get_attribute("id") == "brightness"
    assert CODE not in chrome.page_source
    chrome.refresh()
    until(shown("controls"))
    chrome.find_element("id", "lamps").click()
    wait_for(engine.asked, {"command": "lamps", "is_on": True})
    assert chrome.execute_script("return document.cookie") == ""


@FAR
def test_a_shark_without_leds_leads_from_the_code_to_what_can_be_pressed(engine: Any, page: Any, until: Until) -> None:
    engine.settings = replace(engine.settings, has_leds=False)
    engine.tell()
    chrome = page(width=360)
    until(f"!{shown('brightness')}")
    chrome.find_element("id", "code").send_keys(CODE + ENTER)
    assert until("document.activeElement.id === 'lamps'")


ATTACK = """
<!doctype html><title>attack</title>
<form id="form" method="post" enctype="text/plain" target="frame"><input name='{"brightness": 0, "x' value='": 1}'></form>
<iframe name="frame"></iframe>
<script>
const [target, done] = [new URLSearchParams(location.search).get("target"), []];
const body = JSON.stringify({brightness: 0});
const tries = [
  {mode: "no-cors", body}, {mode: "cors", body, headers: {"Content-Type": "application/json"}},
  {mode: "no-cors", body, headers: {"Content-Type": "text/plain"}}, {mode: "no-cors", body: new Blob([body], {type: "application/json"})},
];
const send = (path, how) => fetch(target + path, {method: "POST", credentials: "include", ...how});
const all = ["change", "undo", "lamps", "code"].flatMap((path) => tries.map((how) =>
  send(path, how).then((answer) => done.push(answer.type), () => done.push("refused"))));
document.getElementById("form").action = target + "change";
document.getElementById("form").submit();
navigator.sendBeacon(target + "change", body);
Promise.all(all).then(() => setTimeout(() => { document.title = "done " + JSON.stringify([...new Set(done)]); }, 500));
</script>
"""


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[str]:
    """A page of somebody else, on another port of the same machine: the nearest that a stranger can come."""

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(ATTACK.encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.parametrize("reach", [("", False), (CODE, True)])
def test_a_strangers_page_changes_nothing(engine: Any, page: Any, until: Until, stranger: str, address: str) -> None:
    engine.tell()
    chrome = page()
    until(f"{shown('code-form')} || {shown('controls')}")
    if chrome.find_element("id", "code-form").is_displayed():
        chrome.find_element("id", "code").send_keys(CODE + ENTER)
    until(shown("controls"))
    chrome.get(f"{stranger}?target={address}")
    outcomes = json.loads(until("document.title.startsWith('done') && document.title.slice(5)"))
    assert set(outcomes) <= {"opaque", "refused"}
    assert engine.asked == []
    chrome.get_log("browser")


@pytest.mark.parametrize("width", [360, 1280])
def test_all_that_can_be_pressed_is_large_enough_and_nothing_scrolls_sideways(engine: Any, page: Any, until: Until, width: int) -> None:
    engine.tell(rule="A rule with a long name, without an end " * 3)
    chrome = page(width=width)
    until("document.querySelector('[role=switch]')?.checkVisibility()")
    sizes = chrome.execute_script(
        "return [...document.querySelectorAll('.settings button, .settings input, [role=switch]')].filter(each => each.checkVisibility())"
        ".map(each => each.getBoundingClientRect()).map(box => [box.width, box.height])"
    )
    assert len(sizes) == 4
    assert min(min(size) for size in sizes) >= 36
    assert chrome.execute_script("return document.documentElement.scrollWidth") <= width
