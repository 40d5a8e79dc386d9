"""How a package that is missing comes to the very Python that runs: `pip` alone may be another one's, or refused by the system."""

from __future__ import annotations

import shlex
import sys


def way_to_install(what: str, debian: str = "") -> str:
    """Return the command that installs a package.

    Args:
        what: What pip calls it, such as "scapy", or "sharky[pi]" for an extra of ours.
        debian: What Debian calls it, for a Python that is the system's own.
    """
    is_systems = sys.prefix == sys.base_prefix
    return f"sudo apt install {debian}" if debian and is_systems else f"{shlex.quote(sys.executable)} -m pip install {shlex.quote(what)}"
