"""The table of ports: what a flow is taken for until, or unless, its octets tell.

`ports.csv` holds the ports at which Wireshark takes whatever it hears for one protocol, so that both name alike what nobody
can tell. Where it looks before it names, the port is part of a signature instead. Ports are separated by spaces, `1-3` is a range.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sharky.identify.signatures import TRANSPORTS, expand


@cache
def ports() -> dict[tuple[int, int], str]:
    """Return the protocol for each (transport's protocol number, port).

    >>> ports()[17, 53]
    'dns'
    """
    table: dict[tuple[int, int], str] = {}
    for row in csv.DictReader(Path(__file__).with_name("ports.csv").read_text("utf-8").splitlines()):
        for transport in row["transport"].split():
            for port in expand(row["ports"]):
                table[TRANSPORTS[transport], port] = row["protocol"]
    return table


@cache
def is_listed() -> NDArray[np.bool_]:
    """Return which ports stand for a protocol: (2, 65536), of TCP and of UDP."""
    listed = np.zeros((2, 1 << 16), np.bool_)
    for transport, port in ports():
        listed[int(transport == TRANSPORTS["udp"]), port] = True
    return listed
