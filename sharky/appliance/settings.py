"""What `sharky.yaml` says of this machine: where light goes, where the page is, where Sharky sits."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files

from sharky.appliance.quiet import read_quiet
from sharky.model.errors import Problem, SettingsError
from sharky.model.quiet import QuietHours
from sharky.model.strips import KINDS, StripWiring
from sharky.placement.consent import read_consent
from sharky.settings.document import parse_document
from sharky.settings.page_code import parse_page_code
from sharky.settings.places import models_folder
from sharky.settings.quantities import parse_share
from sharky.settings.sections import Key, Section, read_keys, read_text_value
from sharky.settings.sources import TextError
from sharky.settings.strips import parse_device, parse_order
from sharky.settings.suggestions import did_you_mean
from sharky.settings.values import Mapping

USES = ("auto", "bridge", "listen", "stories")
OUTPUTS = ("gpio", "strip", "web", "none")

CODE = re.compile(r"\bcode\s*['\"]?\s*:")
"""A line with the owner's code, which no message quotes."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The settings of a machine.

    Attributes:
        model: A light model: "" for the owner's own, or else the default.
        outputs: Where light goes besides the page.
        brightness: What full light is taken down to, from 0 to 1.
        host, port: Where the page listens.
        code: What who is elsewhere in the network has to know to change anything from the page; empty where nobody may.
        quiet: When the LEDs are dimmed; None for never.
        strip: How the strip of LEDs is connected.
        use: Which place Sharky takes in the network: "auto" for what is plugged in.
    """

    model: str = ""
    outputs: tuple[str, ...] = ("gpio", "strip", "web")
    brightness: float = 1.0
    host: str = "0.0.0.0"  # noqa: S104 - the page is for the phones in the house
    port: int = 80
    use: str = "auto"
    quiet: QuietHours | None = None
    strip: StripWiring = field(default_factory=StripWiring)
    code: str = field(default="", repr=False)


USUAL = Machine()


@cache
def machine_keys() -> dict[str, dict[str, Key]]:
    """Return the keys of the file: for each section its keys by name."""
    return read_keys(files("sharky.appliance").joinpath("settings_keys.csv").read_text("utf-8").splitlines())


def read_machine(text: str, file: str) -> Machine:
    r"""Read the settings of a machine.

    Raises:
        SettingsError: With all that is wrong with them.

    >>> read_machine("version: 1\nlights: {brightness: 50%}", "sharky.yaml").brightness
    0.5
    """
    try:
        return _read(text, file)
    except SettingsError as error:
        raise SettingsError(replace(problem, quote="") if CODE.search(problem.quote) else problem for problem in error.problems) from None


def _read(text: str, file: str) -> Machine:
    problems: list[Problem] = []
    top = Section(parse_document(text, file), machine_keys()["file"], problems)
    top.integer("version")
    lights, page, place = (_section(top, name) for name in ("lights", "page", "placement"))
    host = page.text("host")
    brightness = lights.parsed("brightness", parse_share, 1.0)
    machine = Machine(
        model=lights.choice("model", shipped_models()),
        outputs=_outputs(lights),
        brightness=brightness,
        host=host.text if host else USUAL.host,
        port=page.integer("port"),
        code=page.parsed("code", parse_page_code, ""),
        use=place.choice("use", USES, "auto"),
        quiet=read_quiet(lights, machine_keys()["quiet_hours"], brightness),
        strip=_strip(_section(lights, "strip")),
    )
    if place.value("mitm") and not problems:
        read_consent(text, file)
    if problems:
        raise SettingsError(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return machine


def shipped_models() -> tuple[str, ...]:
    """Return the names of the light models that come with Sharky."""
    return tuple(sorted(path.stem for path in models_folder().glob("*.csv") if not path.stem.endswith("-outline")))


def _section(top: Section, name: str) -> Section:
    found = top.map(name)
    return Section(found or Mapping({}, top.mapping.source, 0, 0), machine_keys()[name], top.problems)


def _strip(strip: Section) -> StripWiring:
    usual = USUAL.strip
    return StripWiring(
        kind=strip.choice("kind", KINDS, usual.kind),
        order=strip.parsed("order", parse_order, usual.order),
        device=strip.parsed("device", parse_device, usual.device),
    )


def _outputs(lights: Section) -> tuple[str, ...]:
    if lights.value("outputs") is None:
        return USUAL.outputs
    names = []
    for item in lights.listing("outputs"):
        scalar = read_text_value(item, "an output", "such as gpio", lights.problems)
        if scalar is not None and scalar.text not in OUTPUTS:
            error = TextError(f'unknown output "{scalar.text}"', did_you_mean(scalar.text, OUTPUTS), width=len(scalar.text))
            lights.problems.append(scalar.problem(error.message, error.hint, error.at, error.width))
        elif scalar is not None:
            names.append(scalar.text)
    return tuple(names)
