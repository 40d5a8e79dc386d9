import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sharky.model.windows import Share

Until = Callable[[str], Any]

TAB = "\ue004"
"""What WebDriver calls the key."""

COUNT_FRAMES = """
const [seconds, done] = arguments;
let frames = 0;
const observer = new MutationObserver(() => frames++);
observer.observe(document.querySelector("#led-0"), {attributes: true, attributeFilter: ["fill"]});
setTimeout(() => { observer.disconnect(); done(frames / seconds); }, 1000 * seconds);
"""


@pytest.fixture
def blinking(engine: Any) -> Iterator[None]:
    """An engine that shows another colour 60 times a second."""
    ended = threading.Event()

    def blink() -> None:
        level = 0
        while not ended.wait(1 / 60):
            level = (level + 7) % 256
            engine.show((level, 255 - level, 80))

    thread = threading.Thread(target=blink)
    thread.start()
    yield
    ended.set()
    thread.join()


def fill(led: int) -> str:
    return f"document.querySelector('#led-{led}').getAttribute('fill')"


def text(identity: str) -> str:
    return f"document.getElementById('{identity}').innerText"


def has_words(identity: str, words: str) -> str:
    return f"{text(identity)}.includes({json.dumps(words)})"


def test_the_page_draws_every_led(engine: Any, page: Any) -> None:
    circles = page().execute_script("return [...document.querySelectorAll('#shark circle[id^=led-]')].map(circle => circle.id)")
    assert circles == [f"led-{number}" for number in range(6)]


def test_a_frame_of_the_engine_colours_the_shark_on_the_page(engine: Any, page: Any, until: Until) -> None:
    page()
    engine.show((255, 0, 0))
    until(f"{fill(3)} === 'rgb(255 0 0)'")
    engine.show((0, 0, 255))
    until(f"{fill(3)} === 'rgb(0 0 255)'")


def test_halo_and_zones_glow_with_the_leds(engine: Any, page: Any, until: Until) -> None:
    page()
    engine.show((255, 0, 0))
    zones = "[...document.querySelectorAll('.zone')].every(zone => zone.style.getPropertyValue('--light') === 'rgb(255 0 0)')"
    assert until(zones)
    halo = "(canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data)(document.querySelector('#halo'))"
    assert until(f"{halo}.some((level, index) => index % 4 === 0 && level > 200)")


@pytest.mark.alone
def test_the_page_moves_at_25_frames_a_second_or_more(engine: Any, blinking: None, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page()
    until(has_words("caption", "A phone wakes up"))
    rates = (chrome.execute_async_script(COUNT_FRAMES, 2) for _ in range(4))
    assert any(rate >= 25 for rate in rates)


def test_the_page_says_what_happens_and_why_it_lit(engine: Any, blinking: None, page: Any, until: Until) -> None:
    engine.tell()
    page()
    assert until(has_words("caption", "A phone wakes up"))
    assert until(has_words("status", "A morning"))
    for words in ("Lookups", "eyes · flash gold", "rules.yaml:4 · packet 118"):
        assert until(has_words("lit", words)), words
    for identity, words in [("rules", "41 hits"), ("talkers", "10.0.0.2"), ("counters", "truncated"), ("bits-rate", "12.0 k")]:
        assert until(has_words(identity, words)), identity


def test_packets_that_a_condition_counts_are_no_hits_of_its_light(engine: Any, page: Any, until: Until) -> None:
    engine.tell(condition="rate > 50")
    page()
    assert until(has_words("rules", "41 packets"))
    engine.tell()
    assert until(has_words("rules", "41 hits"))


def test_protocols_that_are_not_listed_are_counted(engine: Any, page: Any, until: Until) -> None:
    engine.tell(hierarchy=tuple(Share(f"proto{number}", 9, 900) for number in range(41)))
    page()
    assert until(f"{text('protocols-more')} === 'and 1 more'")
    assert until("document.querySelectorAll('#protocols li').length === 40")
    engine.tell()
    assert until(f"{text('protocols-more')} === ''")


@pytest.mark.parametrize(("count", "words"), [(1, "1 packet"), (2, "2 packets")])
def test_a_single_packet_is_not_many(engine: Any, page: Any, until: Until, count: int, words: str) -> None:
    engine.tell(hierarchy=(Share("eth", count, 60),))
    page()
    assert until(f"{text('protocols')}.split('\\n')[1] === '{words}'")


@pytest.mark.parametrize("part", ["services", "talkers", "protocols"])
def test_what_is_counted_over_a_minute_says_so(page: Any, until: Until, part: str) -> None:
    page()
    assert until(has_words(f"{part}-title", "in the last minute"))


def test_talkers_have_their_names_and_services_what_they_are_for(engine: Any, page: Any, until: Until) -> None:
    engine.tell(called="Anna's phone")
    page()
    until(has_words("talkers", "Anna's phone"))
    rows = until("[...document.querySelectorAll('#talkers li, #services li')].map(each => each.innerText.split('\\n'))")
    assert [(row[0], row[-1]) for row in rows] == [("netflix", "video"), ("Anna's phone", "10.0.0.2")]
    assert until(text("devices")).split("\n") == ["Anna's phone", "now", "phone · Apple, Inc."]
    assert until(has_words("devices-title", "Who is here (60)"))
    assert until(has_words("devices-more", "and 59 more"))
    engine.tell(called="")
    until("!" + has_words("talkers", "Anna"))
    assert until(text("talkers")).startswith("10.0.0.2")


def test_the_protocols_are_a_tree_indented_by_depth(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    page()
    until(has_words("protocols", "udp"))
    rows = until(
        "[...document.querySelectorAll('#protocols .name')].map(name => [name.innerText, parseInt(getComputedStyle(name).paddingLeft)])"
    )
    assert rows == [["eth", 0], ["ip", 16], ["udp", 32]]


def test_a_tapped_light_says_why_it_is_lit(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page()
    until(has_words("lit", "Lookups"))
    chrome.find_element("id", "led-1").click()
    assert until(has_words("why", "eyes is lit by “Lookups”: flash gold. rules.yaml:4 · packet 118"))
    chrome.find_element("id", "led-5").click()
    assert until(has_words("why", "fin is dark"))


def test_a_zone_can_be_chosen_from_the_keyboard(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page()
    until(has_words("lit", "Lookups"))
    chrome.execute_script("document.querySelector('#zones button').focus()")
    chrome.switch_to.active_element.send_keys("\ue007")
    assert until(has_words("why", "eyes is lit by"))


def test_hostile_names_are_shown_as_text(engine: Any, page: Any, until: Until) -> None:
    hostile = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
    engine.tell(rule=hostile, caption=hostile, talker="10.0.0.2", called=hostile)
    chrome = page()
    for identity in ("caption", "lit", "rules", "talkers", "devices"):
        assert until(has_words(identity, hostile)), identity
    assert chrome.execute_script("return document.querySelectorAll('main img, main script').length") == 0
    assert chrome.title == "Sharky"


def test_no_request_leaves_the_machine_and_the_policy_stops_nothing_of_ours(engine: Any, page: Any, until: Until, address: str) -> None:
    engine.tell()
    chrome = page()
    until(has_words("lit", "Lookups"))
    messages = [json.loads(entry["message"])["message"] for entry in chrome.get_log("performance")]
    asked = [message["params"]["request"]["url"] for message in messages if message["method"] == "Network.requestWillBeSent"]
    fetched = chrome.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")
    assert {urlsplit(url).netloc for url in asked + fetched if urlsplit(url).scheme != "about"} == {urlsplit(address).netloc}
    assert [entry["message"] for entry in chrome.get_log("browser")] == []


CONTRAST = """
const level = (part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
const light = (rgb) => 0.2126 * level(rgb[0]) + 0.7152 * level(rgb[1]) + 0.0722 * level(rgb[2]);
const opacity = (each) => (each ? getComputedStyle(each).opacity * opacity(each.parentElement) : 1);
const ground = [3, 10, 20];
const hasText = (each) => [...each.childNodes].some((node) => node.data?.trim());
const texts = [...document.querySelectorAll("#facts *")].filter((each) => each.checkVisibility() && hasText(each));
return texts.map((each) => {
  const share = opacity(each);
  const rgb = getComputedStyle(each).color.match(/[0-9.]+/g).slice(0, 3).map((part, index) => part * share + ground[index] * (1 - share));
  return [(light(rgb) + 0.05) / (light(ground) + 0.05), each.className + " " + each.textContent];
});
"""
"""How far the text of each part of the facts stands out from the page's ground (WCAG 2.2, 1.4.3)."""


@pytest.mark.parametrize("condition", ["on", "gone"])
def test_all_text_stands_out_also_where_it_is_of_the_past(engine: Any, page: Any, until: Until, condition: str) -> None:
    engine.is_off = True
    engine.tell(rule="Lookups")
    chrome = page()
    engine.stop() if condition == "gone" else engine.show((255, 0, 0))
    until(f"document.body.dataset.condition === '{condition}'")
    until(has_words("lit", "Lookups"))
    engine.tell(rule="Pings")
    until("document.querySelector('.lit-row:not(.is-lit)') && document.querySelector('.rule-row.is-off')")
    contrasts = chrome.execute_script(CONTRAST)
    assert len(contrasts) > 30
    assert [each for each in contrasts if each[0] < 4.5] == []


def test_bars_and_lights_are_seen_where_a_person_has_chosen_few_colours(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page()
    until("document.querySelector('#protocols li')")
    chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "forced-colors", "value": "active"}]})
    try:
        assert until("getComputedStyle(document.querySelector('#protocols li'), '::after').backgroundColor") == "rgb(88, 199, 243)"
        assert until("getComputedStyle(document.querySelector('#rules .light')).backgroundColor") == "rgb(255, 204, 0)"
    finally:
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_tunnels_within_tunnels_do_not_push_names_over_their_numbers(engine: Any, page: Any, until: Until) -> None:
    path = ["eth", "vlan", "mpls", "ip", "gre", "ip", "udp", "vxlan", "eth", "ip", "tcp", "http"]
    engine.tell(hierarchy=tuple(Share(":".join(path[: depth + 1]), 9, 900) for depth in range(len(path))))
    chrome = page(width=360)
    until(has_words("protocols", "vxlan"))
    sizes = "return [...document.querySelectorAll('#protocols .name')].map(name => name.scrollWidth - name.clientWidth)"
    assert max(chrome.execute_script(sizes)) == 0


@pytest.mark.parametrize("width", [360, 768, 1280, 1920])
def test_nothing_scrolls_sideways(engine: Any, page: Any, until: Until, width: int) -> None:
    engine.tell(rule="A rule with a long name, without an end " * 3, talker="2001:db8:85a3:1234:5678:8a2e:370:7334", caption="so " * 60)
    chrome = page(width=width)
    until(has_words("talkers", "2001"))
    assert chrome.execute_script("return document.documentElement.scrollWidth") <= width


def test_names_have_room_where_letters_are_large(engine: Any, page: Any, until: Until) -> None:
    path = "eth:ip:udp:ip:udp:ip:udp:dns"
    engine.tell(rule="Somebody tries every door", hierarchy=tuple(Share(path[:end], 1234, 900) for end in ends(path)))
    page(width=240)
    until("document.querySelectorAll('#protocols .name').length === 8")
    names = "[...document.querySelectorAll('#protocols .name, #rules .name')]"
    assert until(f"{names}.every((each) => each.clientWidth - parseFloat(getComputedStyle(each).paddingLeft) >= 96)")
    assert until("document.documentElement.scrollWidth === 240")


def ends(path: str) -> list[int]:
    return [place for place, letter in enumerate(f"{path}:") if letter == ":"]


def test_a_count_stays_in_one_line_on_a_phone(engine: Any, page: Any, until: Until) -> None:
    engine.tell(counters={"packets_of_a_link_type_that_nobody_knows": 138_000})
    chrome = page(width=360)
    until(has_words("counters", "138,000"))
    lines = (
        "const range = new Range(); range.selectNodeContents(document.querySelector('#counters dd')); return range.getClientRects().length"
    )
    assert chrome.execute_script(lines) == 1


def test_a_unit_stands_apart_from_its_number(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    page()
    assert until(has_words("protocols", "900 B"))


def test_the_projector_shows_only_the_shark_and_its_caption(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page(query="?projector")
    until(has_words("caption", "A phone wakes up"))
    assert not chrome.find_element("id", "facts").is_displayed()
    chrome.find_element("tag name", "body").send_keys("f")
    assert until("getComputedStyle(document.getElementById('facts')).display !== 'none'")


def test_the_projector_has_nothing_to_step_to_from_the_keyboard(page: Any, until: Until) -> None:
    chrome = page(query="?projector")
    until("document.body.classList.contains('projector')")
    chrome.find_element("tag name", "body").send_keys(TAB)
    assert chrome.execute_script("return document.activeElement.className") != "skip"


def test_a_tap_leads_back_from_the_projector_where_there_is_no_keyboard(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page(width=360, query="?projector")
    until(has_words("caption", "A phone wakes up"))
    chrome.find_element("id", "shark").click()
    assert until("getComputedStyle(document.getElementById('facts')).display !== 'none'")


def test_the_projector_says_when_the_engine_goes(engine: Any, page: Any, until: Until) -> None:
    engine.tell()
    chrome = page(query="?projector")
    until(has_words("caption", "A phone wakes up"))
    assert not chrome.find_element("id", "status").is_displayed()
    engine.stop()
    assert until(has_words("status", "Sharky does not run"))
    assert chrome.find_element("id", "status").is_displayed()


def test_what_a_person_should_know_stands_above_the_shark(engine: Any, page: Any, until: Until) -> None:
    engine.tell(notes=("no cable leads anywhere at eth1", "the clock was set back"))
    chrome = page(width=360)
    assert until(text("notes")) == "No cable leads anywhere at eth1.\nThe clock was set back."
    assert chrome.execute_script("return document.getElementById('notes').getBoundingClientRect().bottom") < 300
    engine.tell()
    assert until("document.getElementById('notes').hidden")


@pytest.mark.parametrize(
    ("misses", "words"), [((), "Nothing: every"), (("IPv6",), "From its place Sharky never sees IPv6. Nothing else: every")]
)
def test_who_misses_something_is_not_told_that_it_is_nothing(
    engine: Any, page: Any, until: Until, misses: tuple[str, ...], words: str
) -> None:
    engine.tell(counters={}, misses=misses)
    page()
    assert until(has_words("counters-note", words))


def test_a_light_that_no_packet_lit_names_none(engine: Any, page: Any, until: Until) -> None:
    engine.tell(packet=0)
    page()
    assert until(has_words("lit", "rules.yaml:4 · "))
    assert "packet" not in until(text("lit"))


def test_when_the_engine_goes_the_page_is_dark_and_says_so(engine: Any, page: Any, until: Until) -> None:
    chrome = page()
    engine.show((255, 0, 0))
    until(f"{fill(0)} === 'rgb(255 0 0)'")
    engine.stop()
    assert until(has_words("status", "Sharky does not run"))
    assert until(f"{fill(0)} === 'rgb(0 0 0)'")
    engine.start()
    engine.tell()
    engine.show((0, 255, 0))
    until(f"document.readyState === 'complete' && {fill(0)} === 'rgb(0 255 0)'")
    assert chrome.title == "Sharky"


def test_before_the_first_engine_the_page_is_friendly_and_then_wakes_up(engine: Any, page: Any, until: Until, tmp_path: Path) -> None:
    engine.stop()
    (tmp_path / "model.json").unlink()
    page()
    assert until(has_words("nobody", "The shark is asleep"))
    assert until(has_words("status", "Waiting for Sharky"))
    assert until("getComputedStyle(document.querySelector('a.quiet')).display === 'none'")
    engine.start()
    engine.tell()
    assert until("document.querySelectorAll('#shark circle[id^=led-]').length === 6")
