"""Tables of Markdown for the references, made from the tables of keys with which files are read: so they promise only what is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sharky.settings.sections import LATER, Key


def key_table(keys: Iterable[Key]) -> str:
    """Return the keys of a mapping as a table."""
    rows = []
    for key in keys:
        if key.kind != LATER:
            name = f"`{key.name}`" + (f", `{key.other_name}`" if key.other_name else "")
            limits = f" ({key.lowest} to {key.highest})" if key.lowest and key.lowest != key.highest else ""
            default = "**needed**" if key.is_required else key.default or "none"
            rows.append((name, key.description + limits, default, f"`{key.example}`"))
    return table(("key", "what it is", "default", "such as"), rows)


def table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Return a table of Markdown.

    >>> table(["key"], [["a|b"]])
    '| key |\n| --- |\n| a\\|b |'
    """
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def codes(names: Iterable[str]) -> str:
    """Return names as code, with commas between.

    >>> codes(["eyes", "fin"])
    '`eyes`, `fin`'
    """
    return ", ".join(f"`{name}`" for name in names)


def filled(template: str, parts: dict[str, str]) -> str:
    """Return a template with each {name} replaced by its part."""
    for name, part in parts.items():
        template = template.replace("{" + name + "}", part)
    return template
