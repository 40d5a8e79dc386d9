"""The settings of a machine and of its card written down, made from the tables with which they are read."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from sharky.appliance.settings import OUTPUTS, USES, machine_keys, shipped_models
from sharky.appliance.wifi import wifi_keys
from sharky.placement.consent import placement_keys
from sharky.settings.owned import owned_keys
from sharky.settings.reference import codes, filled, key_table
from sharky.settings.sections import Key


def settings_markdown() -> str:
    """Return the reference of the settings as Markdown."""
    return filled(files("sharky.appliance").joinpath("reference_template.md").read_text("utf-8"), _parts())


def _parts() -> dict[str, str]:
    tables: dict[str, Mapping[str, Mapping[str, Key]]] = {"sharky": machine_keys(), "wifi": wifi_keys(), "devices": owned_keys()}
    tables["sharky"] = {**tables["sharky"], "mitm": placement_keys()["mitm"]}
    keys = {f"{name} {section}": key_table(found.values()) for name, sections in tables.items() for section, found in sections.items()}
    return {**keys, "models": codes(shipped_models()), "outputs": codes(OUTPUTS), "uses": codes(USES)}
