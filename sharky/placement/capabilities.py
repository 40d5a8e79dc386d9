"""The rights that this process holds (capabilities(7))."""

from __future__ import annotations

from pathlib import Path

NUMBERS = {"CAP_NET_ADMIN": 12, "CAP_NET_RAW": 13}
"""As linux/capability.h numbers them."""


def held_rights(root: Path = Path("/")) -> frozenset[str]:
    """Return those of `NUMBERS` that are in force; none where that cannot be read."""
    try:
        lines = (root / "proc/self/status").read_text().splitlines()
    except OSError:
        return frozenset()
    mask = next((int(line.split()[1], 16) for line in lines if line.startswith("CapEff:")), 0)
    return frozenset(name for name, number in NUMBERS.items() if mask >> number & 1)
