"""In which packets Wireshark shows a protocol: not in all that its connections carry.

TLS, HTTP and DNS are shown where messages begin and end; some others in no segment that has nothing but a part of one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from sharky.rules.filters.dns_streams import DnsStreams
from sharky.rules.filters.followers import Follower
from sharky.rules.filters.http_messages import HttpMessages
from sharky.rules.filters.masks import Mask
from sharky.rules.filters.over_tcp import DATA, QUOTING, carrying, over_tcp, own_names
from sharky.rules.filters.put_together import CUT, MESSAGE, PutTogether
from sharky.rules.filters.reading import Reading
from sharky.rules.filters.tls_records import TlsRecords

SPANNING: Mapping[str, Callable[[], Follower]] = {"tls": TlsRecords, "http": HttpMessages, "dns": DnsStreams}
"""Protocols whose messages span segments, and what follows them."""

WAITING = frozenset(("bgp", "kerberos", "ldap", "mqtt", "mysql", "nbss", "rtsp", "sip", "smb", "smb2"))
"""Protocols that Wireshark shows in no segment that has nothing but a part of a message."""


def shown(reading: Reading, protocol: str) -> Mask:
    """Return in which packets Wireshark shows a protocol; of a packet that is quoted, all that it carries."""
    carried = carrying(reading, protocol)
    if protocol in SPANNING:
        is_over_tcp = over_tcp(reading, (protocol,))
        carried &= ~is_over_tcp
        carried[reading.ask(SPANNING[protocol])[-1]] = True
        if is_over_tcp.any():
            carried &= ~(is_over_tcp & reading.again)
    elif protocol in WAITING and (is_over_tcp := over_tcp(reading, (protocol,))).any():
        carried &= ~(is_over_tcp & _has_parts_only(reading))
    return carried


def _has_parts_only(reading: Reading) -> Mask:
    """Return which segments have parts of messages, and no message ends with them."""
    told = reading.ask(PutTogether)
    has_part, has_message = reading.nowhere(), reading.nowhere()
    has_part[[row for row, line in told if line.name == "segment_data"]] = True
    has_message[[row for row, line in told if line.name in (MESSAGE, CUT)]] = True
    return has_part & ~has_message


def protocols_shown(reading: Reading) -> tuple[list[str], NDArray[np.intp]]:
    """Return how Wireshark writes the layers that it shows, and for each packet which of these it has."""
    texts, which = reading.protocols
    above = {_above_tcp(text.split(":")) for text in texts} - {""}
    is_hidden = reading.nowhere()
    for name in sorted(above):
        is_hidden |= over_tcp(reading, (name,)) & ~shown(reading, DATA if name in own_names() else name)
    is_quic = shown(reading, "tls") & reading.carries("quic")
    written = [*map(_as_data, texts), *(text.partition(":tcp:")[0] + ":tcp" for text in texts), *(f"{text}:tls" for text in texts)]
    return written, which + len(texts) * (is_hidden + 2 * is_quic)


def _above_tcp(layers: list[str]) -> str:
    return layers[layers.index("tcp") + 1] if "tcp" in layers[:-1] and not any(name in layers for name in QUOTING) else ""


def _as_data(text: str) -> str:
    rest, _, last = text.rpartition(":")
    return f"{rest}:{DATA}" if last in own_names() else text
