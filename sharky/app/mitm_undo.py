"""The way back from a redirection: at its end, by hand, and by the next Sharky, where one was killed together with its guardian."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from pathlib import Path

from sharky.app.placed import UNDO_MITM, is_attended
from sharky.app.placing import Tools, boot_of, refuse
from sharky.model.counters import numbered
from sharky.model.errors import PlacementError, Problem
from sharky.placement.checks import check_rights
from sharky.placement.marks import GUARDING, REDIRECTING, is_marked, mark
from sharky.placement.memory import Before, Memory
from sharky.placement.restore import restore
from sharky.placement.undo import with_new_names

RIGHTS = ("CAP_NET_ADMIN", "CAP_NET_RAW")


def undo_mitm(tools: Tools) -> None:
    """Put devices right again that a Sharky and its guardian, both killed, have left redirected.

    It goes by what is remembered alone: whoever takes back the consent wants it most.

    Raises:
        PlacementError: If it is not permitted; or with each interface over which it is not possible, after all others have been put right.
    """
    names = tools.memory.kept("mitm")
    if not names:
        tools.say("Nothing to undo: no device is redirected.")
        return
    refuse(check_rights(tools.rights, *RIGHTS))
    problems: list[Problem] = []
    for name in names:
        try:
            with nullcontext() if tools.is_dry else alone_over(name):
                _undo_at(name, tools)
        except PlacementError as error:
            problems += error.problems
    refuse(problems)


def is_any_left(state: Path) -> bool:
    """Tell whether anything is remembered of a redirection that nobody attends to."""
    try:
        return not all(map(is_attended, Memory(state).kept("mitm")))
    except PlacementError:
        return False


def put_right_left(tools: Tools) -> None:
    """Put right what is redirected though nobody does it any more, as far as that is permitted and possible here; else it is only said.

    Of what another network namespace may have is left what is remembered.
    """
    if tools.is_dry or not set(RIGHTS) <= set(tools.rights):
        return
    with suppress(PlacementError):
        for name in tools.memory.kept("mitm"):
            before = tools.memory.recall("mitm", name)
            if before and not is_attended(name) and tools.kernel.read().find(_interface_of(before, tools)):
                _try_at(name, tools)


def _try_at(interface: str, tools: Tools) -> None:
    try:
        with alone_over(interface):
            put_right_first(interface, tools)
    except PlacementError as error:
        for problem in error.problems:
            tools.say(f"Note: {problem}")


def put_right_first(interface: str, tools: Tools) -> None:
    """Put devices right that an earlier redirection over an interface has left.

    Raises:
        PlacementError: If it is not possible.
    """
    if tools.memory.recall("mitm", interface):
        tools.say(f"A Sharky that was killed together with its guardian has left devices at {interface} redirected.")
        _undo_at(interface, tools)


def _undo_at(interface: str, tools: Tools) -> None:
    before = tools.memory.recall("mitm", interface)
    if before is None:
        return
    if tools.is_dry:
        tools.say(f"{len(before.truths)} devices and the router would be told the truth.")
        return
    said = put_right(before, tools)
    if tools.memory.recall("mitm", interface):
        raise PlacementError(Problem(said))
    tools.say(said)


def put_right(before: Before, tools: Tools) -> str:
    """Put the devices right, and return what has become of it; what they are to be told is kept as long as they may not know it."""
    current = with_new_names(before, tools.kernel.read())
    if before.boot != boot_of(tools.root):
        current = replace(current, settings={})
    interface = _interface_of(before, tools)
    failed = restore(current, interface, tools.root, tools.sleep)
    unsent = numbered(failed, "packets")
    if failed and tools.kernel.read().find(interface):
        trouble = f"{unsent} could not be sent over {interface}, and devices may still be redirected"
        return f"{trouble}: see that it has a link, then: {UNDO_MITM}"
    tools.memory.forget(before)
    if failed:
        return f"{before.name} is gone: {unsent} could not be sent, and devices find the router by themselves within minutes."
    return "Every device has been told the truth; the kernel is set as it was before."


def _interface_of(before: Before, tools: Tools) -> str:
    """Return what the interface is called now."""
    links = with_new_names(before, tools.kernel.read()).links
    return links[0].name if links else before.name


@contextmanager
def alone_over(interface: str) -> Iterator[None]:
    """See that no second Sharky redirects over the same interface; the kernel takes the mark away with the process."""
    if is_marked(GUARDING, interface) and not is_marked(REDIRECTING, interface):
        trouble = f"a guardian is putting devices at {interface} right at the moment"
        raise PlacementError(Problem(trouble, "begin again in ten seconds"))
    try:
        marked = mark(REDIRECTING, interface)
    except BlockingIOError as error:
        raise PlacementError(Problem(f"another Sharky redirects over {interface} already", "end that one first")) from error
    with marked:
        yield
