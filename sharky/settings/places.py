"""Where the files that come with Sharky are: in a checkout at its root, else inside the installed package."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
OF_THIS_MACHINE = Path("/etc/sharky/sharky.yaml")


def config_folder() -> Path:
    """Return the folder with the rules and settings that come with Sharky."""
    return _first(PACKAGE.parent / "config", PACKAGE / "data" / "config")


def models_folder() -> Path:
    """Return the folder with the light models that come with Sharky."""
    return _first(PACKAGE.parent / "hardware" / "models", PACKAGE / "data" / "models")


def settings_file() -> Path:
    """Return the settings of this machine; where it has none, those that come with Sharky."""
    return OF_THIS_MACHINE if OF_THIS_MACHINE.is_file() else config_folder() / "sharky.yaml"


def _first(checkout: Path, installed: Path) -> Path:
    """Return the folder in the checkout where this is one; a wheel's neighbours are other people's packages."""
    return checkout if (PACKAGE.parent / "pyproject.toml").is_file() else installed
