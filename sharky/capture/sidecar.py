"""The YAML file beside a capture that makes a story of it.

title: A phone comes home
about: What happens in the first half minute after it joins the network
captions:
- {at: 0, text: The phone asks for an address}
- {at: 3.5, text: It looks up where to go}
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from sharky.model.errors import Problem, SettingsError
from sharky.settings.document import parse_document
from sharky.settings.sections import Key, Section, read_keys
from sharky.settings.sources import read_text
from sharky.settings.values import Mapping, Value, kind_of

ENDING = ".yaml"


@dataclass(frozen=True, slots=True)
class Caption:
    """What is said from a moment on.

    Attributes:
        at_ns: Nanoseconds since the first packet.
        text: One sentence.
    """

    at_ns: int
    text: str


@dataclass(frozen=True, slots=True)
class Sidecar:
    """What the file says.

    Attributes:
        title: A few words.
        about: One sentence on what there is to see.
        captions: In the order of time.
    """

    title: str
    about: str
    captions: tuple[Caption, ...]


def sidecar_of(capture: Path) -> Path:
    """Return the name of the file that belongs to a capture.

    >>> sidecar_of(Path("stories/phone.pcapng.gz")).name
    'phone.yaml'
    """
    return capture.with_name(capture.name.split(".pcap")[0] + ENDING)


def is_sidecar(path: Path) -> bool:
    """Tell whether a file that lies beside a capture means to tell its story, and is not, say, a rules file of the same name.

    Raises:
        SettingsError: Where it is not YAML.
    """
    return not _keys()["story"].keys().isdisjoint(parse_document(read_text(path), str(path)).entries)


def read_sidecar(path: Path) -> Sidecar:
    """Read the file.

    Raises:
        SettingsError: With all that is wrong with it.
    """
    problems: list[Problem] = []
    story = Section(parse_document(read_text(path), str(path)), _keys()["story"], problems)
    captions = [_read_caption(value, problems) for value in story.listing("captions")]
    sidecar = Sidecar(_text(story, "title"), _text(story, "about"), tuple(sorted(captions, key=lambda caption: caption.at_ns)))
    if problems:
        raise SettingsError(problems)
    return sidecar


def _read_caption(value: Value, problems: list[Problem]) -> Caption:
    if not isinstance(value, Mapping):
        problems.append(value.problem(f"a caption is a mapping, and here is {kind_of(value)}", "such as {at: 3.5, text: It asks}"))
        return Caption(0, "")
    caption = Section(value, _keys()["caption"], problems)
    return Caption(round(caption.number("at") * 1e9), _text(caption, "text"))


def _text(section: Section, name: str) -> str:
    value = section.text(name)
    return " ".join(value.text.split()) if value else ""


@cache
def _keys() -> dict[str, dict[str, Key]]:
    return read_keys(files("sharky.capture").joinpath("story_keys.csv").read_text("utf-8").splitlines())
