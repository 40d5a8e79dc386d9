"""Whether Sharky can run on this machine, and what to mend where it cannot: each finding names the command."""

from __future__ import annotations

from sharky.app.doctor.board import gpio, power, spi
from sharky.app.doctor.findings import Finding
from sharky.app.doctor.interfaces import bridges, interfaces, redirections
from sharky.app.doctor.kernel import clock, packages, rights, sockets
from sharky.app.doctor.machine import Machine
from sharky.app.doctor.storage import card, disk, memory, swap

EXAMINATIONS = (interfaces, bridges, redirections, rights, sockets, clock, packages, gpio, spi, power, memory, disk, card, swap)


def examine(machine: Machine) -> list[Finding]:
    """Return all findings about a machine, in a fixed order."""
    return [finding for examination in EXAMINATIONS for finding in examination(machine)]


def can_run(findings: list[Finding]) -> bool:
    """Tell whether nothing was found that keeps Sharky from running."""
    return not any(finding.level == "trouble" for finding in findings)
