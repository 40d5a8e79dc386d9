"""What a program does that lets scapy sniff and looks at each packet: live_scapy.py INTERFACE"""

from __future__ import annotations

import json
import signal
import struct
import sys
from collections import Counter

from scapy.config import conf
from scapy.layers.inet import IP
from scapy.sendrecv import AsyncSniffer

SOL_PACKET, STATISTICS = 263, 6


def main() -> None:
    hierarchy: Counter[str] = Counter()
    conversations: Counter[tuple[str, ...]] = Counter()

    def count(packet) -> None:  # type: ignore[no-untyped-def]
        hierarchy[":".join(layer.__name__ for layer in packet.layers())] += 1
        if IP in packet:
            conversations[packet[IP].src, packet[IP].dst] += len(packet)

    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    sock = conf.L2listen(iface=sys.argv[1])
    sniffer = AsyncSniffer(opened_socket=sock, prn=count, store=False)
    sniffer.start()
    print("ready", flush=True)
    signal.sigwait({signal.SIGTERM})
    _, dropped = struct.unpack("II", sock.ins.getsockopt(SOL_PACKET, STATISTICS, 8))
    print(json.dumps({"packets": sum(hierarchy.values()), "dropped": dropped}), flush=True)


if __name__ == "__main__":
    main()
