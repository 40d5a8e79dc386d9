"""What a person names on the command line, found and read: rules, models and stories, shipped or their own."""

from __future__ import annotations

import shlex
from pathlib import Path

from sharky.capture.sidecar import is_sidecar, sidecar_of
from sharky.capture.story import Story, find_stories, load_story
from sharky.identify.services import services
from sharky.lights import PATTERNS, load_model
from sharky.model.errors import Problem, SettingsError
from sharky.model.lights import LightModel
from sharky.model.rules import RuleSet, Vocabulary
from sharky.rules import load_rules
from sharky.rules.colours import css_colours
from sharky.settings.places import config_folder, models_folder
from sharky.settings.sources import read_text
from sharky.settings.suggestions import did_you_mean

DEFAULT_MODEL = "shark"
DEFAULT_RULES = "default"
DEFAULT_STORY = "morning"


def vocabulary(model: LightModel) -> Vocabulary:
    """Return the names that a rules file may use with a model."""
    return Vocabulary(model.zones, {name: pattern.description for name, pattern in PATTERNS.items()}, css_colours(), services().names[1:])


def read_model(name: str | None) -> LightModel:
    """Read a light model: a file, or the name of a shipped one.

    Raises:
        SettingsError: With all that is wrong with it.
    """
    return load_model(*model_tables(name))


def model_tables(name: str | None) -> tuple[str, str, str]:
    """Return the two tables of a light model, its LEDs and its outline (empty where there is none), and the name of the first one's file.

    Raises:
        SettingsError: Where there is no such model, or it is no text.
    """
    path = _find(name or DEFAULT_MODEL, models_folder(), ".csv", "light model")
    outline = path.with_name(f"{path.stem}-outline.csv")
    return _text(path), _text(outline) if outline.exists() else "", str(path)


def read_rules(name: str | None, model: LightModel) -> RuleSet:
    """Read a rules file: a file, or the name of a shipped one; without a name the rules made for the model.

    Raises:
        SettingsError: With all that is wrong with it.
    """
    path = _rules_path(name) or _rules_made_for(model)
    try:
        return load_rules(_text(path), str(path), vocabulary(model))
    except SettingsError as error:
        if name or not all(map(_is_of_zones, error.problems)):
            raise
        trouble = f'the rules that come with Sharky do not fit the model "{model.name}", whose zones are {", ".join(model.zones)}'
        raise SettingsError(
            Problem(trouble, "say --rules any-model, which lights all zones alike; or write your own, and say --rules FILE")
        ) from error


def read_light(model: str | None, rules: str | None) -> tuple[LightModel, RuleSet]:
    """Read a light model and the rules for it, each as its own function does.

    Raises:
        SettingsError: With all that is wrong with either, but for zones that only the model could tell.
    """
    try:
        used = read_model(model)
    except SettingsError as error:
        raise SettingsError([*error.problems, *_wrong_in_any_case(rules)]) from error
    return used, read_rules(rules, used)


def stories() -> list[Story]:
    """Return the shipped stories, by name."""
    return [load_story(path) for path in find_stories(config_folder() / "stories")]


def read_story(name: str | None) -> Story:
    """Read a story: a capture file with a sidecar, or the name of a shipped one; without a name the first.

    Raises:
        SettingsError: If there is no such story.
    """
    path = _find(name or DEFAULT_STORY, config_folder() / "stories", ".pcapng", "story")
    if not sidecar_of(path).exists():
        trouble = f"{path.name} tells no story: {sidecar_of(path).name} is not beside it"
        raise SettingsError(Problem(trouble, f"play it without one: sharky replay {shlex.quote(str(path))}"))
    return load_story(path)


def story_beside(capture: Path) -> Story | None:
    """Return the story that a capture tells, where it has a sidecar.

    Raises:
        SettingsError: With all that is wrong with it.
    """
    is_told = capture in find_stories(capture.parent) and is_sidecar(sidecar_of(capture))
    return load_story(capture) if is_told else None


def _rules_path(name: str | None) -> Path | None:
    return _find(name, _rules_folder(), ".yaml", "rules file") if name else None


def _rules_made_for(model: LightModel) -> Path:
    path = _rules_folder() / f"{model.name}.yaml"
    return path if path.exists() else _rules_folder() / f"{DEFAULT_RULES}.yaml"


def _rules_folder() -> Path:
    return config_folder() / "rules"


def _wrong_in_any_case(rules: str | None) -> list[Problem]:
    """Return what is wrong with rules whatever the zones of the model are for which they are meant."""
    try:
        read_rules(rules, read_model(None))
    except SettingsError as error:
        return [problem for problem in error.problems if not _is_of_zones(problem)]
    return []


def _is_of_zones(problem: Problem) -> bool:
    return problem.message.startswith("unknown zone")


def _find(name: str, folder: Path, ending: str, what: str) -> Path:
    shipped = folder / f"{name}{ending}"
    for path in (Path(name), shipped):
        if path.is_file():
            return path
    names = sorted(path.stem for path in folder.glob(f"*{ending}") if not path.stem.endswith("-outline"))
    raise SettingsError(Problem(f"no {what} {name!r}", f"name a file, or one that comes with Sharky; {did_you_mean(name, names)}"))


def _text(path: Path) -> str:
    """Return a settings file's text without the mark that some editors put before it (U+FEFF)."""
    return read_text(path).removeprefix("\ufeff")
