"""Where packets come from: capture files and streams, the pace at which they are replayed, and live networks (`ring`)."""

from sharky.capture.clock import SystemClock
from sharky.capture.files import check_captures, open_captures
from sharky.capture.pacing import Looped, Paced
from sharky.capture.parts import Part, first_wrong, split_capture
from sharky.capture.writing import PcapngWriter, write_pcapng

__all__ = [
    "Looped",
    "Paced",
    "Part",
    "PcapngWriter",
    "SystemClock",
    "check_captures",
    "first_wrong",
    "open_captures",
    "split_capture",
    "write_pcapng",
]
