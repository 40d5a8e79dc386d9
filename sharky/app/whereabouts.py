"""Where the page is, said where no terminal's last line says it."""

from __future__ import annotations

import contextlib
import socket
from typing import TextIO

from sharky.app.said import in_a_line
from sharky.app.wanted import Play
from sharky.outputs.terminal import draws_on

LOOPBACK = "127.0.0.1"


def address_of(wanted: Play) -> str:
    """Return the page's address, for a person on this machine or, where it is for all of the network, in the house.

    >>> from sharky.app.shipped import read_model, read_rules
    >>> model = read_model(None)
    >>> address_of(Play("", (), read_rules(None, model), model))
    'http://localhost:8080'
    """
    host = {LOOPBACK: "localhost", "0.0.0.0": socket.gethostname(), "::": socket.gethostname()}.get(wanted.host, wanted.host)  # noqa: S104
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
