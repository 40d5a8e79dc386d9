"""The reference of services, made from the tables that tell them."""

from __future__ import annotations

from collections import defaultdict

from sharky.identify.reference import places_of_octets
from sharky.identify.services import service_rows
from sharky.identify.services_octets import telling
from sharky.identify.signatures import Signature
from sharky.model.names import CATEGORIES

_PAGE = """<!-- Made by scripts/update-reference from the tables that tell services. Change those, not this file. -->

# Services

What is spoken is a protocol; what for is a service. In rules and filters a service is asked for by its name and many at once by
their category: `service == "discord"`, `category == video`.

Of what tells a service, what stands further up in this list says more:

- **discovery**: what a packet looks for or announces in the house, by mDNS (`_airplay._tcp`) or SSDP (the beginning of a
  type, or a product with a slash). It counts for that packet alone, whatever else its flow carries; of several the first counts.
- **names**: what the server's name ends with; of several the longest counts. A client's hello says it (SNI), or a request
  in clear HTTP; until then the name by which the address was looked up. With ports, a name counts at these alone.
- **octets**: how the first payload of the flow begins, over what and at which ports.
- **addresses**: networks that are this service's alone.
- **protocols**: what nobody else speaks.

{categories}
"""

_CATEGORY = """## {category}

| service | names | octets | addresses | protocols | discovery |
| --- | --- | --- | --- | --- | --- |
{rows}
"""


def services_markdown() -> str:
    """Return the page."""
    told: dict[str, list[Signature]] = defaultdict(list)
    for signature in telling():
        told[signature.protocol].append(signature)
    rows: dict[str, list[str]] = defaultdict(list)
    for row in sorted(service_rows(), key=lambda row: row["service"]):
        rows[row["category"]].append(_row(row, told[row["service"]]))
    return _PAGE.format(categories="\n".join(_section(category, rows[category]) for category in CATEGORIES[1:])).rstrip("\n") + "\n"


def _section(category: str, rows: list[str]) -> str:
    return _CATEGORY.format(category=category, rows="\n".join(rows))


def _row(row: dict[str, str], octets: list[Signature]) -> str:
    ports = f" (ports {row['ports']})" if row["ports"] else ""
    cells = (row["names"] + ports, places_of_octets(octets), row["addresses"], _quoted(row["protocols"]), _quoted(row["discovery"]))
    return f"| `{row['service']}` | " + " | ".join(cells) + " |"


def _quoted(words: str) -> str:
    """Return words as code.

    >>> _quoted("ssdp _airplay._tcp")
    '`ssdp` `_airplay._tcp`'
    """
    return " ".join(f"`{word}`" for word in words.split())
