"""Man in the middle by ARP: from the owner's consent to the last packet that puts everything right again."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from sharky.app.mitm_loop import redirect_until
from sharky.app.mitm_undo import alone_over, put_right, put_right_first
from sharky.app.placing import Tools, describe, refuse, tell_plan
from sharky.model.errors import PlacementError
from sharky.model.quoting import quoted
from sharky.placement.consent import Consent, no_consent, read_consent
from sharky.placement.coverage import coverages
from sharky.placement.guardian import Guardian
from sharky.placement.memory import Before
from sharky.placement.redirect import Redirect, kernel_settings, plan_forwarding
from sharky.placement.targets import Ground, check_ground, choose_addresses, read_mac, redirect_of
from sharky.settings.sources import read_text


def place_mitm(settings: Path, tools: Tools, is_over: Callable[[], bool]) -> None:
    """Redirect the listed devices until `is_over`; whatever happens, they are put right again.

    Raises:
        PlacementError: With all that forbids it; or where it had to end: this machine does not forward, or the guardian is gone.
        SettingsError: With what is wrong in the settings.
    """
    consent = _read(settings)
    with nullcontext() if tools.is_dry else alone_over(consent.interface):
        keys = kernel_settings(consent.interface)
        ground, problems = check_ground(consent.interface, tools.kernel.read(keys), tools.rights)
        refuse(problems)
        put_right_first(consent.interface, tools)
        redirect = _redirect(consent, _must(ground), tools)
        network = tools.kernel.read(keys)
        steps = plan_forwarding(consent.interface, network)
        tell_plan(steps, tools)
        _tell_redirect(redirect, tools)
        if tools.is_dry:
            return
        truths = tuple(tuple(packet.octets.hex() for packet in packets) for packets in redirect.truths)
        questions = tuple(packet.octets.hex() for packet in redirect.questions)
        before = replace(describe("mitm", consent.interface, (consent.interface,), network, tools), truths=truths, questions=questions)
        tools.memory.keep(before)
        with _guarded(before, tools) as guardian:
            for step in steps:
                tools.kernel.apply(step)
            redirect_until(redirect, tools, guardian, is_over)


@contextmanager
def _guarded(before: Before, tools: Tools) -> Iterator[Guardian]:
    """Put everything right at the end; the guardian does it where this process is not let to."""
    try:
        guardian = Guardian(tools.memory.folder, before.name)
    except BaseException:
        tools.memory.forget(before)
        raise
    try:
        yield guardian
    finally:
        said = put_right(before, tools)
        guardian.dismiss()
        tools.say(said)


def _read(settings: Path) -> Consent:
    if not settings.exists():
        raise PlacementError(no_consent(str(settings)))
    return read_consent(read_text(settings), str(settings))


def _must(ground: Ground | None) -> Ground:
    assert ground is not None  # noqa: S101 - there is one where there was no problem
    return ground


def _redirect(consent: Consent, ground: Ground, tools: Tools) -> Redirect:
    """Find out who is who; in a dry run from what the kernel knows already, since asking sends packets.

    Raises:
        PlacementError: With all that forbids it.
    """
    neighbours = tools.kernel.neighbours(consent.interface)
    chosen, problems = choose_addresses(consent, ground, _names(consent), neighbours)
    addresses = (str(ground.router), *chosen)
    refuse(problems)
    if tools.is_dry:
        answers = {address: frozenset({neighbours.get(address, f"(its MAC, of {address})")}) for address in addresses}
    else:
        answers = tools.prober.owners(consent.interface, addresses, str(ground.own.ip))
    redirect, problems = redirect_of(consent, ground, chosen, answers)
    if redirect is None:
        raise PlacementError(problems)
    return redirect


def _names(consent: Consent) -> dict[str, tuple[str, ...]]:
    """Return the addresses of those targets that are written as names."""
    found: dict[str, tuple[str, ...]] = {}
    for target in consent.targets:
        if read_mac(target.text) or re.fullmatch("[0-9.]+", target.text):
            continue
        try:
            told = socket.getaddrinfo(target.text, None, socket.AF_INET, socket.SOCK_STREAM)
        except OSError:
            continue
        found[target.text] = tuple(dict.fromkeys(str(entry[4][0]) for entry in told))
    return found


def _tell_redirect(redirect: Redirect, tools: Tools) -> None:
    own = redirect.own
    for target in redirect.targets:
        tools.say(f"{target} at {target.mac} is told that {redirect.router} is at {own.mac}")
        tools.say(f"{redirect.router} at {redirect.router.mac} is told that {target} is at {own.mac}")
    tools.say("One packet a second for each device, to it alone. When this ends, however it ends, they are told the truth again.")
    tools.say(f"\nFrom here Sharky\n{coverages()['mitm']}")
    tools.say(f"Now, in another terminal: sharky run {quoted(redirect.interface)}\nCtrl-C here ends the redirection.\n")
