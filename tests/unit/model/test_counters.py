"""What is counted has a meaning that a person can read."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import sharky
from sharky.capture.pcapng import PASSED_OVER
from sharky.model.columns import PROBLEMS
from sharky.model.counters import meanings
from sharky.tally.levels import WIDTHS

PACKAGE = Path(sharky.__file__).parent
MADE = {*PASSED_OVER.values(), *filter(None, PROBLEMS), *(f"{level}_pairs_beyond_limit" for level in WIDTHS)}
"""Names that are not written where they are counted."""

OF_THE_ENGINE = {"flashes_held_back", "frames_dimmed", "page_entries_cut"}
"""What the page counts beside the counters."""


def counted(node: ast.AST) -> Iterator[str]:
    """Yield the names of counters that a piece of the program has."""
    match node:
        case ast.Call(func=ast.Name(id="Counters" | "Counter"), args=args, keywords=keywords):
            yield from (keyword.arg for keyword in keywords if keyword.arg)
            yield from texts(key for arg in args if isinstance(arg, ast.Dict) for key in arg.keys if key)
        case ast.Call(func=ast.Name(id="DamageError"), args=[_, _, name]):
            yield from filter(None, texts(ast.walk(name)))
        case (
            ast.Call(func=ast.Attribute(attr="skip" | "note"), args=[name, _, _, *_])
            | ast.Call(func=ast.Name(id="Odd"), args=[name, _])
            | ast.Return(ast.Tuple([name, _, ast.Lambda()]))
        ):
            yield from filter(None, texts(ast.walk(name)))
        case ast.Subscript(value=value, slice=name) if "counters" in ast.unparse(value) or ast.unparse(value) == "left_out":
            yield from texts(ast.walk(name))


def texts(nodes: Iterable[ast.AST]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def test_every_counter_says_what_it_counts_and_none_is_left_that_nobody_counts() -> None:
    trees = (ast.parse(path.read_text("utf-8")) for path in PACKAGE.rglob("*.py"))
    names = set(chain.from_iterable(counted(node) for tree in trees for node in ast.walk(tree)))
    assert {"names_skipped", "dropped", "cut_packets"} <= names
    assert set(meanings()) == names | MADE | OF_THE_ENGINE
