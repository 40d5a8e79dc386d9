"""Where packets come from: capture files and streams, the pace at which they are replayed, and live networks (`ring`)."""

from sharky.capture.clock import SystemClock
from sharky.capture.files import check_captures, open_captures
from sharky.capture.pacing import Looped, Paced
from sharky.capture.writing import PcapngWriter, write_pcapng

__all__ = [
    "Looped",
    "Paced",
    "PcapngWriter",
    "SystemClock",
    "check_captures",
    "open_captures",
    "write_pcapng",
]
