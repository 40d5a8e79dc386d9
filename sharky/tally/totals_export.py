"""Totals for other programs: as further keys of the summary's JSON, and as further rows of its CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sharky.model.totals import Interval, LengthRange, Lookups, Totals
from sharky.model.windows import Conversation, Endpoint, MeaningShare

Row = tuple[str | int, ...]


def totals_json(totals: Totals) -> dict[str, Any]:
    """Return what was asked for: `conversations_tcp`, `endpoints_tcp`, `lengths`, `io`, `by_service`, `dns`.

    The first two are iterators of things that are JSON already.
    """
    found: dict[str, Any] = {
        f"conversations_{level}": map(conversation_json, conversations) for level, conversations in totals.conversations.items()
    }
    found |= {f"endpoints_{level}": map(_endpoint_json, endpoints) for level, endpoints in totals.endpoints.items()}
    if totals.lengths:
        found["lengths"] = [_length_json(each) for each in totals.lengths]
    if totals.interval_ns:
        found["io"] = {
            "interval_seconds": totals.interval_ns / 1e9,
            "origin_ns": totals.origin_ns,
            "intervals": [_interval_json(each, totals.interval_ns) for each in totals.intervals],
        }
    found |= {f"by_{meaning}": [_meaning_json(each) for each in shares] for meaning, shares in totals.meanings.items()}
    if totals.lookups:
        found["dns"] = _lookups_json(totals.lookups)
    return found


def conversation_json(conversation: Conversation) -> str:
    """Return a conversation, with its ports where it has some, as JSON; nothing in an address has to be escaped.

    >>> conversation_json(Conversation("::1", "::2", 1, 60, 2, 120, 80, 1234))[:64]
    '{"a": "::1", "b": "::2", "a_port": 80, "b_port": 1234, "packets"'
    """
    a, b, packets_ab, bytes_ab, packets_ba, bytes_ba, a_port, b_port = conversation
    ports = "" if a_port is None else f'"a_port": {a_port}, "b_port": {b_port}, '
    both = f'"packets": {packets_ab + packets_ba}, "bytes": {bytes_ab + bytes_ba}'
    ways = f'"packets_ab": {packets_ab}, "bytes_ab": {bytes_ab}, "packets_ba": {packets_ba}, "bytes_ba": {bytes_ba}'
    return f'{{"a": "{a}", "b": "{b}", {ports}{both}, {ways}}}'


def end_text(address: str, port: int | None) -> str:
    """Write an end as one word.

    >>> end_text("10.0.0.1", None), end_text("10.0.0.1", 80), end_text("fe80::1", 80)
    ('10.0.0.1', '10.0.0.1:80', '[fe80::1]:80')
    """
    if port is None:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def length_text(length: LengthRange) -> str:
    """Write a range of lengths.

    >>> length_text(LengthRange(5120, None, 0, 0, 0, 0))
    '5120 and greater'
    """
    return f"{length.low} and greater" if length.high is None else f"{length.low}-{length.high}"


def totals_rows(totals: Totals) -> Iterator[Row]:
    """Return what was asked for as rows of the CSV."""
    for level, endpoints in totals.endpoints.items():
        for end in endpoints:
            both = (end.packets_sent + end.packets_received, end.bytes_sent + end.bytes_received)
            ways = (end.packets_sent, end.bytes_sent, end.packets_received, end.bytes_received)
            yield f"endpoint_{level}", end_text(end.address, end.port), "", *both, *ways
    for level, conversations in totals.conversations.items():
        for each in conversations:
            yield f"conversation_{level}", *conversation_cells(each)
    for length in totals.lengths:
        yield "length", length_text(length), "", length.packets, length.bytes
    for interval in totals.intervals:
        yield "interval", f"{interval.number * totals.interval_ns / 1e9:g}", "", interval.packets, interval.bytes
    for meaning, shares in totals.meanings.items():
        for share in shares:
            yield f"by_{meaning}", share.name, share.mac, share.packets, share.bytes
    if totals.lookups:
        yield from _lookups_rows(totals.lookups)


def _lookups_rows(lookups: Lookups) -> Iterator[Row]:
    yield "dns", "queries", "", lookups.queries
    yield "dns", "responses", "", lookups.responses
    for name, count in lookups.codes.items():
        yield "dns_code", name, "", count
    for name, count in lookups.names:
        yield "dns_name", name, "", count


def conversation_cells(each: Conversation) -> Row:
    """Return a conversation as the cells of a row behind the section's name."""
    both = (each.packets_ab + each.packets_ba, each.bytes_ab + each.bytes_ba)
    ends = (end_text(each.a, each.a_port), end_text(each.b, each.b_port))
    return *ends, *both, each.packets_ab, each.bytes_ab, each.packets_ba, each.bytes_ba


def _endpoint_json(end: Endpoint) -> str:
    """Return one end as JSON (see `conversation_json`)."""
    address, port, packets_sent, bytes_sent, packets_received, bytes_received = end
    at = "" if port is None else f'"port": {port}, '
    both = f'"packets": {packets_sent + packets_received}, "bytes": {bytes_sent + bytes_received}'
    sent = f'"packets_sent": {packets_sent}, "bytes_sent": {bytes_sent}'
    received = f'"packets_received": {packets_received}, "bytes_received": {bytes_received}'
    return f'{{"address": "{address}", {at}{both}, {sent}, {received}}}'


def _length_json(length: LengthRange) -> dict[str, Any]:
    return {
        "low": length.low,
        "high": length.high,
        "packets": length.packets,
        "bytes": length.bytes,
        "shortest": length.shortest,
        "longest": length.longest,
    }


def _interval_json(interval: Interval, interval_ns: int) -> dict[str, Any]:
    return {"start_seconds": interval.number * interval_ns / 1e9, "packets": interval.packets, "bytes": interval.bytes}


def _meaning_json(share: MeaningShare) -> dict[str, Any]:
    mac = {"mac": share.mac} if share.mac else {}
    return {"name": share.name, **mac, "packets": share.packets, "bytes": share.bytes}


def _lookups_json(lookups: Lookups) -> dict[str, Any]:
    return {
        "queries": lookups.queries,
        "responses": lookups.responses,
        "codes": lookups.codes,
        "names": [{"name": name, "queries": count} for name, count in lookups.names],
    }
