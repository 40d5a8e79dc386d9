"""A page in a real browser: the page's process, an engine made of files, and Chromium."""

import multiprocessing
import shutil
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sharky.model.lights import Cause, Change, Cue, Frame, Led, LightModel, Scene
from sharky.model.packets import FOREVER_NS
from sharky.model.windows import Present, PresentDevice, ServiceShare, Share, Talker, Window
from sharky.outputs.mirror import Mirror
from sharky.runtime.control import CHANGES, Control
from sharky.store import RuleInForce, Setting, SettingsState, Snapshot, SourceState, write_model, write_snapshot
from sharky.web import Access, serve

FISH = LightModel(
    "fish",
    tuple(Led(index, "eyes" if index < 2 else "fin", 20.0 * index, 30.0, 0.0, "strip", str(index)) for index in range(6)),
    {"body": ((-20.0, 30.0), (50.0, 60.0), (130.0, 30.0), (50.0, 0.0))},
)

DARK = Frame(np.zeros((len(FISH.leds), 3), np.uint8))

SETTINGS = SettingsState((Setting("Light model", "fish, 6 LEDs", "--model on the command line"),), has_leds=True)


@dataclass
class Engine:
    """What the page knows of an engine: the files that it leaves. As long as it runs it shows its frame again and again."""

    directory: Path
    mirror: Mirror
    is_running: bool = False
    frame: Frame = DARK
    lock: threading.Lock = field(default_factory=threading.Lock)
    asked: list[Mapping[str, Any]] = field(default_factory=list)
    settings: SettingsState = SETTINGS
    is_off: bool = False

    def start(self) -> None:
        write_model(self.directory, FISH)
        with self.lock:
            self.mirror.open(FISH)
            self.is_running, self.frame = True, DARK

    def stop(self) -> None:
        with self.lock:
            self.is_running = False
            self.mirror.close()

    def show(self, colour: tuple[int, int, int]) -> None:
        rgb: NDArray[np.uint8] = np.tile(np.array(colour, np.uint8), (len(FISH.leds), 1))
        self.frame = Frame(rgb)
        self.show_again()

    def show_again(self) -> None:
        with self.lock:
            if self.is_running:
                self.mirror.show(self.frame, Scene())

    def run(self, ended: threading.Event) -> None:
        """Go on showing: a page on a busy machine may open long after a frame, and an old one is that of an engine which has died."""
        while not ended.wait(0.2):
            self.show_again()

    def tell(
        self,
        *,
        rule: str = "Lookups",
        caption: str = "A phone wakes up",
        talker: str = "10.0.0.2",
        called: str = "",
        counters: Mapping[str, int] = MappingProxyType({"truncated": 7}),
        notes: tuple[str, ...] = (),
        misses: tuple[str, ...] = (),
        packet: int = 118,
        condition: str = "",
        hierarchy: tuple[Share, ...] = (Share("eth", 9, 900), Share("eth:ip", 8, 800), Share("eth:ip:udp", 5, 500)),
    ) -> None:
        cue = Cue("eyes", "flash", (1.0, 0.5, 0.0), "gold", 10, FOREVER_NS, 1, 2, 0.5, 50, 0, Cause(rule, "rules.yaml", 4, packet, 10))
        window = Window(10, 60, 12.0, 1500.0, hierarchy, (Talker(talker, 5, 900, called),), ((3, 300), (12, 1500)), dict(counters))
        window = replace(window, services=(ServiceShare("netflix", "video", 3, 700),))
        present = Present(60, (PresentDevice(called or "Apple 5e:0b:42", "phone", "Apple, Inc.", 10),))
        window = replace(window, present=present)
        rules = (RuleInForce(rule, "dns", condition, "eyes", "flash", "#ffcc00", "rules.yaml", 4, not self.is_off, 41, self.is_off),)
        scene = Scene(10, (cue,), (Change(10, "+", cue),), caption)
        source = SourceState("A morning", notes=notes, misses=misses)
        write_snapshot(self.directory, Snapshot(window, scene, rules, source, settings=self.settings))

    def take(self, request: Mapping[str, Any]) -> object:
        """Do what the page asks for, as an engine does, and tell it."""
        self.asked.append(request)
        changed = {name: request[name] for name in ("brightness",) if name in request}
        self.is_off = not all(request["rules"].values()) if "rules" in request else self.is_off
        if request["command"] == "undo":
            changed, self.is_off = {"brightness": 1.0}, False
        self.settings = replace(self.settings, **changed, is_testing=request.get("is_on", False))
        self.settings = replace(self.settings, changes=self.is_off + (self.settings.brightness < 1))
        self.tell()
        return {}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path, Mirror(tmp_path))
    engine.start()
    control, ended = Control(tmp_path / CHANGES, dict.fromkeys(["change", "undo", "lamps"], engine.take)), threading.Event()
    threads = [threading.Thread(target=control.run), threading.Thread(target=engine.run, args=(ended,))]
    for thread in threads:
        thread.start()
    yield engine
    control.stop()
    ended.set()
    for thread in threads:
        thread.join(5)
    engine.stop()


CODE = "reef-lantern-42"
PATIENCE_S = 60.0


def _serve(directory: Path, listener: socket.socket, code: str, *, is_far: bool) -> None:
    """Be the page's process; where it is far, nobody is taken to be on this machine."""
    if is_far:
        from sharky.web import changing

        changing.is_here = lambda peer: False
    serve(directory, listener, Access(code, "write a code into sharky.yaml"))


@pytest.fixture
def reach() -> tuple[str, bool]:
    """The owner's code, and whether the browser is elsewhere in the network."""
    return "", False


@pytest.fixture
def address(tmp_path: Path, reach: tuple[str, bool]) -> Iterator[str]:
    """The page's process, and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    spawned = multiprocessing.get_context("spawn")
    process = spawned.Process(target=_serve, args=(tmp_path, listener, reach[0]), kwargs={"is_far": reach[1]})
    process.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    process.terminate()
    process.join()
    listener.close()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    webdriver = pytest.importorskip("selenium.webdriver")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("needs chromium and chromedriver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    quiet = ["disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync"]
    for flag in ["headless=new", "no-sandbox", "disable-gpu", *quiet, f"user-data-dir={tmp_path_factory.mktemp('chromium')}"]:
        options.add_argument(f"--{flag}")
    chrome = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield chrome
    chrome.quit()


Page = Callable[..., Any]


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Page]:
    """Opens the page at a size, with a query."""

    def open_page(width: int = 1280, height: int = 800, query: str = "") -> Any:
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        browser.get(address + query)
        return browser

    browser.get_log("browser"), browser.get_log("performance")
    yield open_page
    browser.get("about:blank")


@pytest.fixture
def until(browser: Any) -> Callable[[str], Any]:
    """Waits until an expression of JavaScript is true in the page, and returns its value."""
    wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait(browser, PATIENCE_S, 0.02)
    return lambda expression: wait.until(lambda chrome: chrome.execute_script(f"return {expression}"), expression)
