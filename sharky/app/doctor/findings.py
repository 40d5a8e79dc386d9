"""What the doctor says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["good", "hint", "trouble"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        area: "interfaces", "bridge", "rights" and so on.
        level: "trouble" keeps Sharky from running; with a "hint" it runs, but could do better.
        message: What was found.
        mend: The command that mends it, or what to do; empty where there is nothing to mend.
    """

    area: str
    level: Level
    message: str
    mend: str = ""
