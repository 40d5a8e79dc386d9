"""Wi-Fi as the owner writes it down, for looking at the page: `wifi.yaml` in the owner's folder."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sharky.model.errors import Problem, SettingsError
from sharky.settings.document import parse_document
from sharky.settings.sections import Key, Section, read_keys
from sharky.settings.sources import TextError

COUNTRY = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class Wifi:
    """A Wi-Fi network: its name, the password, and the country whose rules the radio keeps."""

    name: str
    password: str
    country: str


@cache
def wifi_keys() -> dict[str, dict[str, Key]]:
    """Return the keys of the file."""
    return read_keys(files("sharky.appliance").joinpath("wifi_keys.csv").read_text("utf-8").splitlines())


def read_wifi(text: str, file: str) -> Wifi:
    r"""Read the owner's Wi-Fi.

    Raises:
        SettingsError: With all that is wrong with it.

    >>> read_wifi("version: 1\nname: home\npassword: correct horse\ncountry: DE", "wifi.yaml").country
    'DE'
    """
    problems: list[Problem] = []
    section = Section(parse_document(text, file), wifi_keys()["file"], problems)
    section.integer("version")
    wifi = Wifi(
        name=section.parsed("name", _parse_name, ""),
        password=section.parsed("password", _parse_password, ""),
        country=section.parsed("country", _parse_country, ""),
    )
    if problems:
        raise SettingsError(problems)
    return wifi


def supplicant_text(wifi: Wifi) -> str:
    """Return the configuration of wpa_supplicant; name and key are written in hex, so that nothing in them can be taken for more.

    The key is derived as IEEE 802.11 does it (annex J.4.1); the password itself is not written.
    """
    lines = [f"country={wifi.country}", "ctrl_interface=DIR=/run/wpa_supplicant", "network={", f"  ssid={wifi.name.encode().hex()}"]
    if wifi.password:
        key = hashlib.pbkdf2_hmac("sha1", wifi.password.encode(), wifi.name.encode(), 4096, 32)
        lines += [f"  psk={key.hex()}", "  key_mgmt=WPA-PSK WPA-PSK-SHA256", "  ieee80211w=1"]
    else:
        lines.append("  key_mgmt=NONE")
    return "\n".join([*lines, "}", ""])


def _parse_name(text: str) -> str:
    if not 1 <= len(text.encode()) <= 32:
        raise TextError("the name of a Wi-Fi network has 1 to 32 bytes", "write it as your phone shows it", width=max(1, len(text)))
    return text


def _parse_password(text: str) -> str:
    if text and not (8 <= len(text) <= 63 and text.isascii()):
        raise TextError("the password of a Wi-Fi network has 8 to 63 characters without accents", "see the router's label", width=len(text))
    return text


def _parse_country(text: str) -> str:
    if not COUNTRY.fullmatch(text):
        raise TextError(f'"{text[:40]}" is not a country', "two capital letters, such as DE, GB or US", width=max(1, len(text)))
    return text
