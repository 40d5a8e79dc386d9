"""Holds on to a network interface, which may go down, get another name, be unplugged, and come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from sharky.capture.ringinterface import has_interface
from sharky.capture.ringlink import RingLink, RingOptions
from sharky.capture.ringslots import SlotRing
from sharky.model.counters import Counters
from sharky.model.errors import CaptureError
from sharky.model.quoting import quoted


class Link(Protocol):
    """A ring on an interface, as `RingLink` is one.

    Attributes:
        linktype: What the interface carries.
        slots: The ring.
    """

    linktype: int
    slots: SlotRing

    def wait(self, longest_ns: int) -> bool:
        """Wait until a packet comes; return whether the kernel reports something about the interface instead."""

    def read_queued(self, into: memoryview) -> int:
        """Take the next packet that was kept whole out of the queue beside the ring (see `Queue`)."""

    def dropped(self) -> int:
        """Return how many packets the kernel has dropped since the last call."""

    def name(self) -> str | None:
        """Return the name that the interface has now; None where it is gone."""

    def is_up(self) -> bool:
        """Return whether packets can come."""

    def renew(self) -> None:
        """Follow what became otherwise in this machine since the ring was opened."""

    def close(self) -> None:
        """Stop listening."""


class Links(NamedTuple):
    """How interfaces are found.

    Attributes:
        open: Opens the ring of the one with a name; a `CaptureError` where that is not possible.
        is_there: Tells whether one has a name.
    """

    open: Callable[[str, RingOptions], Link] = RingLink
    is_there: Callable[[str], bool] = has_interface


class Hold:
    """One interface, whatever becomes of it.

    Attributes:
        link: The ring; None while the interface is gone.
        trouble: What is wrong with it now, and the way out; empty while all is well.
    """

    def __init__(self, interface: str, links: Links, options: RingOptions, counters: Counters) -> None:
        """Listen on an interface.

        Args:
            interface: Its name.
            links: Opens its ring.
            options: How.
            counters: `interface_gone`, `interface_down` and `interface_renamed` are counted there.

        Raises:
            CaptureError: Where it cannot be opened now.
        """
        self._names = [interface]
        self._others = set[str]()
        self._links, self._options = links, options
        self._counters = counters
        self.link: Link | None = links.open(interface, options)
        self.trouble = ""
        self._is_up = True
        self._look_whether_up(self.link)

    @property
    def interface(self) -> str:
        """The name under which it was last seen."""
        return self._names[0]

    def check(self) -> None:
        """Look whether the interface is there and well; take it again where it came back."""
        if self.link is None:
            self._take_again()
        elif (name := self.link.name()) is None:
            self._let_go()
        else:
            self._follow(name)
            self._look_whether_up(self.link)
            self.link.renew()

    def close(self) -> None:
        """Stop listening."""
        if self.link is not None:
            self.link.close()
            self.link = None

    def _take_again(self) -> None:
        """Open the interface by its last name or, since what is plugged in anew may not have that yet, by its first one."""
        self._others = {name for name in self._others if self._links.is_there(name)}
        for name in self._names:
            if name not in self._others and self._opens(name):
                return

    def _opens(self, name: str) -> bool:
        try:
            self.link = self._links.open(name, self._options)
        except CaptureError as error:
            self.trouble = f"{self.interface} is gone: {error.problems[0].message}"
            return False
        self._follow(name)
        self._is_up = True
        self._look_whether_up(self.link)
        return True

    def _let_go(self) -> None:
        """Close the ring; another interface that has the first name by now is not the one that went."""
        self.close()
        self._others = {name for name in self._names[1:] if self._links.is_there(name)}
        self._counters["interface_gone"] += 1
        self.trouble = f"{self.interface} is gone: plug it in again"

    def _follow(self, name: str) -> None:
        if name != self.interface:
            self._counters["interface_renamed"] += 1
            self._names = [name, *(each for each in self._names[-1:] if each != name)]

    def _look_whether_up(self, link: Link) -> None:
        was_up, self._is_up = self._is_up, link.is_up()
        if was_up and not self._is_up:
            self._counters["interface_down"] += 1
        self.trouble = (
            "" if self._is_up else f"{self.interface} is down: look at its cable, or run sudo ip link set {quoted(self.interface)} up"
        )
