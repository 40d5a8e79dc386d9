"""Sends single UDP packets at random moments, to ports by turns: prober.py SECONDS PAUSE PORT ..."""

from __future__ import annotations

import itertools
import random
import socket
import struct
import sys
import time

ADDRESSES = bytes.fromhex("020000000009" + "020000000008")


def packet(port: int) -> bytes:
    ip = struct.pack(">BxHxxxxBBxx4s4s", 0x45, 20 + 8 + 5, 64, 17, bytes([10, 0, 0, 8]), bytes([10, 0, 0, 9]))
    return ADDRESSES + b"\x08\x00" + ip + struct.pack(">HHHH", 9, port, 8 + 5, 0) + b"probe"


def main() -> None:
    seconds, pause = map(float, sys.argv[1:3])
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    sock.bind(("eth0", 0))
    end = time.monotonic() + seconds
    for port in itertools.cycle(map(int, sys.argv[3:])):
        time.sleep(pause * random.uniform(0.5, 1.5))
        if time.monotonic() > end:
            return
        sock.send(packet(port))


if __name__ == "__main__":
    main()
