"""A machine with an SPI bus, seen through lgpio: refuses what the kernel and the library refuse, and keeps what was sent."""

from __future__ import annotations

import os
from pathlib import Path


class FakeLgpio:
    """Takes the place of the module `lgpio`, with the names and signatures of lgpio 0.2.2."""

    class error(Exception):  # noqa: N801, N818 - lgpio's own name
        def __init__(self, value: str) -> None:
            self.value = value

        def __str__(self) -> str:
            return repr(self.value)

    def __init__(self, root: Path, *, bufsiz: int = 4096, buses: tuple[str, ...] = ("spidev0.0",)) -> None:
        self.sent: list[bytes] = []
        self.opened: list[tuple[str, int, int]] = []
        self.is_broken = False
        self._root, self._bufsiz = root, bufsiz
        self._open: set[int] = set()
        (root / "dev").mkdir(exist_ok=True)
        for bus in buses:
            (root / "dev" / bus).touch()
        parameters = root / "sys/module/spidev/parameters"
        parameters.mkdir(parents=True, exist_ok=True)
        (parameters / "bufsiz").write_text(f"{bufsiz}\n")

    @property
    def open_handles(self) -> int:
        return len(self._open)

    def spi_open(self, spi_device: int, spi_channel: int, baud: int, spi_flags: int = 0) -> int:
        path = self._root / f"dev/spidev{spi_device}.{spi_channel}"
        if not path.exists() or not os.access(path, os.R_OK | os.W_OK):
            raise self.error("can not open SPI device")
        self.opened.append((path.name, baud, spi_flags))
        handle = len(self.opened)
        self._open.add(handle)
        return handle

    def spi_write(self, handle: int, data: bytes) -> int:
        if handle not in self._open:
            raise self.error("unknown handle")
        if not 0 < len(data) <= 1 << 16:
            raise self.error("bad SPI count")
        if len(data) > self._bufsiz or self.is_broken:
            raise self.error("spi xfer/read/write failed")
        self.sent.append(bytes(data))
        return len(data)

    def spi_close(self, handle: int) -> int:
        self._open.remove(handle)
        return 0
