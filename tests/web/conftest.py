"""A page in a real browser: the page's process, an engine made of files, and Chromium."""

import multiprocessing
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
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
from sharky.store import RuleInForce, Snapshot, SourceState, write_model, write_snapshot
from sharky.web import serve

FISH = LightModel(
    "fish",
    tuple(Led(index, "eyes" if index < 2 else "fin", 20.0 * index, 30.0, 0.0, "strip", str(index)) for index in range(6)),
    {"body": ((-20.0, 30.0), (50.0, 60.0), (130.0, 30.0), (50.0, 0.0))},
)


@dataclass
class Engine:
    """What the page knows of an engine: the files that it leaves."""

    directory: Path
    mirror: Mirror

    def start(self) -> None:
        write_model(self.directory, FISH)
        self.mirror.open(FISH)

    def show(self, colour: tuple[int, int, int]) -> None:
        rgb: NDArray[np.uint8] = np.tile(np.array(colour, np.uint8), (len(FISH.leds), 1))
        self.mirror.show(Frame(rgb), Scene())

    def tell(
        self,
        rule: str = "Lookups",
        caption: str = "A phone wakes up",
        talker: str = "10.0.0.2",
        called: str = "",
        counters: Mapping[str, int] = MappingProxyType({"truncated": 7}),
    ) -> None:
        cue = Cue("eyes", "flash", (1.0, 0.5, 0.0), "gold", 10, FOREVER_NS, 1, 2, 0.5, 50, 0, Cause(rule, "rules.yaml", 4, 118, 10))
        hierarchy = (Share("eth", 9, 900), Share("eth:ip", 8, 800), Share("eth:ip:udp", 5, 500))
        window = Window(10, 60, 12.0, 1500.0, hierarchy, (Talker(talker, 5, 900, called),), ((3, 300), (12, 1500)), dict(counters))
        window = replace(window, services=(ServiceShare("netflix", "video", 3, 700),))
        present = Present(60, (PresentDevice(called or "Apple 5e:0b:42", "phone", "Apple, Inc.", 10),))
        window = replace(window, present=present)
        rules = (RuleInForce(rule, "dns", "", "eyes", "flash", "#ffcc00", "rules.yaml", 4, hits=41),)
        scene = Scene(10, (cue,), (Change(10, "+", cue),), caption)
        write_snapshot(self.directory, Snapshot(window, scene, rules, SourceState("A morning")))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = Engine(tmp_path, Mirror(tmp_path))
    engine.start()
    yield engine
    engine.mirror.close()


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """The page's process, and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(tmp_path, listener))
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
    wait = pytest.importorskip("selenium.webdriver.support.ui").WebDriverWait(browser, 15, 0.02)
    return lambda expression: wait.until(lambda chrome: chrome.execute_script(f"return {expression}"), expression)
