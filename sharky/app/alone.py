"""What only one Sharky may hold at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from sharky.capture.ringinterface import no_such_interface
from sharky.model.errors import CaptureError, Problem
from sharky.placement.marks import RUNNING, mark

LONGEST_NAME = 15
"""Octets of an interface's name (IFNAMSIZ of <linux/if.h>, less the zero at its end)."""


class Place:
    """The interface on which a Sharky is the only one, whatever it is called by now."""

    def __init__(self, interface: str) -> None:
        """Take it.

        Raises:
            BlockingIOError: If another one runs there.
        """
        self._name, self._marked = interface, mark(RUNNING, interface)

    def follow(self, name: str) -> None:
        """Take the name that the interface has now, and leave the one that it had to others; both stay as they are where it is taken."""
        if name != self._name:
            with contextlib.suppress(BlockingIOError):
                marked = mark(RUNNING, name)
                self.close()
                self._name, self._marked = name, marked

    def close(self) -> None:
        """Let others run there."""
        self._marked.close()


@contextlib.contextmanager
def alone_on(interface: str) -> Iterator[Callable[[str], None]]:
    """Be the only Sharky that lights up by an interface, for as long as the block lasts.

    Returns:
        What is to be called with the name that the interface has, since it may be given another one.

    Raises:
        CaptureError: If another one does, or no interface can have such a name.
    """
    if not sys.platform.startswith("linux"):
        yield lambda _: None
        return
    if len(os.fsencode(interface)) > LONGEST_NAME:
        raise no_such_interface(interface)
    try:
        place = Place(interface)
    except BlockingIOError as error:
        trouble = f"a Sharky runs on {interface} already"
        raise CaptureError(Problem(trouble, "look at it: sharky status; or end it first")) from error
    with contextlib.closing(place):
        yield place.follow


@contextlib.contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Be the only Sharky that records into a folder, for as long as the block lasts: each would remove what the other writes.

    The kernel lets go of the folder however a program ends (flock(2)). One that cannot be made or opened is let pass: who
    writes there will say so.

    Raises:
        CaptureError: If another one records there.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, opened)
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise CaptureError(
                    Problem("another Sharky records into this folder", "name another one, or end it first", str(folder))
                ) from None
        yield
