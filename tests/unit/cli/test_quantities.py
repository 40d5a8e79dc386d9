from __future__ import annotations

from pathlib import Path

import pytest

from sharky.cli.quantities import recording_of
from sharky.model.errors import SettingsError


def test_what_is_to_be_recorded_may_be_chosen_by_a_filter(tmp_path: Path) -> None:
    everything, lookups = recording_of(tmp_path, 1_000_000, 60 * 10**9), recording_of(tmp_path, 1_000_000, 60 * 10**9, "dns")
    assert everything
    assert lookups
    assert (everything.passing, lookups.passing is None) == (None, False)
    assert recording_of(None, 1_000_000, 60 * 10**9) is None
    with pytest.raises(SettingsError, match="dms"):
        recording_of(tmp_path, 1_000_000, 60 * 10**9, "dms")
