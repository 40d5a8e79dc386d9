"""What every check works with: an image, two hosts to plug a machine between, and the owner's key."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from image.checks.card import Card
from image.checks.guest import Guest
from image.checks.network import network
from image.checks.table import Table
from tests.live.house import Host


@dataclass(frozen=True, slots=True)
class Bed:
    """A test bed.

    Attributes:
        image: The image as a card has it.
        folder: For all that is made.
        phone: The host at the machine's first port.
        router: The host at its second port, with DHCP, DNS and a web server.
        key: The owner's private key; the public one is on each card.
        table: What was checked.
    """

    image: Path
    folder: Path
    phone: Host
    router: Host
    key: Path
    table: Table

    def card(self, name: str, size_mib: int = 1024) -> Card:
        """Return a new card with the owner's key."""
        card = Card(self.image, self.folder / f"{name}.img", size_mib)
        card.put("sharky/authorized_keys", self.key.with_suffix(".pub").read_bytes())
        return card

    def switch_on(self, card: Card, *, log: Path | None = None, words: tuple[str, ...] = ()) -> Guest:
        """Start a machine from a card; what it writes goes into the log, and words to its kernel."""
        return Guest(card, self.folder, (self.phone, self.router), log=log, words=words)


@contextmanager
def bed(image: Path, table: Table) -> Iterator[Bed]:
    """Make a test bed; it is gone after the block."""
    with tempfile.TemporaryDirectory(dir=image.parent) as name, network() as (phone, router):
        folder = Path(name)
        key = folder / "key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        yield Bed(image, folder, phone, router, key, table)
