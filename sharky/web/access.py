"""Who may change anything from the page: whoever is on this machine, and in the network who knows the owner's code.

The code is asked for once. Who knew it gets a cookie that this process has signed, with a key that nobody else knows and that is another
one after each start. The cookie says only that its bearer may; no other site's page sends it and no script sees it. The page has no TLS:
who can listen in the network can read code and cookie, and they open nothing but the settings of a lamp.
"""

from __future__ import annotations

import hmac
import threading
import time
from collections import deque
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

ATTEMPTS = 10
"""How many wrong codes are taken in a minute, from all of the network together: more than a person types, and for one of a million
codes, the fewest that six characters make, seventy days."""

MINUTE_S = 60.0


class Access:
    """Knows the code; several threads may ask.

    Args:
        code: The owner's; empty where nobody in the network may change anything.
        way: How an owner gets a code, in words.
        now_s: A clock that nobody sets.

    Attributes:
        wrong: How many codes were wrong, or came too fast to be looked at.
    """

    def __init__(self, code: str = "", way: str = "", now_s: Callable[[], float] = time.monotonic) -> None:
        self.wrong = 0
        self.way = way
        self.has_code = bool(code)
        self._code, self._now_s = code.encode(), now_s
        self._lock = threading.Lock()
        self._wrong_s: deque[float] = deque(maxlen=ATTEMPTS)

    def is_too_fast(self) -> bool:
        """Tell whether so many codes were wrong in the last minute that no further one is looked at."""
        return len(self._wrong_s) == ATTEMPTS and self._now_s() - self._wrong_s[0] < MINUTE_S

    def knows(self, code: str) -> bool:
        """Tell whether somebody knows the code; what is wrong is counted, and nothing is right while it comes too fast."""
        with self._lock:
            is_too_fast = self.is_too_fast()
            if self.has_code and not is_too_fast and hmac.compare_digest(code.strip().encode(), self._code):
                return True
            self.wrong += 1
            if not is_too_fast:
                self._wrong_s.append(self._now_s())
            return False


def is_here(peer: str) -> bool:
    """Return whether a connection comes from this machine.

    >>> [is_here(peer) for peer in ("127.0.0.1", "::1", "::ffff:127.0.0.1", "192.168.1.7", "fe80::1%eth0", "")]
    [True, True, True, False, False, False]
    """
    try:
        address = ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback
