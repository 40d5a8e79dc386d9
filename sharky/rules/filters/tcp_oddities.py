"""What is odd about a TCP segment, by the rules of Wireshark's User's Guide, "TCP Analysis"."""

from __future__ import annotations

from sharky.rules.filters.tcp_connections import MASK, NOTHING_ODD, UNKNOWN_SCALE, Connection, Direction, Odd, behind
from sharky.rules.filters.tcp_segments import ACK, FIN, RST, SYN, Segment

FAST_NS, CLOSE_NS = 20_000_000, 3_000_000
"""How soon behind the last repeated acknowledgement what is sent again is fast, and behind the furthest segment out of order.

As in Wireshark, what has an earlier time than that was captured in another order and is neither.
"""

TOLD = -1
"""Instead of how often something was acknowledged: that the other side had acknowledged what was not captured, and it was told."""


def analyse(segment: Segment, connection: Connection, sender: Direction, receiver: Direction) -> int:
    """Return what is odd about a segment, as far as the state of both directions ahead of it tells."""
    odd = _window_and_acknowledgement(segment, sender, receiver)
    if segment.acknowledgement != sender.acknowledged:
        sender.repeated, sender.repeats = 0, segment.number
    elif odd & Odd.DUPLICATE_ACK:
        sender.repeated = max(sender.repeated, 0) + 1
    odd |= _acknowledges_lost(segment, receiver)
    if (segment.length or segment.flags & (SYN | FIN)) and not odd & Odd.KEEP_ALIVE:
        odd |= _sent_again(segment, connection, sender, receiver)
    return odd


def _acknowledges_lost(segment: Segment, receiver: Direction) -> int:
    """Return whether what was not captured is acknowledged, and note that this was told."""
    if not segment.flags & ACK or receiver.expected is None or behind(segment.acknowledgement, receiver.expected) <= 0:
        return NOTHING_ODD
    if receiver.following is not None and behind(receiver.following, receiver.expected) > 0:
        receiver.expected = receiver.following
        return Odd.ACK_LOST_SEGMENT
    is_told, receiver.repeated = receiver.repeated != 0, TOLD
    return Odd.NOTED if is_told else Odd.ACK_LOST_SEGMENT


def _window_and_acknowledgement(segment: Segment, sender: Direction, receiver: Direction) -> int:
    length, is_plain = segment.length, not segment.flags & (SYN | FIN | RST)
    is_next, odd = segment.sequence == sender.following, NOTHING_ODD
    if length == 1 and is_next and receiver.window == 0:
        return Odd.ZERO_WINDOW_PROBE
    if not segment.window and is_plain:
        odd |= Odd.ZERO_WINDOW
    if sender.following is not None and behind(segment.sequence, sender.following) > 0 and not segment.flags & RST:
        odd |= Odd.LOST_SEGMENT
    if not is_plain:
        return odd
    if length <= 1 and sender.following is not None and segment.sequence == sender.following - 1 & MASK:
        odd |= Odd.KEEP_ALIVE
    is_same = is_next and segment.acknowledgement == sender.acknowledged and not length
    if is_same and segment.window and segment.window != sender.window:
        odd |= Odd.WINDOW_UPDATE
    if length and receiver.scale != UNKNOWN_SCALE and receiver.acknowledged is not None and receiver.window is not None:
        edge = receiver.acknowledged + (receiver.window << (0 if receiver.is_first else max(receiver.scale, 0)))
        if segment.sequence + length & MASK == edge & MASK:
            odd |= Odd.WINDOW_FULL
    return odd | _repeated(segment, sender, receiver, is_same=is_same)


def _repeated(segment: Segment, sender: Direction, receiver: Direction, *, is_same: bool) -> int:
    """Return what an acknowledgement is that says nothing new."""
    if segment.length or segment.window != sender.window or segment.sequence != sender.following:
        return NOTHING_ODD
    if segment.window and is_same and receiver.odd & Odd.KEEP_ALIVE:
        return Odd.KEEP_ALIVE_ACK
    if not segment.window and is_same and receiver.odd & Odd.ZERO_WINDOW_PROBE:
        return Odd.ZERO_WINDOW_PROBE_ACK
    return Odd.DUPLICATE_ACK if segment.window and is_same else NOTHING_ODD


def _sent_again(segment: Segment, connection: Connection, sender: Direction, receiver: Direction) -> int:
    """Return why a segment with data, SYN or FIN goes no further than those before it."""
    end = segment.sequence + segment.length & MASK
    following = end + bool(segment.flags & (SYN | FIN)) & MASK
    is_old = sender.following is not None and behind(segment.sequence, sender.following) < 0
    if segment.length > 1 and sender.following is not None and sender.following - 1 & MASK == segment.sequence:
        is_old = False
    if segment.length and receiver.acknowledged and behind(end, receiver.acknowledged) <= 0:
        return Odd.SPURIOUS_RETRANSMISSION
    if not is_old:
        return NOTHING_ODD
    is_asked = receiver.repeated >= 2 and receiver.acknowledged == segment.sequence
    if is_asked and 0 <= segment.time_ns - receiver.acknowledged_ns < FAST_NS:
        return Odd.FAST_RETRANSMISSION
    is_close = 0 <= segment.time_ns - sender.following_ns < (connection.first_rtt_ns or CLOSE_NS)
    return Odd.OUT_OF_ORDER if is_close and sender.following != following else Odd.RETRANSMISSION
