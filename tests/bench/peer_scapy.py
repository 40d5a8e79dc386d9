"""Protocol hierarchy and conversations the way a scapy program counts them, to be compared with `sharky stats`."""

from __future__ import annotations

import sys
from collections import Counter

from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6
from scapy.utils import PcapReader


def main() -> None:
    hierarchy: Counter[str] = Counter()
    conversations: Counter[tuple[str, ...]] = Counter()
    with PcapReader(sys.argv[1]) as packets:
        for packet in packets:
            path = ""
            for layer in packet.layers():
                path += ":" + layer.__name__
                hierarchy[path] += 1
            for network in (IP, IPv6):
                if network in packet:
                    conversations[tuple(sorted((packet[network].src, packet[network].dst)))] += 1
    print(len(hierarchy), len(conversations))


if __name__ == "__main__":
    main()
