"""Sends packets at an interface, and hears a sample of those that come in."""

from __future__ import annotations

import errno
import select
import socket
from collections.abc import Collection, Iterator

from sharky.model.errors import PlacementError, Problem

HEARD_AT_ONCE = 100
"""Of each kind, so that a flood costs us no more than a trickle; the kernel throws away what is too much."""
LONGEST_HEARD = 64
BUFFER_BYTES = 65_536
ETH_P_IP, ETH_P_ARP, ETH_P_IPV6 = 0x0800, 0x0806, 0x86DD
EVERYTHING, NOTHING = (ETH_P_ARP, ETH_P_IP, ETH_P_IPV6), (0,)
"""EtherTypes that are heard."""
PASSING = (errno.ENETDOWN, errno.ENOBUFS, errno.EAGAIN)
"""Troubles that may be over a second later."""


class Wire:
    """An interface, to send at and to hear. Close it when done."""

    def __init__(self, interface: str, kinds: Collection[int] = EVERYTHING) -> None:
        self._interface = interface
        self._sockets = [self._open(kind) for kind in kinds]
        self.failed = 0
        """How many packets could not be sent."""

    def send(self, octets: bytes) -> None:
        """Send one packet; where there is no link just now, it is counted.

        Raises:
            PlacementError: If the interface is gone.
        """
        try:
            self._sockets[0].send(octets)
        except OSError as error:
            self._pass_or_raise(error)
            self.failed += 1

    def hear(self, seconds: float) -> Iterator[bytes]:
        """Wait for packets, and yield the first octets of some of them."""
        ready, _, _ = select.select(self._sockets, [], [], max(0.0, seconds))
        for sock in ready:
            for _ in range(HEARD_AT_ONCE):
                try:
                    yield sock.recv(LONGEST_HEARD, socket.MSG_DONTWAIT | socket.MSG_TRUNC)
                except OSError as error:
                    self._pass_or_raise(error)
                    break

    def close(self) -> None:
        """Close the sockets."""
        for sock in self._sockets:
            sock.close()

    def _open(self, kind: int) -> socket.socket:
        try:
            sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            sock.bind((self._interface, kind))
        except OSError as error:
            raise self._problem(error) from error
        return sock

    def _pass_or_raise(self, error: OSError) -> None:
        if error.errno not in PASSING:
            raise self._problem(error) from error

    def _problem(self, error: OSError) -> PlacementError:
        reason = (error.strerror or str(error)).lower()
        return PlacementError(Problem(f"cannot use {self._interface}: {reason}", "ip link shows what there is"))
