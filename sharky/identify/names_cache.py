"""Which name an address was last looked up by, for as long as the answer holds."""

from __future__ import annotations

from collections import OrderedDict

MOST_ADDRESSES = 1 << 14
"""Addresses that are remembered: a busy house looks up some thousands a day; 4 MiB when full."""

LEAST_LIFETIME_S = 1
"""An answer that holds for no time at all holds at least for whoever asked."""

SECOND_NS = 1_000_000_000


class AddressNames:
    """Names of addresses. Where all places are taken, the one that was told longest ago is forgotten.

    >>> names = AddressNames()
    >>> names.tell(b"addr", "www.example", lifetime_s=60, now_ns=0)
    >>> names.find(b"addr", now_ns=60 * SECOND_NS), names.find(b"addr", now_ns=61 * SECOND_NS)
    ('www.example', '')
    """

    def __init__(self, most: int = MOST_ADDRESSES) -> None:
        self._most = most
        self._known: OrderedDict[bytes, tuple[str, int, int]] = OrderedDict()

    def __contains__(self, address: bytes) -> bool:
        return address in self._known

    def tell(self, address: bytes, name: str, lifetime_s: int, now_ns: int) -> None:
        """Remember the name of an address."""
        self._known.pop(address, None)
        if len(self._known) >= self._most:
            self._known.popitem(last=False)
        self._known[address] = name, now_ns + max(lifetime_s, LEAST_LIFETIME_S) * SECOND_NS, now_ns

    def find(self, address: bytes, now_ns: int) -> str:
        """Return the name of an address, empty where none is known or the answer holds no more."""
        name, until_ns, _ = self._known.get(address, ("", now_ns, now_ns))
        return name if now_ns <= until_ns else ""

    def leap(self, by_ns: int) -> None:
        """Take the names along with a clock that was set forward: they hold for as long as they would have.

        >>> names = AddressNames()
        >>> names.tell(b"addr", "www.example", lifetime_s=60, now_ns=0)
        >>> names.leap(3600 * SECOND_NS)
        >>> names.find(b"addr", now_ns=3660 * SECOND_NS), names.find(b"addr", now_ns=3661 * SECOND_NS)
        ('www.example', '')
        """
        for address, (name, until_ns, told_ns) in self._known.items():
            self._known[address] = name, until_ns + by_ns, told_ns + by_ns

    def told_since(self, time_ns: int) -> list[tuple[bytes, str]]:
        """Return the addresses that were given a name at or after a moment of packet time, the newest first.

        >>> names = AddressNames()
        >>> names.tell(b"addr", "www.example", lifetime_s=60, now_ns=5)
        >>> names.told_since(5), names.told_since(6)
        ([(b'addr', 'www.example')], [])
        """
        told = []
        for address, (name, _, told_ns) in reversed(self._known.items()):
            if told_ns < time_ns:
                break
            told.append((address, name))
        return told
