"""Nothing is lost silently: what was dropped, cut, clamped or not understood is counted under a name."""

from __future__ import annotations

from collections import Counter

Counters = Counter[str]
"""How often each thing went wrong or was left out, by a name such as `truncated` or `damaged_bytes`."""
