"""What every placement works with, what it remembers, and the way back."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sharky.model.errors import PlacementError, Problem
from sharky.model.quoting import quoted
from sharky.placement.checks import check_rights
from sharky.placement.dhcp import Addresses, NoAddresses
from sharky.placement.marks import PLACING, mark
from sharky.placement.memory import Before, Memory
from sharky.placement.network import Network
from sharky.placement.reach import Prober
from sharky.placement.speeds import read_text
from sharky.placement.steps import Step
from sharky.placement.undo import plan_undo, with_new_names


class NetworkKernel(Protocol):
    """What reads and changes the network of this machine."""

    def read(self, settings: Iterable[str] = ()) -> Network:
        """Return what there is."""

    def neighbours(self, interface: str) -> dict[str, str]:
        """Return the MACs that are known at an interface, by IPv4 address."""

    def apply(self, step: Step) -> None:
        """Carry out one step, or raise PlacementError."""


@dataclass(frozen=True, slots=True)
class Tools:
    """All that a placement touches.

    Attributes:
        rights: The rights that this process holds; a dry run needs none, and is given all.
        root: Where /proc, /sys and /run are.
        is_dry: Whether only to tell what would be done.
        addresses: Gets this machine an address of its own on a bridge.
        end_if_asked: Raises where somebody has asked for an end; it is called only where what has been done can be taken back.
    """

    kernel: NetworkKernel
    prober: Prober
    memory: Memory
    rights: Collection[str]
    say: Callable[[str], None]
    root: Path = Path("/")
    is_dry: bool = False
    sleep: Callable[[float], None] = time.sleep
    end_if_asked: Callable[[], None] = lambda: None
    addresses: Addresses = field(default_factory=NoAddresses)


@contextmanager
def one_at_a_time(tools: Tools) -> Iterator[None]:
    """Let nobody else take or give back a place meanwhile: who finds what another one has just made would take it away again.

    Raises:
        PlacementError: If somebody does already.
    """
    if tools.is_dry:
        yield
        return
    try:
        marked = mark(PLACING, "")
    except BlockingIOError as error:
        raise PlacementError(Problem("another Sharky takes a place at the moment", "begin again when it is done")) from error
    with marked:
        yield


def take(steps: Iterable[Step], tools: Tools) -> None:
    """Take steps one after the other, unless somebody asks for an end.

    Raises:
        PlacementError: If the kernel refuses one.
    """
    for step in steps:
        tools.end_if_asked()
        tools.kernel.apply(step)
    tools.end_if_asked()


def undo(placement: str, name: str, tools: Tools) -> None:
    """Bring back what was there before a placement.

    Raises:
        PlacementError: With each step that the kernel refuses, after all others have been taken.
    """
    before = tools.memory.recall(placement, name)
    if before is None:
        return _nothing_to_undo(placement, name, tools)
    if before.boot != boot_of(tools.root):
        tools.say("This machine has been restarted since: nothing is left to undo.")
        if not tools.is_dry:
            tools.memory.forget(before)
        return None
    before = with_new_names(before, tools.kernel.read())
    if tools.is_dry:
        return tell_plan(plan_undo(before, tools.kernel.read(before.settings), 0), tools)
    refuse(check_rights(tools.rights, "CAP_NET_ADMIN"))
    go_back(before, tools)
    tools.say("Everything is as it was before.")
    return None


def _nothing_to_undo(placement: str, name: str, tools: Tools) -> None:
    there = tools.kernel.read().find(name)
    if placement == "bridge" and there:
        trouble = f"Sharky does not remember having made {name}"
        raise PlacementError(Problem(trouble, f"if nobody needs it: sudo ip link delete {quoted(name)}"))
    tools.say(f"Nothing to undo: no {placement} {name} has been placed.")


@contextmanager
def all_or_nothing(before: Before, tools: Tools) -> Iterator[None]:
    """Remember what was there before a block; where the block does not come to its end, all of that is there again."""
    tools.memory.keep(before)
    try:
        yield
    except BaseException:
        go_back(before, tools)
        raise


def go_back(before: Before, tools: Tools) -> None:
    """Take every step back that can be taken, then report those that could not; a request to end does not interrupt it."""
    elapsed_s = _uptime_s(tools.root) - before.uptime_s
    problems: list[Problem] = []
    if before.client:
        tools.addresses.end(before.client, before.name)
    for step in plan_undo(before, tools.kernel.read(before.settings), elapsed_s):
        try:
            tools.kernel.apply(step)
        except PlacementError as error:
            problems += error.problems
    refuse(problems)
    tools.memory.forget(before)


def refuse(problems: Iterable[Problem]) -> None:
    """Raise PlacementError where there is any problem."""
    if found := list(problems):
        raise PlacementError(found)


def check_memory(placement: str, name: str, tools: Tools) -> Iterable[Problem]:
    """Report a placement that broke off, or was begun twice."""
    before = tools.memory.recall(placement, name)
    if before and before.boot == boot_of(tools.root):
        words = {"bridge": f"bridge --name {quoted(name)}", "mirror": f"mirror {quoted(name)}"}[placement]
        yield Problem(f"an earlier placement of {name} has not been undone", f"sharky place {words} --undo")


def describe(placement: str, name: str, interfaces: Collection[str], network: Network, tools: Tools) -> Before:
    """Return what there is now, to be remembered before anything is changed."""
    return Before(
        placement,
        name,
        boot_of(tools.root),
        _uptime_s(tools.root),
        tuple(link for link in network.links if link.name in interfaces),
        network.addresses_of(*interfaces),
        network.routes_over(*interfaces),
        dict(network.settings),
    )


def boot_of(root: Path) -> str:
    """Return the kernel's number for this run of the machine."""
    return read_text(root / "proc/sys/kernel/random/boot_id")


def _uptime_s(root: Path) -> float:
    words = read_text(root / "proc/uptime").split()
    return float(words[0]) if words else 0.0


def tell_plan(steps: Iterable[Step], tools: Tools) -> None:
    """Say each step as a command, with its reason."""
    for step in steps:
        tools.say(f"{step}  # {step.why}" if step.why else str(step))
