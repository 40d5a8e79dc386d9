"""The rules language written down, made from the tables with which it is loaded: so it cannot promise what is not there."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

from sharky.model.rules import STEP_NS, Vocabulary
from sharky.rules.conditions import LONGEST_WINDOW_NS, MEASURES, OPERATORS
from sharky.rules.filters.automaton import MOST_STATES
from sharky.rules.filters.fields import fields, protocols
from sharky.rules.filters.lexer import operators
from sharky.rules.filters.literals import TYPES
from sharky.rules.filters.octets import searched
from sharky.rules.loading import ALL_ZONES, EVENTS, FOLLOW, MAXIMUM_RULES, rule_keys
from sharky.settings.quantities import BYTE_UNITS, DURATION_UNITS, SECOND_NS
from sharky.settings.reference import codes, filled, key_table, table
from sharky.settings.sections import LATER, Key

SOME_COLOURS = ("white", "red", "orange", "gold", "limegreen", "turquoise", "deepskyblue", "royalblue", "hotpink")


def reference_markdown(vocabulary: Vocabulary) -> str:
    """Return the reference of the rules language as Markdown."""
    return filled(files("sharky.rules").joinpath("reference_template.md").read_text("utf-8"), _parts(vocabulary))


def _parts(vocabulary: Vocabulary) -> dict[str, str]:
    known = protocols().values()
    return {
        **{f"keys of {section}": key_table(keys.values()) for section, keys in rule_keys().items()},
        "duration units": codes(DURATION_UNITS),
        "patterns": table(("pattern", "what it does"), ((f"`{name}`", text) for name, text in vocabulary.patterns.items())),
        "zones": codes(vocabulary.zones),
        "some colours": codes(name for name in SOME_COLOURS if name in vocabulary.colours),
        "measures": table(
            ("measure", "what it is", "example"), ((f"`{name}`", text, f"`{example}`") for name, (_, example, text) in MEASURES.items())
        ),
        "comparisons": codes(OPERATORS),
        "window range": f"{STEP_NS // 1_000_000} ms to {LONGEST_WINDOW_NS // (60 * SECOND_NS)} min",
        "steps": str(SECOND_NS // STEP_NS),
        "byte units": codes(BYTE_UNITS),
        "operators": table(
            ("operator", "also", "meaning"), ((f"`{name}`", codes(also), text) for name, (also, text) in operators().items())
        ),
        "sliced": codes(searched()),
        "searched": codes(searched()),
        "states": f"{MOST_STATES:,}",
        "types": table(("type", "what it is", "such as"), ((name, what, examples) for name, (what, examples) in TYPES.items())),
        "fields": table(("field", "type", "what it is"), ((f"`{one.name}`", one.type, one.description) for one in fields().values())),
        "protocols": table(("protocol", "what it is"), ((f"`{one.name}`", one.description) for one in known if one.is_everyday)),
        "other protocols": ", ".join(one.name for one in known if not one.is_everyday),
    }


def schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return a JSON Schema of rules files, for editors; the loader checks more than a schema can."""
    light = _object("show", vocabulary)
    rule = _object("rule", vocabulary)
    rule["properties"]["show"] = light
    whole = _object("file", vocabulary)
    whole["properties"]["rules"] = {"type": "array", "maxItems": MAXIMUM_RULES, "items": rule}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Rules of Sharky", **whole}


def _object(section: str, vocabulary: Vocabulary) -> dict[str, Any]:
    keys = [key for key in rule_keys()[section].values() if key.kind != LATER]
    properties = {name: _property(key, vocabulary) for key in keys for name in (key.name, key.other_name) if name}
    needed = [key.name for key in keys if key.is_required and not key.other_name]
    either = [{"anyOf": [{"required": [key.name]}, {"required": [key.other_name]}]} for key in keys if key.is_required and key.other_name]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": needed,
        **({"allOf": either} if either else {}),
    }


def _property(key: Key, vocabulary: Vocabulary) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = {
        "integer": {"type": "integer", **_limits(key)},
        "number": {"type": "number", **_limits(key)},
        "boolean": {"type": "boolean"},
        "duration": {"type": "string", "pattern": rf"^[0-9]+(\.[0-9]+)? *({'|'.join(map(re.escape, DURATION_UNITS))})$"},
        "pattern": {"enum": list(vocabulary.patterns)},
        "zone": {"type": "string", "examples": [*vocabulary.zones, ALL_ZONES]},
        "follow": {"enum": list(FOLLOW)},
        "event": {"enum": list(EVENTS)},
        "colours": {"type": "object", "additionalProperties": {"type": "string"}},
        "lists": {"type": "object", "additionalProperties": {"type": "array", "minItems": 1, "items": {"type": ["string", "number"]}}},
    }
    return {"description": key.description, **kinds.get(key.kind, {"type": "string"})}


def _limits(key: Key) -> dict[str, float]:
    limits = (("minimum", key.lowest), ("maximum", key.highest)) if key.kind in ("integer", "number") else ()
    return {name: int(limit) for name, limit in limits if limit}
