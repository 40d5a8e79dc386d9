"""What Wireshark calls the link types of captures (tcpdump.org/linktypes.html)."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


def linktype_name(linktype: int) -> str:
    """Return the short name of a link type, or its number where it has none.

    >>> linktype_name(1), linktype_name(60000)
    ('ether', 'linktype 60000')
    """
    return _names().get(linktype, f"linktype {linktype}")


@cache
def _names() -> dict[int, str]:
    text = files(__package__).joinpath("linktypes.csv").read_text("utf8")
    return {int(row["linktype"]): row["name"] for row in csv.DictReader(text.splitlines())}
