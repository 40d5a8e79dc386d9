"""Ports of this machine that are free: two tests that run side by side never get the same one."""

from __future__ import annotations

import os
import socket
from itertools import count

FIRST, EACH, WORKERS = 20_000, 500, 20
"""Below those that the kernel gives to programs that ask for any (net.ipv4.ip_local_port_range begins at 32768)."""

_next = count(os.getpid())


def free_port() -> int:
    """Return a port at which nobody listens, neither by TCP nor by UDP; each test process has a range of its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    return next(port for number in _next if _is_free(port := FIRST + EACH * worker + number % EACH))


def _is_free(port: int) -> bool:
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as sock:
                sock.bind(("127.0.0.1", port))
    except OSError:
        return False
    return True
