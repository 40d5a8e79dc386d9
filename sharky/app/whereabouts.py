"""Where the page is, said where no terminal's last line says it."""

from __future__ import annotations

import contextlib
import socket
from typing import TextIO

from sharky.app.said import in_a_line
from sharky.app.wanted import Play
from sharky.outputs.terminal import draws_on

LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - only compared

SOMEWHERE_ELSE = ("192.0.2.1", 9)
"""An address that is nobody's (RFC 5737), to ask the kernel which of its own it would use."""


def address_of(wanted: Play) -> str:
    """Return the page's address, for a person on this machine or, where it is for all of the network, in the house.

    >>> from sharky.app.shipped import read_model, read_rules
    >>> model = read_model(None)
    >>> address_of(Play("", (), read_rules(None, model), model))
    'http://localhost:8080'
    """
    host = "localhost" if wanted.host == LOOPBACK else _own_address() if wanted.host in EVERYWHERE else wanted.host
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{wanted.port}"


def say_where(wanted: Play, stream: TextIO) -> None:
    """Write a line with the page's address, if there is a page; it begins with # as captions do, so that lights can be told from it.

    A stream that takes nothing is no reason to keep the page from anybody.
    """
    if "web" not in wanted.outputs or ("terminal" in wanted.outputs and draws_on(stream)):
        return
    with contextlib.suppress(OSError):
        stream.write(in_a_line(f"# the page is at {address_of(wanted)}; Ctrl-C ends it all") + "\n")
        stream.flush()


def _own_address() -> str:
    """Return this machine's address in its network, since phones may not know its name, which it is without a network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(SOMEWHERE_ELSE)
        except OSError:
            return socket.gethostname()
        return str(sock.getsockname()[0])
