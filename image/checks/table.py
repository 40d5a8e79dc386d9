"""What was checked: each line with whether it held, and what was measured."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Table:
    """The lines so far: whether it held, what, and what was measured."""

    rows: list[tuple[bool, str, str]] = field(default_factory=list)

    def note(self, is_held: object, what: str, measured: str = "") -> None:
        """Add a line, and show it."""
        self.rows.append((bool(is_held), what, measured))
        print(f"{'held    ' if is_held else 'NOT HELD'}  {what}{f': {measured}' if measured else ''}", flush=True)

    @property
    def fallen(self) -> list[str]:
        """What did not hold."""
        return [what for is_held, what, _ in self.rows if not is_held]
