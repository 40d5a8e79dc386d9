"""The guardian begins in a scope of its own, or without one, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from sharky.model.errors import PlacementError
from sharky.placement.guardian import Guardian


@pytest.mark.parametrize("has_systemd", [True, False])
def test_where_no_scope_can_be_had_the_guardian_begins_without_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_systemd: bool
) -> None:
    (tmp_path / "systemd-run").write_text(f'#!/bin/sh\necho "$@" >{tmp_path}/asked\nexit 1\n')
    (tmp_path / "systemd-run").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    if has_systemd:
        (tmp_path / "run/systemd/system").mkdir(parents=True)
    with pytest.raises(PlacementError, match=r"the guardian does not start: .*nothing is remembered of lo"):
        Guardian(tmp_path / "state", "lo", tmp_path)
    assert (tmp_path / "asked").exists() == has_systemd
