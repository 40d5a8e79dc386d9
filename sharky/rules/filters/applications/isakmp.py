"""Messages of ISAKMP, which agree on keys: what they carry in both versions (RFC 2408 section 3, RFC 2409, RFC 7296 section 3).

Payloads follow one another in a chain, in which each names the kind of the next. As in Wireshark what stands in one may reach behind its
end, but not behind the end of the packet, and of a message that was cut nothing is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from sharky.rules.filters.applications.isakmp_attributes import IKE, IKE_2, IPSEC, read_attributes
from sharky.rules.filters.applications.isakmp_payloads import PLAIN, Content, anything
from sharky.rules.filters.applications.scan import Line, Scan

HEAD, FIRST_AT, VERSION_AT, FLAGS_AT, LENGTH_AT, ENCRYPTED = 28, 16, 17, 19, 24, 0x01
MOST_PAYLOADS, MOST_DEPTH = 200, 6
PROPOSAL, TRANSFORM = 2, 3
INTERNET, OF_KEYS = 1, 1
"""What an association is for: IPsec (RFC 2407); and the protocol of a proposal that is ISAKMP's own."""

TRANSFORMS = {1: "tf.id.encr", 2: "tf.id.prf", 3: "tf.id.integ", 4: "tf.id.dh", 5: "tf.id.esn"}


def read_isakmp(octets: bytes) -> Iterator[Line]:
    """Yield what a message carries, as far as that is not sealed."""
    scan = Scan(octets)
    scan.take(HEAD)
    length, version = int.from_bytes(octets[LENGTH_AT:HEAD]), octets[VERSION_AT] >> 4
    if length < HEAD:
        return
    yield Line("nextpayload", octets[FIRST_AT])
    if LENGTH_AT + length - HEAD > len(octets):
        return
    if version == 1 and octets[FLAGS_AT] & ENCRYPTED:
        yield from (Line("enc.data", 1) for _ in range(length > HEAD))
    else:
        yield from _payloads(octets[FIRST_AT], Content(scan, length, version, 0))


def _payloads(kind: int, content: Content) -> Iterator[Line]:
    """Yield a chain of payloads of which the first has a kind."""
    scan = content.scan
    for _ in range(MOST_PAYLOADS if content.depth < MOST_DEPTH else 0):
        if not kind and scan.at < content.end:
            yield Line("extradata", content.rest())
        if content.end - scan.at < 4 or not kind:
            return
        begin = scan.at
        following, size, lines = _head(kind, content)
        yield from lines
        if size >= 4:
            Scan(scan.octets, scan.at).take(size - 4)
            inner = Content(Scan(scan.octets, scan.at), begin + size, content.version, content.depth + 1)
            yield from READERS.get(kind, anything)(inner)
        scan.at = begin + max(size, 4)
        kind = following


def _head(kind: int, content: Content) -> tuple[int, int, list[Line]]:
    """Read the head of a payload; return the kind of the next, how long it is, and what is told."""
    following, flags, size = content.scan.number(1), content.scan.number(1), content.scan.number(2)
    lines = [Line("typepayload", kind), Line("nextpayload", following), Line("payloadlength", size)]
    if content.version == 1 or kind in (PROPOSAL, TRANSFORM):
        lines.append(Line("reserved", bytes([flags])))
    elif content.is_second:
        lines += [Line("criticalpayload", flags >> 7), Line("reserved7", flags & 0x7F)]
    return following, size, lines


def _association(content: Content) -> Iterator[Line]:
    if content.version == 1:
        purpose = content.scan.number(4)
        yield Line("sa.doi", purpose)
        if purpose != INTERNET or content.end - content.scan.at < 4:
            yield Line("sa.situation", content.rest())
            return
        situation = content.scan.take(4)
        yield Line("sa.situation", situation)
        yield from (
            Line(f"sa.situation.{name}", situation[3] >> bit & 1) for bit, name in enumerate(("identity_only", "secrecy", "integrity"))
        )
    if content.version in (1, 2):
        yield from _payloads(PROPOSAL, content)


def _proposal(content: Content) -> Iterator[Line]:
    scan = content.scan
    yield Line("prop.number", scan.number(1))
    protocol = scan.number(1)
    yield Line("prop.protoid", protocol)
    spi = scan.number(1)
    yield Line("spisize", spi)
    transforms = scan.number(1)
    yield Line("prop.transforms", transforms)
    if spi:
        yield Line("spi", scan.take(spi))
    for _ in range(transforms):
        begin = scan.at
        if content.end - begin < 4:
            return
        _, size, lines = _head(TRANSFORM, content)
        yield from lines
        if size < 4 or content.end - begin < size:
            return
        yield from _transform(Content(Scan(scan.octets, scan.at), begin + size, content.version, 0), protocol)
        scan.at = begin + size


def _transform(content: Content, protocol: int) -> Iterator[Line]:
    scan = content.scan
    if content.version == 1:
        yield Line("trans.number", scan.number(1))
        transform = scan.number(1)
        yield from (Line("trans.id", transform), Line("reserved", scan.take(2)))
        yield from read_attributes(IKE if (protocol, transform) == (OF_KEYS, 1) else IPSEC, scan, content.end)
    elif content.is_second:
        kind = scan.number(1)
        yield from (Line("tf.type", kind), Line("reserved", scan.take(1)), Line(TRANSFORMS.get(kind, "tf.id"), scan.number(2)))
        yield from read_attributes(IKE_2, scan, content.end)


READERS: Mapping[int, Callable[[Content], Iterator[Line]]] = {**PLAIN, **dict.fromkeys((1, 33), _association), PROPOSAL: _proposal}
"""What reads the payloads of each kind."""
