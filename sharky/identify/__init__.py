"""Layer 7 by signature first and port second, remembered for each flow; and what a packet says, for the packet list.

Counting packets needs the `recogniser` alone, so nothing is loaded from here: names, services and devices take longer to
load than a small capture to count.
"""
