"""What a program does that reads a raw socket packet by packet and dissects each with dpkt: live_dpkt.py INTERFACE"""

from __future__ import annotations

import json
import signal
import socket
import struct
import sys
from collections import Counter

import dpkt

SOL_PACKET, STATISTICS, SO_RCVBUFFORCE, ETH_P_ALL = 263, 6, 33, 3


def main() -> None:
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
    sock.bind((sys.argv[1], ETH_P_ALL))
    sock.settimeout(0.2)
    stopping: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    packets, hierarchy, conversations = 0, Counter[str](), Counter[tuple[bytes, ...]]()
    print("ready", flush=True)
    while not stopping:
        try:
            octets = sock.recv(2048)
        except TimeoutError:
            continue
        packets += 1
        path, layer = "", dpkt.ethernet.Ethernet(octets)
        while isinstance(layer, dpkt.Packet):
            path += ":" + type(layer).__name__
            if isinstance(layer, dpkt.ip.IP | dpkt.ip6.IP6):
                conversations[tuple(sorted((layer.src, layer.dst)))] += len(octets)
            layer = layer.data
        hierarchy[path] += 1
    _, dropped = struct.unpack("II", sock.getsockopt(SOL_PACKET, STATISTICS, 8))
    print(json.dumps({"packets": packets, "dropped": dropped}))


if __name__ == "__main__":
    main()
