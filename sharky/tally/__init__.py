"""What a capture holds, counted: protocols, addresses and conversations, as a whole and over the last minute."""

from sharky.tally.export import summary_csv, summary_json
from sharky.tally.minute import LastMinute
from sharky.tally.report import summary_text
from sharky.tally.tally import Tally

__all__ = ["LastMinute", "Tally", "summary_csv", "summary_json", "summary_text"]
