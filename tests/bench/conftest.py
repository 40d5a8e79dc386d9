"""The programs of other libraries are run, never imported: those libraries need not be installed."""

collect_ignore = ["peer_dpkt.py", "peer_scapy.py"]
