"""What only one Sharky may hold at a time."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator

from sharky.model.errors import CaptureError, Problem


@contextlib.contextmanager
def alone_on(interface: str) -> Iterator[None]:
    """Be the only Sharky that lights up by an interface, for as long as the block lasts.

    The kernel knows who holds it by a name without a file, one for each network namespace, and lets go of it however a program
    ends (unix(7), abstract sockets).

    Raises:
        CaptureError: If another one does.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        try:
            sock.bind(f"\0sharky on {interface}")
        except OSError as error:
            trouble = f"a Sharky runs on {interface} already"
            raise CaptureError(Problem(trouble, "look at it: sharky status; or end it first")) from error
        yield
