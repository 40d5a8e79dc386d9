"""Whether a phone can change settings on the page with the owner's code, and nobody without it, and whether that outlives a pulled plug."""

from __future__ import annotations

from image.checks.card import Card
from image.checks.guest import Guest
from image.checks.machine import wait_for
from image.checks.table import Table
from tests.live.house import Host

OFFERED = '# code: "three words here"'
CODE, BRIGHTNESS = '{"code": "three words here"}', '{"brightness": 0.2}'
JAR = "/run/cookies"
KEPT = "/data/sharky/page/changes.json"
SOCKETS = "stat -c '%n %A' /run/sharky/sharky-engine/changes /run/sharky/sharky-engine/control"


def give_code(card: Card) -> None:
    """Take the sign of a comment away from the code that the card offers, as an owner does."""
    written = card.get("sharky/sharky.yaml").decode()
    card.put("sharky/sharky.yaml", written.replace(OFFERED, OFFERED.removeprefix("# ")).encode())


def changes(guest: Guest, phone: Host, table: Table) -> None:
    """Change the brightness from the network, without the code and with it."""
    without = _post(guest, phone, "change", BRIGHTNESS)
    knows, with_code = _post(guest, phone, "code", CODE), _post(guest, phone, "change", BRIGHTNESS)
    seen = f"{without} without, {knows} for the code, {with_code} with it"
    table.note(
        (without, knows, with_code) == ("403", "200", "200"), "a phone changes settings with the owner's code, and not without", seen
    )
    modes = dict(line.rsplit("/", 1)[-1].split() for line in guest.ask(SOCKETS).splitlines())
    table.note(modes == {"changes": "srw-rw----", "control": "srw-------"}, "the page reaches the socket for changes alone", str(modes))
    taken = wait_for("what was changed", lambda: '"brightness": 0.2' in guest.ask(f"cat {KEPT}"), 120)
    table.note(is_held=True, what="what was changed is kept", measured=f"after {taken:.0f} s")


def changed(guest: Guest, phone: Host, table: Table) -> None:
    """Look whether the change is in force after a pulled plug; go back to the files."""
    settings = guest.page().get("settings", {})
    table.note(settings.get("brightness") == 0.2, "after a pulled plug the change is in force", f"{settings.get('brightness')}")
    _post(guest, phone, "code", CODE)
    undone = _post(guest, phone, "undo", "{}")
    wait_for("what the files have", lambda: guest.page().get("settings", {}).get("changes") == 0, 60)
    table.note(undone == "200", "and the files hold again when that is wanted")


def _post(guest: Guest, phone: Host, path: str, body: str) -> str:
    """Return the status of an answer."""
    address = f"http://{guest.address}"
    told = ["-s", "-m", "30", "-b", JAR, "-c", JAR, "-o", "/dev/null", "-w", "%{http_code}"]
    headers = ["-H", "Content-Type: application/json", "-H", f"Origin: {address}"]
    return phone.run("curl", *told, *headers, "-d", body, f"{address}/{path}", check=False)
