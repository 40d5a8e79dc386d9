"""The owner's files, as an editor left them: settings, Wi-Fi and consent make sense, or are refused with problems that name a place."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Interface

from sharky.appliance.settings import Machine, read_machine
from sharky.appliance.texts import meant
from sharky.appliance.wifi import Wifi, read_wifi, supplicant_text
from sharky.model.errors import SharkyError
from sharky.placement.consent import MAXIMUM_TARGETS, Consent, read_consent
from sharky.placement.targets import Ground, choose_addresses
from tests.fuzz.targets.problems import check_problems

LINE = re.compile(r"country=[A-Z]{2}|ctrl_interface=\S+|network=\{|  (ssid|psk)=[0-9a-f]+|  key_mgmt=[A-Z0-9 -]+|  ieee80211w=1|\}|")
"""What wpa_supplicant's configuration is made of; of the owner's words only the country is not in hex."""

GROUND = Ground(IPv4Interface("192.168.1.2/24"), "02:00:00:00:00:02", IPv4Address("192.168.1.1"))
ELSEWHERE = ("8.8.8.8", "127.0.0.1", "192.168.1.1", "192.168.1.2", "192.168.1.255", "192.168.2.20")


def check_owners(octets: bytes) -> None:
    """Take octets for each file that an owner writes on the card."""
    try:
        text = meant(octets, "fuzzed.yaml", is_yaml=True)
    except SharkyError as error:
        return check_problems(error)
    for read in (read_machine, read_wifi, read_consent):
        try:
            _check(read(text, "fuzzed.yaml"))
        except SharkyError as error:
            check_problems(error)
    return None


def _check(read: Machine | Wifi | Consent) -> None:
    if isinstance(read, Machine):
        assert 0 <= read.brightness <= 1
        assert 1 <= read.port <= 65535
    elif isinstance(read, Wifi):
        assert all(LINE.fullmatch(line) for line in supplicant_text(read).split("\n"))
    else:
        assert len(read.targets) <= MAXIMUM_TARGETS
        names = {target.text: ELSEWHERE for target in read.targets}
        chosen, _ = choose_addresses(read, GROUND, names, {})
        assert all(IPv4Address(address) in GROUND.own.network for address in chosen)
        assert not set(ELSEWHERE) & set(chosen)
