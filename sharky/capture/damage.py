"""What can be wrong inside a capture file: reading ends there, what was read before is kept."""

from __future__ import annotations


class DamageError(Exception):
    """Raised by a format where the chain of records breaks; whoever reads the file reports it and ends.

    Attributes:
        position: Where in the chunk the record that is wrong begins.
        reason: What is wrong with it, as half a sentence.
        counter: The counter that it adds to, besides `damaged_files`; empty for none.
    """

    def __init__(self, position: int, reason: str, counter: str = "") -> None:
        super().__init__(reason)
        self.position = position
        self.reason = reason
        self.counter = counter
