"""What is remembered of a TCP connection, and how each segment adds to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from sharky.rules.filters.tcp_segments import ACK, FIN, PUSH, RST, SYN, Segment

MASK, HALF = 0xFFFFFFFF, 1 << 31
MOST_WAITING = 256
MOST_IN_FLIGHT = 2_000_000_000
UNKNOWN_SCALE, NO_SCALE = -1, -2


class Odd:
    """What is odd about a segment."""

    RETRANSMISSION = 1
    LOST_SEGMENT = 2
    ACK_LOST_SEGMENT = 4
    KEEP_ALIVE = 8
    KEEP_ALIVE_ACK = 16
    DUPLICATE_ACK = 32
    ZERO_WINDOW = 64
    ZERO_WINDOW_PROBE = 128
    ZERO_WINDOW_PROBE_ACK = 256
    WINDOW_UPDATE = 512
    WINDOW_FULL = 1024
    OUT_OF_ORDER = 2048
    FAST_RETRANSMISSION = 4096
    SPURIOUS_RETRANSMISSION = 8192
    REUSED_PORTS = 16384
    NOTED = 32768
    """Nothing odd, but Wireshark keeps a note of the segment, and shows how long the handshake took."""


NOTHING_ODD = 0


class Closing:
    """Who closes a connection."""

    ACTIVE = 1
    PASSIVE = 2


class Seen:
    """What a connection has had so far."""

    SYN = 1
    SYN_ACK = 2
    ACK = 4
    DATA = 8
    FIN = 16
    RST = 32


Waiting = tuple[int, int, int, int]


@dataclass(slots=True)
class Direction:
    """One direction of a connection; numbers are as sent, None before there is one, for which Wireshark takes 0, too.

    Attributes:
        base: From which relative numbers count.
        following: The highest number that follows a segment, when that came, and in which packet.
        expected: Up to which the other side can acknowledge what was captured without a hole.
        acknowledged, window: As it said last.
        repeated: How often it acknowledged the same again, or TOLD.
        repeats: Number of the packet that acknowledged this first.
        acknowledged_ns: When it acknowledged last.
        odd: What was odd about its last segment.
        scale: Bits by which its windows are shifted.
        sacked: What it acknowledged out of order last.
        waiting: Segments that were not acknowledged yet: number, number behind, packet time, number of the packet.
        is_first: Whether its SYN was the last with ACK or SYN, so that its window is not scaled yet.
        is_sure: Whether nothing is missing since the other side acknowledged something.
        pushed, was_push: Octets since some were to be delivered at once, and whether the last were.
        is_closing: Whether it closes the connection, and the other side did not before.
    """

    base: int | None = None
    following: int | None = None
    following_ns: int = 0
    following_number: int = 0
    expected: int | None = None
    acknowledged: int | None = None
    window: int | None = None
    repeated: int = 0
    repeats: int = 0
    acknowledged_ns: int = 0
    odd: int = NOTHING_ODD
    scale: int = UNKNOWN_SCALE
    sacked: tuple[tuple[int, int], ...] = ()
    waiting: list[Waiting] = field(default_factory=list)
    is_first: bool = False
    is_sure: bool = True
    pushed: int = 0
    was_push: bool = False
    is_closing: bool = False


@dataclass(slots=True)
class Connection:
    """Both directions; the second is the one that goes from the lower to the higher end."""

    directions: tuple[Direction, Direction] = field(default_factory=lambda: (Direction(), Direction()))
    began_ns: int = 0
    before_ns: int = 0
    asked_ns: int = 0
    first_rtt_ns: int = 0
    seen: int | None = None


def behind(one: int, other: int) -> int:
    """Return how far one number is behind another, round the corner where that is nearer."""
    return (one - other + HALF & MASK) - HALF


def begin(segment: Segment, connection: Connection, sender: Direction, receiver: Direction) -> None:
    """Note from where numbers count, and how long the handshake takes."""
    flags = segment.flags
    if sender.base is None:
        sender.base = segment.sequence if flags & SYN else segment.sequence - 1 & MASK
    if receiver.base is None and flags & ACK:
        receiver.base = segment.acknowledgement - 1 & MASK
    if flags & (SYN | ACK) == SYN:
        connection.asked_ns = segment.time_ns
    elif flags & (SYN | ACK) == ACK and not connection.first_rtt_ns and connection.asked_ns:
        connection.first_rtt_ns = segment.time_ns - connection.asked_ns
    if flags & SYN:
        sender.is_first = True
    elif flags & ACK:
        sender.is_first = False


def seen_with(segment: Segment, before: int | None) -> int:
    """Return what a connection has had with a segment, given what it had; of its first segment only a SYN counts."""
    flags = segment.flags
    if before is None:
        return (Seen.SYN | (Seen.DATA if segment.length else 0)) if flags & (SYN | ACK) == SYN else 0
    seen = before | (Seen.FIN if flags & FIN and flags & ACK else 0) | (Seen.RST if flags & RST else 0)
    if flags & SYN and flags & ACK:
        return seen | Seen.SYN_ACK
    if flags & ACK and not flags & SYN:
        seen |= Seen.DATA if segment.length else Seen.ACK
    return seen


def note_scale(segment: Segment, sender: Direction, receiver: Direction) -> None:
    """Note how windows are scaled: only if both say so (RFC 7323 section 2.2)."""
    if not segment.flags & SYN:
        return
    if segment.scale is not None:
        sender.scale = segment.scale
    if sender.scale == UNKNOWN_SCALE:
        sender.scale = receiver.scale = NO_SCALE
    elif segment.flags & ACK and receiver.scale == NO_SCALE:
        sender.scale = NO_SCALE


def advance(segment: Segment, odd: int, sender: Direction, receiver: Direction) -> tuple[Waiting | None, int | None]:
    """Remember a segment; return what it acknowledges, and how many octets are on their way behind it."""
    is_probe = bool(odd & Odd.ZERO_WINDOW_PROBE)
    end = segment.sequence + segment.length + bool(segment.flags & (SYN | FIN)) & MASK
    if end != segment.sequence:
        sender.waiting.append((segment.sequence, end, segment.time_ns, segment.number))
        del sender.waiting[:-MOST_WAITING]
    if not is_probe and (sender.following is None or behind(end, sender.following) > 0):
        sender.following, sender.following_ns, sender.following_number = end or None, segment.time_ns, segment.number
    if not is_probe and (sender.expected is None or segment.sequence == sender.expected):
        sender.expected = sender.following
    sender.window, sender.acknowledged, sender.acknowledged_ns = segment.window, segment.acknowledgement, segment.time_ns
    sender.odd, sender.sacked = odd, segment.sacked
    sender.is_sure = sender.is_sure and not odd & Odd.LOST_SEGMENT
    acknowledged = _acknowledged(segment, receiver) if receiver.waiting else None
    receiver.is_sure = receiver.is_sure or bool(segment.flags & ACK)
    return acknowledged, _in_flight(segment, sender, receiver) if segment.length and sender.is_sure else None


def sent_before(sender: Direction) -> tuple[int, int]:
    """Return when the oldest that waits to be acknowledged was sent, from which Wireshark counts, and in which packet."""
    _, _, sent_ns, number = sender.waiting[0] if sender.waiting else (0, 0, sender.following_ns, sender.following_number)
    return sent_ns, number


def _acknowledged(segment: Segment, receiver: Direction) -> Waiting | None:
    acknowledged = next((one for one in receiver.waiting if one[1] == segment.acknowledgement), None)
    left = [one for one in receiver.waiting if behind(one[1], segment.acknowledgement) > 0]
    receiver.waiting = [
        (begin if behind(segment.acknowledgement, begin) <= 0 else segment.acknowledgement, end, sent_ns, number)
        for begin, end, sent_ns, number in left
    ]
    return acknowledged


def _in_flight(segment: Segment, sender: Direction, receiver: Direction) -> int | None:
    base = sender.base or 0
    first = min(begin - base & MASK for begin, *_ in sender.waiting)
    last = max(end - base & MASK for _, end, *_ in sender.waiting)
    octets = last - first - sum(high - low & MASK for low, high in receiver.sacked)
    return (octets - bool(segment.flags & (SYN | FIN)) or None) if 0 < octets < MOST_IN_FLIGHT else None


def pushed(segment: Segment, sender: Direction) -> int:
    """Return how many octets came since the last that were to be delivered at once."""
    sender.pushed = segment.length + (0 if sender.was_push else sender.pushed)
    sender.was_push = bool(segment.flags & PUSH)
    return sender.pushed


def closing(segment: Segment, sender: Direction, receiver: Direction) -> int | None:
    """Return who closes the connection with a segment that does; None for all others."""
    if not segment.flags & FIN:
        return None
    sender.is_closing = not receiver.is_closing
    return Closing.ACTIVE if sender.is_closing else Closing.PASSIVE
