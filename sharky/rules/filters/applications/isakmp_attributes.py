"""Attributes of ISAKMP: a kind, and a value of two octets or of as many as it says (RFC 2408 section 3.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sharky.rules.filters.applications.scan import Line, Scan

SHORT = 0x8000
WIDEST_SHORT, WIDEST = 4, 8
LIFE_DURATION = "life_duration"


class Attributes(NamedTuple):
    """Attributes of one thing: what their fields begin with, and the names of those that are numbers, by kind."""

    name: str
    numbers: Mapping[int, str]


IKE = Attributes(
    "ike.attr",
    {
        **{1: "encryption_algorithm", 2: "hash_algorithm", 3: "authentication_method", 4: "group_description", 5: "group_type"},
        **{11: "life_type", 12: LIFE_DURATION, 14: "key_length"},
    },
)
"""RFC 2409 appendix A."""

IPSEC = Attributes(
    "ipsec.attr",
    {
        **{1: "life_type", 2: LIFE_DURATION, 3: "group_description", 4: "encap_mode", 5: "auth_algorithm", 6: "key_length"},
        **{7: "key_rounds", 10: "ecn_tunnel", 11: "ext_seq_nbr"},
    },
)
"""RFC 2407 section 4.5."""

IKE_2 = Attributes("ike2.attr", {14: "key_length"})
SETTINGS = Attributes("cfg.attr", {})


def read_attributes(attributes: Attributes, scan: Scan, end: int) -> Iterator[Line]:
    """Yield the attributes that stand from where a scan is up to an end."""
    while scan.at < end:
        kind = scan.number(2)
        length = 2 if kind & SHORT else scan.number(2)
        value = scan.take(length)
        yield from (Line(attributes.name, 1), Line(f"{attributes.name}.format", kind >> 15), Line(f"{attributes.name}.type", kind & ~SHORT))
        if not kind & SHORT:
            yield Line(f"{attributes.name}.length", length)
        if value:
            yield Line(f"{attributes.name}.value", value)
            yield from _number(attributes, kind & ~SHORT, value)


def _number(attributes: Attributes, kind: int, value: bytes) -> Iterator[Line]:
    name = attributes.numbers.get(kind, "")
    if name and len(value) <= WIDEST_SHORT:
        yield Line(f"{attributes.name}.{name}", int.from_bytes(value))
    elif name == LIFE_DURATION and len(value) <= WIDEST:
        yield Line(f"{attributes.name}.{name}64", int.from_bytes(value))
