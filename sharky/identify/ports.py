"""The table of ports: what a flow is taken for until, or unless, its octets tell.

Port numbers alone cause most wrong labels, so `ports.csv` names only ports at which hardly anything else is heard.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from sharky.identify.signatures import TRANSPORTS


@cache
def ports() -> dict[tuple[int, int], str]:
    """Return the protocol for each (transport's protocol number, port).

    >>> ports()[17, 53]
    'dns'
    """
    table: dict[tuple[int, int], str] = {}
    for row in csv.DictReader(Path(__file__).with_name("ports.csv").read_text("utf-8").splitlines()):
        for transport in row["transport"].split():
            for port in row["ports"].split():
                table[TRANSPORTS[transport], int(port)] = row["protocol"]
    return table
