"""What was changed from the page: in force at once, and kept where the owner's disk is, so that it outlives a restart.

The owner's files stay as they are. A slider that is pulled asks ten times a second; a card wears out by writing, so what is wanted is
written down when it has been the same for a while, and at the end.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sharky.app.changes_file import Changed, read_changes, write_changes
from sharky.app.wishes import with_wishes
from sharky.model.rules import RuleSet

SETTLED_S = 2.0
"""For how long nothing has to change before it is written down."""


class Changes:
    """What is in force besides the files; all of it is safe in any thread.

    Args:
        path: Where it is kept; None for as long as this object lives.
        most: The brightness that the owner's file has.
        dim: Told which brightness is wanted; None for that of the file.
        now_s: A clock that nobody sets.
    """

    def __init__(
        self, path: Path | None, most: float, dim: Callable[[float | None], None], now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self.path, self.most = path, most
        self._dim, self._now_s = dim, now_s
        self._lock = threading.Lock()
        self._unwritten_since_s: float | None = None
        self._trouble = ""
        self.changed = self._read()
        dim(self.changed.brightness)

    @property
    def count(self) -> int:
        """How many settings are otherwise than the files have them."""
        return len(self.changed.rules) + (self.changed.brightness is not None)

    def take(self, request: Mapping[str, Any], written: RuleSet) -> None:
        """Change what a request asks for.

        Raises:
            SharkyError: With all that is wrong with it; nothing is changed then.
        """
        with self._lock:
            self._put(with_wishes(self.changed, request, written, self.most))

    def undo(self) -> None:
        """Let the files hold again, in everything."""
        with self._lock:
            self._put(Changed())

    def applied(self, rules: RuleSet) -> RuleSet:
        """Return rules with those on and off that a person wanted so."""
        switched = self.changed.rules
        return replace(rules, rules=tuple(replace(rule, is_enabled=switched.get(rule.name, rule.is_enabled)) for rule in rules.rules))

    def notes(self) -> tuple[str, ...]:
        """Tell what went wrong with what is kept."""
        return (self._trouble,) if self._trouble else ()

    def keep(self, settled_s: float = 0.0) -> None:
        """Write down what was changed, if that was at least `settled_s` ago."""
        with self._lock:
            since_s = self._unwritten_since_s
            if self.path is None or since_s is None or self._now_s() - since_s < settled_s:
                return
            self._unwritten_since_s, self._trouble = None, ""
            try:
                write_changes(self.path, self.changed, self.most)
            except OSError as error:
                self._trouble = f"what was changed on the page holds until Sharky begins anew, since it cannot be kept: {error.strerror}"

    def _put(self, changed: Changed) -> None:
        self.changed = changed
        self._unwritten_since_s = self._now_s()
        self._dim(changed.brightness)

    def _read(self) -> Changed:
        if self.path is None:
            return Changed()
        try:
            return read_changes(self.path, self.most)
        except (OSError, ValueError):
            self._trouble = "what was changed on the page before cannot be read, and the files hold: change it again"
            return Changed()
