"""Proves what the card does: it boots, it bridges, packets become light, and neither a crash nor a mistake of the owner hurts it."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

from image.checks.bed import Bed
from image.checks.changes import changed, changes, give_code
from image.checks.clocks import clock_is_set, give_quiet_hours, sleeps
from image.checks.guest import Guest
from image.checks.machine import CheckError, wait_for
from image.checks.network import ROUTER, ping, sees
from image.checks.powercuts import Saved, replay
from image.checks.table import Table
from image.checks.wireless import refused
from image.checks.writelog import entries_so_far
from tests.live.house import Host

VERSIONS = 6
FOLDER = "/boot/firmware"
SAVE = (
    f"mount -o remount,rw {FOLDER} && printf '{{text}}' >{FOLDER}/sharky/rules.yaml && sync && mount -o remount,ro {FOLDER}"
    " && sharky appliance start --needs-mount /data && echo saved"
)
OWN_RULES = "version: 1\r\nrules:\r\n  - {name: %s, when: icmp, while: rate > 0, show: {zone: white, pattern: %s, colour: white}}\r\n"
MOST_MEMORY_MIB = 130
COUNTED_S = 30.0
"""A snapshot is a second old at most; emulated on a busy machine it takes longer."""

HOST_KEY = "cat /data/system/ssh/ssh_host_ed25519_key.pub"
PIN = "cat /sys/devices/platform/gpio-sim.*/gpiochip*/sim_gpio17/value"
LOOKS = f"bash -c 'for i in $(seq 60); do {PIN}; sleep 0.05; done'"
FIRST_LIGHT = f"systemctl stop sharky; systemctl start sharky-light; {LOOKS}; systemctl start sharky"
TOLD = "systemctl show -P ExecMainStartTimestampMonotonic sharky-plugged"

RESOLVE = """
import socket, sys
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.settimeout(10)
sock.sendto(bytes.fromhex("123401000001000000000000" "05736861726b047465737400" "00010001"), (sys.argv[1], 53))
print(*sock.recv(512)[-4:], sep=".")
"""
LLDP = "0180c200000e02000000000188cc0207040200000000010403050161060200780000"
TAGGED = "ffffffffffff020000000001" + "81000007" + "88b5"


def wake(guest: Guest, phone: Host, router: Host, table: Table) -> None:
    """Wait until the machine bridges and its page is there."""
    bridged = wait_for("the bridge", lambda: guest.check_alive() and ping(phone, ROUTER))
    table.note(is_held=True, what="the bridge forwards", measured=f"{bridged:.0f} s after power on, under emulation")
    wait_for("an address by DHCP", lambda: guest.find_address(router))
    wait_for("the page", lambda: guest.page().get("source", {}).get("placement") == "bridge")
    table.note(is_held=True, what="the page is there, as sharky, by DHCP, and says that it is a bridge", measured=f"{guest.age_s():.0f} s")


def crosses(guest: Guest, phone: Host, router: Host, table: Table) -> None:
    """Send all kinds of packets across."""
    table.note(ping(phone, ROUTER, 10), "ping crosses, 10 of 10")
    table.note("10.77.0.9" in phone.run("python3", "-c", RESOLVE, ROUTER, check=False), "DNS crosses")
    started = time.monotonic()
    size = phone.run("sh", "-c", f"curl -s -m 100 http://{ROUTER}:8000/blob | wc -c", timeout=120).strip()
    table.note(size == "5000000", "5 MB cross over TCP", f"{40 / (time.monotonic() - started):.0f} Mbit/s under emulation")
    table.note(sees(router, phone, LLDP, "ether proto 0x88cc"), "LLDP crosses")
    table.note(sees(router, phone, TAGGED, "vlan 7"), "a tagged packet crosses")
    with contextlib.suppress(CheckError):
        wait_for("the count", lambda: _seen_octets(guest) > 5_000_000, COUNTED_S)
    seen = _seen_octets(guest)
    table.note(seen > 5_000_000, "the engine saw what crossed", f"{seen:,} octets")


def _seen_octets(guest: Guest) -> int:
    return int(guest.page().get("window", {}).get("total_bytes", 0))


def lights(guest: Guest, phone: Host, table: Table) -> None:
    """Read the pin of the owner's rule without the packets that it is for, and while they cross; the page counts them."""
    without = guest.ask(f"sleep 5; {LOOKS}").split()
    traffic = phone.start("ping", "-i", "0.2", "-q", ROUTER)
    lit = guest.ask(LOOKS).split()
    traffic.terminate()
    hits = {rule["name"]: rule["hits"] for rule in guest.page().get("rules", [])}.get("mine", 0)
    seen = f"light at {without.count('1')} of {len(without)} looks without ping, at {lit.count('1')} of {len(lit)} with it; {hits} hits"
    table.note(without and "1" not in without and "1" in lit and hits, "packets that cross light their rule's pin, and others do not", seen)


def shines_at_first(guest: Guest, table: Table) -> None:
    """Read a pin of the model while the first light is on: it is dimmed, so on at some looks and off at others."""
    looks = guest.ask(FIRST_LIGHT).split()
    table.note("1" in looks and "0" in looks, "the first light is dim", f"a pin is on at {looks.count('1')} of {len(looks)} looks")


def plugged(guest: Guest, phone: Host, table: Table) -> None:
    """Take the USB adapter out of the second port, and plug it in again; what was there at the start was no reason to look for ports."""
    before = guest.ask(TOLD).strip()
    guest.plug_out()
    cut = wait_for("a word on the port that is gone", lambda: says_of_a_port(guest), 120)
    table.note(not ping(phone, ROUTER), "the page says that an adapter was plugged out", f"after {cut:.0f} s")
    guest.plug_in()
    taken = wait_for("the bridge", lambda: ping(phone, ROUTER), 240)
    told = wait_for("no more word on it", lambda: not says_of_a_port(guest), 120)
    table.note(
        before == "0", "an adapter that is plugged in again is part of the bridge again", f"after {taken:.0f} s; told {told:.0f} s later"
    )


def says_of_a_port(guest: Guest) -> bool:
    """Tell whether the page says that a port is gone."""
    return any("is gone" in note for note in guest.page().get("source", {}).get("notes", []))


def system(guest: Guest, table: Table) -> None:
    """Look at the system from inside."""
    failed = guest.ask("systemctl --failed --plain --no-legend && echo none besides").split()
    table.note(failed == ["none", "besides"], "no unit has failed", " ".join(failed)[:200])
    table.note(guest.ask("findmnt -no OPTIONS /mnt/lower").startswith("ro"), "the root is read-only")
    users = guest.ask("ps -eo user:20,args | grep '[s]harky appliance'").splitlines()
    is_humble = users and "root" not in {line.split()[0] for line in users}
    table.note(is_humble, "nothing of ours runs as root", " | ".join(users)[:200])
    smaps = " ".join(f"/proc/$(systemctl show -P MainPID {unit})/smaps_rollup" for unit in ("sharky", "sharky-web"))
    memory = sum(int(line.split()[1]) for line in guest.ask(f"grep -h ^Pss: {smaps}").splitlines()) / 1024
    table.note(0 < memory <= MOST_MEMORY_MIB, "memory of all our processes", f"{memory:.0f} MiB")
    order(guest, table)
    if len(failed) != 2 or not is_humble:
        print(guest.ask("journalctl --boot --no-pager --lines 80 --priority notice"))


def order(guest: Guest, table: Table) -> None:
    """Look in which order things came up."""
    units = {"sharky-light": "first light", "sharky-appliance": "bridge", "sharky": "engine", "sharky-web": "page"}
    asked = "; ".join(f"systemctl show -P ActiveEnterTimestampMonotonic {unit}" for unit in units)
    times = [int(word) for word in guest.ask(f"{asked}; systemctl show -P UserspaceTimestampMonotonic").split()]
    if len(times) != len(units) + 1:
        raise CheckError(f"the times of units cannot be read: {times}")
    seconds = [(moment - times[-1]) / 1e6 for moment in times[:-1]]
    words = ", ".join(f"{name} {second:.0f} s" for name, second in zip(units.values(), seconds, strict=True))
    table.note(seconds[2] <= seconds[3], "the shark is alive before the page", f"after userspace began, under emulation: {words}")


def killed(guest: Guest, phone: Host, table: Table) -> None:
    """Kill the engine while packets cross."""
    guest.ask("systemctl kill -s KILL sharky; sleep 1; true")
    table.note(ping(phone, ROUTER, 10), "with the engine killed, traffic goes on, 10 of 10")
    taken = wait_for("the engine", lambda: guest.ask("systemctl is-active sharky").strip() == "active", 240)
    table.note(is_held=True, what="the engine comes back", measured=f"{taken:.0f} s")


def knock(guest: Guest) -> None:
    """Wait until the owner's key opens the machine."""
    wait_for("SSH with the owner's key", lambda: guest.ask("echo yes").strip() == "yes", 300)


def rule_names(guest: Guest) -> list[str]:
    """Return the rules in force, once there are any."""
    names: list[str] = []

    def look() -> list[str]:
        names[:] = [rule["name"] for rule in guest.page().get("rules", [])]
        return names

    wait_for("rules in force", look, 300)
    return names


def saves(guest: Guest, log: Path) -> list[Saved]:
    """Have the owner's rules saved again and again; return what the machine said it has saved."""
    saved = list[Saved]()
    for version in range(1, VERSIONS + 1):
        text = (OWN_RULES % (f"v{version}", "solid")).replace("\r\n", "\\r\\n")
        if guest.ask(SAVE.format(text=text)).split()[-1:] == ["saved"]:
            saved.append(Saved(entries_so_far(log), version))
    return saved


def run(bed: Bed) -> None:
    """Let a machine have three lives: a new card, rules of the owner's after a pulled plug, and rules with a mistake."""
    table, phone, router, log = bed.table, bed.phone, bed.router, bed.folder / "writes.log"
    before, card = bed.card("before", 512), bed.card("card", 512)
    with bed.switch_on(card, log=log) as guest:
        wake(guest, phone, router, table)
        crosses(guest, phone, router, table)
        knock(guest)
        system(guest, table)
        shines_at_first(guest, table)
        plugged(guest, phone, table)
        killed(guest, phone, table)
        saved = saves(guest, log)
        host_key = guest.ask(HOST_KEY)
    replay(before, log, saved, bed.folder, table)
    card.put("sharky/rules.yaml", (OWN_RULES % ("mine", "solid")).encode())
    give_code(card)
    with bed.switch_on(card) as guest:
        wake(guest, phone, router, table)
        names = rule_names(guest)
        table.note(names == ["mine"], "rules that the owner changed on the card win", ", ".join(names))
        knock(guest)
        lights(guest, phone, table)
        changes(guest, phone, table)
        clock_is_set(guest, phone, table, lambda: guest.ask(LOOKS).split())
        table.note(host_key and guest.ask(HOST_KEY) == host_key, "after a pulled plug what it has kept is there")
    card.put("sharky/rules.yaml", (OWN_RULES % ("broken", "sollid")).encode())
    give_quiet_hours(card)
    with bed.switch_on(card) as guest:
        wake(guest, phone, router, table)
        names = rule_names(guest)
        table.note(names == ["mine"], "with broken rules the last good ones run", ", ".join(names))
        changed(guest, phone, table)
        knock(guest)
        sleeps(guest, table)
        refused(guest, table)
        table.note(any("rules.yaml" in note for note in guest.page()["source"]["notes"]), "the page says what is wrong")
    table.note(b'did you mean "solid"?' in card.get("sharky/rules-errors.txt"), "what is wrong is written beside the file")
