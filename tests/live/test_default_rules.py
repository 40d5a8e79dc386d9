"""Every rule that ships is lit by real programs: those here while Sharky runs, all others in the recorded stories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sharky.app.shipped import read_model, read_rules, stories
from sharky.capture import open_captures
from sharky.pipeline.path import Pipeline
from tests.live.house import Host, House, missing
from tests.live.inside import PATIENCE_S
from tests.live.test_ring import wait_until
from tests.live.test_running import Running

ABSENT = missing("ping", "rsync", "stun", "openvpn", "openssl")
pytestmark = pytest.mark.skipif(bool(ABSENT), reason=f"a house needs {', '.join(ABSENT)}")

TV = "192.168.7.2"
RSYNCD = "[shelf]\npath = /var/log\nread only = yes\nuse chroot = no\n"


def call_each_other(phone: Host, tv: Host) -> None:
    """Look for one's own address, as a call does, at thirty servers at once."""
    phone.run("sh", "-c", f"for i in $(seq 30); do timeout 3 stun {TV} 1 & done; wait", check=False)


def move_files(phone: Host, tv: Host) -> None:
    tv.write("/run/rsyncd.conf", RSYNCD)
    tv.start("rsync", "--daemon", "--no-detach", "--config", "/run/rsyncd.conf", "--address", TV)
    phone.run("sh", "-c", f"for i in $(seq 50); do rsync rsync://{TV}/shelf/ && exit 0; sleep 0.1; done; exit 1")


def tunnel(phone: Host, tv: Host) -> None:
    key = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=phone"]
    phone.run(*key, "-keyout", "/run/key", "-out", "/run/cert", "-days", "2")
    options = ["--dev", "null", "--proto", "udp", "--remote", TV, "1194", "--tls-client", "--ca", "/run/cert", "--cert", "/run/cert"]
    phone.start("openvpn", *options, "--key", "/run/key", "--connect-retry", "1", "1")


def call_everybody(phone: Host, tv: Host) -> None:
    phone.run("ping", "-b", "-c", "3", "-i", "0.2", "192.168.7.255", check=False)


PROGRAMS: dict[str, Callable[[Host, Host], None]] = {
    "Tunnels are violet": tunnel,
    "Somebody talks": call_each_other,
    "To everybody in the house": call_everybody,
    "Files move through the house": move_files,
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, Host, Host]]:
    """A Sharky with the rules that ship, at the television's port."""
    with House() as house:
        phone, tv = (house.host(name, f"02:00:00:00:00:0{number}") for number, name in ((1, "phone"), (2, "tv")))
        for number, host in enumerate((phone, tv), 1):
            host.network("ip", "address", "add", f"192.168.7.{number}/24", "brd", "+", "dev", "eth0")
            host.up()
        shipped = Path(read_rules(None, read_model(None)).file).read_text()
        running = Running(tv, tmp_path_factory.mktemp("running"), rules=shipped)
        yield running, phone, tv
        running.program.terminate()
        running.program.communicate(timeout=PATIENCE_S)


@pytest.mark.xdist_group("the rules that ship")
@pytest.mark.parametrize("rule", PROGRAMS)
def test_a_real_program_lights_a_rule(running: tuple[Running, Host, Host], rule: str) -> None:
    sharky, phone, tv = running
    PROGRAMS[rule](phone, tv)
    wait_until(lambda: rule in {change["cue"]["cause"]["rule"] for change in sharky.status()["scene"]["recent"]})


def test_every_other_rule_is_lit_in_a_story() -> None:
    rules = read_rules(None, read_model(None))
    lit: set[str] = set()
    for story in stories():
        pipeline = Pipeline(rules)
        for batch in open_captures([story.capture]).batches():
            lit |= {change.cue.cause.rule for change in pipeline.advance(batch)}
        lit |= {change.cue.cause.rule for changes in pipeline.fade() for change in changes}
    assert {rule.name for rule in rules.rules} - lit == set(PROGRAMS)
