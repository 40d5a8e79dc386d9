"""The doctor, on machines that are nothing but a few files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sharky.app.doctor import can_run, examine
from sharky.app.doctor.findings import Finding
from sharky.app.doctor.machine import Machine
from sharky.cli import main
from sharky.model.quoting import quoted
from sharky.placement.memory import Before, Memory

PIP = f"{sys.executable} -m pip install"

RASPBERRY = {
    "proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0",
    "proc/net/packet": "sk RefCnt\n",
    "proc/sys/kernel/osrelease": "6.12.20\n",
    "proc/meminfo": "MemTotal: 4000000 kB\nMemAvailable:  2000000 kB\n",
    "proc/mounts": "/dev/mmcblk0p2 / ext4 rw,noatime 0 0\n",
    "proc/swaps": "Filename Type Size Used Priority\n/dev/zram0 partition 1 0 100\n",
    "proc/uptime": "86400.00 1.00\n",
    "sys/block/mmcblk0/stat": "1 0 8 0 1 0 2000000 0 0 0 0\n",
    "sys/class/net/lo/type": "772\n",
    "dev/gpiochip0": "",
    "dev/spidev0.0": "",
}
PORT = {"type": "1\n", "flags": "0x1003\n", "carrier": "1\n", "speed": "1000\n", "duplex": "full\n", "mtu": "1500\n", "device/vendor": "x"}
BRIDGE = {
    "bridge/stp_state": "0",
    "bridge/multicast_snooping": "0",
    "bridge/group_fwd_mask": "0xfff8",
    "brif/eth0/x": "",
    "brif/eth1/x": "",
    "type": "1",
}


def interface(name: str, files: dict[str, str]) -> dict[str, str]:
    return {f"sys/class/net/{name}/{file}": text for file, text in files.items()}


HEALTHY = RASPBERRY | interface("eth0", PORT) | interface("eth1", PORT)


def machine(root: Path, files: dict[str, str], **told: object) -> Machine:
    for place, text in files.items():
        path = root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    usual: dict[str, object] = {
        "rights": {"CAP_NET_RAW", "CAP_NET_ADMIN"},
        "is_clock_right": lambda: True,
        "free_bytes": lambda _: 10**10,
        "is_installed": lambda _: True,
        "may_use": lambda _: True,
        "now_s": lambda: 1.8e9,
        "merging": lambda _: (),
    }
    return Machine(root, **(usual | told))  # type: ignore[arg-type]


def said(findings: list[Finding]) -> str:
    return "\n".join(f"{finding.level}: {finding.message} -> {finding.mend}" for finding in findings if finding.level != "good")


def test_a_healthy_raspberry_pi_has_nothing_to_mend(tmp_path: Path) -> None:
    findings = examine(machine(tmp_path, HEALTHY))
    assert said(findings) == ""
    assert can_run(findings)
    assert {finding.area for finding in findings} == {"interfaces", "rights", "kernel", "clock", "gpio", "spi", "memory", "disk", "card"}


@pytest.mark.parametrize(
    ("files", "told", "expected"),
    [
        (interface("eth1", {"carrier": "0"}), {}, "hint: eth1 has no link -> plug in its cable"),
        (interface("eth1", {"flags": "0x1002"}), {}, "hint: eth1 is switched off -> sudo ip link set eth1 up"),
        (interface("eth1", {"speed": "100"}), {}, "hint: eth1 has agreed on no more than 100 Mbit/s, full duplex -> try another cable"),
        (interface("eth1", {"duplex": "half"}), {}, "half duplex -> try another cable"),
        (
            {},
            {"merging": lambda name: ("gro", "tso") if name == "eth1" else ()},
            "hint: eth1 merges packets (gro, tso): Sharky sees fewer and longer ones than there are on the cable -> "
            "sudo ethtool -K eth1 gro off tso off",
        ),
        (interface("eth1", {"wireless/x": ""}), {}, "hint: a bridge needs two Ethernet interfaces, and here is only eth0 -> plug in"),
        (interface("br0", BRIDGE | {"bridge/stp_state": "1"}), {}, "(stp_state) -> sudo ip link set br0 type bridge stp_state 0"),
        (interface("br0", BRIDGE | {"bridge/group_fwd_mask": "0x0"}), {}, "type bridge group_fwd_mask 65528"),
        (
            interface("br0", BRIDGE) | {"proc/sys/net/bridge/bridge-nf-call-iptables": "1"},
            {},
            "may vanish there -> sudo sysctl -w net.bridge.bridge-nf-call-iptables=0",
        ),
        ({}, {"rights": {"CAP_NET_RAW"}}, "hint: may not change the network"),
        ({}, {"is_clock_right": lambda: False}, "not synchronised: quiet hours and logs may be wrong -> sudo timedatectl set-ntp true"),
        ({}, {"now_s": lambda: 100.0}, "hint: the clock has never been set"),
        ({}, {"is_installed": lambda name: name != "lgpio"}, f"hint: lgpio not installed -> {PIP} 'sharky[pi]'"),
        ({}, {"is_installed": lambda name: name != "scapy"}, f"hint: scapy not installed -> {PIP} 'sharky[live]'"),
        ({}, {"may_use": lambda _: False}, 'GPIO is there, and you may not use it -> sudo usermod -aG gpio "$USER"'),
        ({"proc/meminfo": "MemAvailable: 150000 kB"}, {}, "hint: only 146 MiB of memory free"),
        ({}, {"free_bytes": lambda _: 400_000_000}, "hint: only 400 MB free -> sudo apt-get clean"),
        ({"proc/mounts": "/dev/mmcblk0p2 / ext4 rw,relatime 0 0"}, {}, "written to the card -> sudo mount -o remount,noatime /"),
        ({"proc/mounts": "/dev/mmcblk0p2 / ext4 ro,noatime 0 0"}, {}, "hint: the file system is read-only"),
        ({"proc/swaps": "Filename\n/var/swap file 1 0 -2\n"}, {}, "swapped to the card (/var/swap) -> sudo swapoff /var/swap"),
        ({"var/log/journal/1/x": ""}, {}, "hint: the system's journal is written to the card"),
        ({"sys/block/mmcblk0/stat": "1 0 8 0 1 0 200000000 0"}, {}, "hint: 102 GB a day are written to the card"),
        ({"sys/block/mmcblk0/device/life_time": "0x01 0x0a"}, {}, "hint: the card says that it has lived through 90 % of its life"),
        ({"sys/class/hwmon/hwmon1/in0_lcrit_alarm": "1"}, {}, "hint: the voltage is, or was, too low"),
        ({"sys/class/thermal/thermal_zone0/temp": "82000"}, {}, "hint: thermal_zone0 is at 82 °C"),
    ],
)
def test_what_could_be_better_is_a_hint_with_the_way_to_mend_it(
    tmp_path: Path, files: dict[str, str], told: dict[str, object], expected: str
) -> None:
    findings = examine(machine(tmp_path, HEALTHY | files, **told))
    assert expected in said(findings)
    assert can_run(findings)


@pytest.mark.parametrize(
    ("files", "told", "expected"),
    [
        (RASPBERRY, {}, "trouble: there is no network interface"),
        (HEALTHY, {"rights": set()}, "trouble: may not take in packets: CAP_NET_RAW is missing -> sudo setpriv"),
        (HEALTHY | {"proc/meminfo": "MemAvailable: 50000 kB"}, {}, "trouble: only 48 MiB of memory free, and Sharky needs 80"),
        (HEALTHY, {"free_bytes": lambda _: 1}, "trouble: only 0 MB free"),
    ],
)
def test_what_keeps_sharky_from_running_is_trouble(tmp_path: Path, files: dict[str, str], told: dict[str, object], expected: str) -> None:
    findings = examine(machine(tmp_path, files, **told))
    assert expected in said(findings)
    assert not can_run(findings)


def test_a_kernel_without_packet_sockets_is_trouble(tmp_path: Path) -> None:
    files = {place: text for place, text in HEALTHY.items() if place != "proc/net/packet"}
    assert "sudo modprobe af_packet" in said(examine(machine(tmp_path, files)))


def test_spi_is_only_missed_on_a_raspberry_pi(tmp_path: Path) -> None:
    files = {place: text for place, text in HEALTHY.items() if "spidev" not in place}
    assert "sudo raspi-config nonint do_spi 0" in said(examine(machine(tmp_path / "pi", files | {"usr/bin/raspi-config": ""})))
    assert "image/layer/README.md" in said(examine(machine(tmp_path / "card", files)))
    del files["proc/device-tree/model"]
    assert said(examine(machine(tmp_path / "laptop", files))) == ""


@pytest.mark.parametrize("name", ["eth1", "e$(reboot);x"])
@pytest.mark.parametrize(
    ("place", "state", "mend"),
    [
        ("run/NetworkManager/devices/3", "managed=true", "nmcli device set"),
        ("run/systemd/netif/links/3", "ADMIN_STATE=configured", "networkctl"),
    ],
)
def test_who_looks_after_a_port_of_sharkys_bridge_is_told_with_the_way_out(
    tmp_path: Path, name: str, place: str, state: str, mend: str
) -> None:
    port = interface("sharky0", {f"brif/{name}/x": ""}) | interface(name, {"ifindex": "3\n"})
    files = HEALTHY | interface("sharky0", BRIDGE) | port | {place: state, "proc/sys/kernel/random/boot_id": "this run"}
    assert mend not in said(examine(machine(tmp_path, files, state=tmp_path / "state")))
    Memory(tmp_path / "state").keep(Before("bridge", "sharky0", "this run", 1.0, ()))
    (found,) = [finding for finding in examine(machine(tmp_path, files, state=tmp_path / "state")) if mend in finding.mend]
    assert f"looks after {quoted(name)}, a port of sharky0" in found.message
    assert f" {quoted(name)} " in found.mend


def test_an_empty_machine_is_examined_without_an_error(tmp_path: Path) -> None:
    assert not can_run(examine(machine(tmp_path, {})))


@pytest.mark.parametrize("place", [*HEALTHY, "sys/block/mmcblk0/device/life_time", "sys/class/thermal/thermal_zone0/temp"])
def test_a_file_full_of_nonsense_is_examined_without_an_error(tmp_path: Path, place: str) -> None:
    for text in ("", "\0", "nonsense", "0xzz x x x x x x x x", "-1", "9" * 5000):
        examine(machine(tmp_path, HEALTHY | {place: text}))


def test_the_command_says_so_by_its_exit_code() -> None:
    result = CliRunner().invoke(main, ["doctor"])
    assert result.exit_code in (0, 1)
    assert ("cannot run here" in result.output) == bool(result.exit_code)


@pytest.mark.parametrize(
    "change", [{"flags": "0x1002"}, {"speed": "100"}, {"bridge/stp_state": "1"}, {}], ids=["off", "slow", "bridge", "merging"]
)
def test_no_name_of_an_interface_does_anything_in_a_command(tmp_path: Path, change: dict[str, str]) -> None:
    name = "e$(reboot);x"
    files = PORT | ({"bridge/multicast_snooping": "0", "bridge/group_fwd_mask": "0xfff8"} if "bridge/stp_state" in change else {}) | change
    found = examine(machine(tmp_path, RASPBERRY | interface(name, files), merging=lambda _: ("gro",)))
    mends = [finding.mend for finding in found if "e$(reboot)" in finding.mend]
    assert mends
    assert all("'e$(reboot);x'" in mend for mend in mends)
