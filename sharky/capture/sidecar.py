"""The YAML file beside a capture that makes a story of it.

title: A phone comes home
about: What happens in the first half minute after it joins the network
captions:
  - {at: 0, text: The phone asks for an address}
  - {at: 3.5, text: It looks up where to go}
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from sharky.model.errors import Problem, SettingsError

ENDING = ".yaml"
HINT = "a story has title, about, and captions such as: - {at: 3.5, text: The phone asks for an address}"
LONGEST_SECONDS = 10_000_000
NUMBERS = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


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


def read_sidecar(path: Path) -> Sidecar:
    """Read the file.

    Raises:
        SettingsError: With all that is wrong with it.
    """
    try:
        text = path.read_text("utf-8")
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except OSError as trouble:
        raise SettingsError(Problem(trouble.strerror or "it cannot be read", HINT, str(path))) from None
    except UnicodeDecodeError:
        raise SettingsError(Problem("this is not text in UTF-8", HINT, str(path))) from None
    except yaml.MarkedYAMLError as trouble:
        raise SettingsError(_problem(path, trouble.problem_mark, trouble.problem or "this is not YAML")) from None
    except (yaml.YAMLError, RecursionError):
        raise SettingsError(Problem("this is not YAML", HINT, str(path))) from None
    reading = _Reading(path)
    sidecar = reading.sidecar(top)
    if reading.problems:
        raise SettingsError(reading.problems)
    return sidecar


def _problem(path: Path, mark: yaml.Mark | None, message: str) -> Problem:
    if mark is None:
        return Problem(message, HINT, str(path))
    lines = path.read_text("utf-8").splitlines()
    quote = lines[mark.line] if mark.line < len(lines) else ""
    return Problem(message, HINT, str(path), mark.line + 1, mark.column + 1, quote)


class _Reading:
    """Reads the tree and notes everything that is wrong with it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problems: list[Problem] = []

    def sidecar(self, top: yaml.Node | None) -> Sidecar:
        keys = self._mapping(top, ("title", "about", "captions"))
        captions = keys.get("captions")
        nodes = captions.value if isinstance(captions, yaml.SequenceNode) else []
        if captions is not None and not isinstance(captions, yaml.SequenceNode):
            self._note(captions, "captions is not a list")
        told = sorted((self._caption(node) for node in nodes), key=lambda caption: caption.at_ns)
        return Sidecar(self._text(keys.get("title")), self._text(keys.get("about")), tuple(told))

    def _caption(self, node: yaml.Node) -> Caption:
        keys = self._mapping(node, ("at", "text"))
        return Caption(round(self._seconds(keys.get("at")) * 1e9), self._text(keys.get("text")))

    def _seconds(self, node: yaml.Node | None) -> float:
        try:
            seconds = float(yaml.SafeLoader("").construct_object(node)) if node and node.tag in NUMBERS else -1.0
        except (ValueError, OverflowError):
            seconds = -1.0
        if 0 <= seconds <= LONGEST_SECONDS:
            return seconds
        if node:
            self._note(node, '"at" is not a number of seconds from the first packet')
        return 0.0

    def _mapping(self, node: yaml.Node | None, names: tuple[str, ...]) -> dict[str, yaml.Node]:
        """Return the values of a mapping that must have these keys and no other."""
        if not isinstance(node, yaml.MappingNode):
            self._note(node, f"this is not a mapping with the keys {', '.join(names)}")
            return {}
        keys: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value not in names or not isinstance(key, yaml.ScalarNode):
                self._note(key, f'unknown key "{key.value}"' if isinstance(key, yaml.ScalarNode) else "a key is not a word")
            elif key.value in keys:
                self._note(key, f'"{key.value}" stands here twice')
            else:
                keys[key.value] = value
        for name in names:
            if name not in keys:
                self._note(node, f'"{name}" is missing')
        return keys

    def _text(self, node: yaml.Node | None) -> str:
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or not node.value.isprintable():
            self._note(node, "this is not one line of text")
            return ""
        return str(node.value)

    def _note(self, node: yaml.Node | None, message: str) -> None:
        self.problems.append(_problem(self._path, node.start_mark if node else None, message))
