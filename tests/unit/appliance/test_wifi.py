from __future__ import annotations

import stat
from pathlib import Path

import pytest

from sharky.appliance.boot import write_wifi
from sharky.appliance.keeping import Kept
from sharky.appliance.wifi import Wifi, supplicant_text


def test_the_key_is_the_standards_own_example() -> None:
    """IEEE 802.11-2020 annex J.4.2, and nothing of the password is written."""
    text = supplicant_text(Wifi("IEEE", "password", "US"))
    assert "psk=f42c6fc52df0ebef9ebb4b90b38a5f902e83fe1b135a70e23aed762e9710a12e" in text
    assert "password" not in text


@pytest.mark.parametrize("name", ['a"\n}\nnetwork={', "home", "Zähne"])
def test_no_name_can_be_taken_for_more(name: str) -> None:
    lines = supplicant_text(Wifi(name, "", "DE")).splitlines()
    assert [line for line in lines if "ssid" in line] == [f"  ssid={name.encode().hex()}"]
    assert len(lines) == 6


def test_only_root_may_read_it_and_it_goes_with_the_owners_file(tmp_path: Path) -> None:
    kept, path = Kept(tmp_path / "data"), tmp_path / "wpa.conf"
    kept.take("wifi.yaml", "version: 1\nname: home\npassword: correct horse\ncountry: DE\n")
    assert write_wifi(kept, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept.put_away("wifi.yaml")
    assert not write_wifi(kept, path)
    assert not path.exists()
