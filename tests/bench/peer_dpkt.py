"""Protocol hierarchy and conversations the way a dpkt program counts them, to be compared with `sharky stats`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import dpkt


def main() -> None:
    hierarchy: Counter[str] = Counter()
    conversations: Counter[tuple[bytes, ...]] = Counter()
    with Path(sys.argv[1]).open("rb") as file:
        for _, octets in dpkt.pcap.Reader(file):
            layer = dpkt.ethernet.Ethernet(octets)
            path = ""
            while isinstance(layer, dpkt.Packet):
                path += ":" + type(layer).__name__
                hierarchy[path] += 1
                if isinstance(layer, dpkt.ip.IP | dpkt.ip6.IP6):
                    conversations[tuple(sorted((layer.src, layer.dst)))] += 1
                layer = layer.data
    print(len(hierarchy), len(conversations))


if __name__ == "__main__":
    main()
