"""Names as packets say them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heard:
    """One name that one packet carries.

    Attributes:
        kind: Where the name stood, such as "sni", "dns" or "dhcp_host".
        name: The name as its author wrote it, so not safe to be printed as it is.
        about: Whose name it is, an IP or a MAC address as text; empty where it is no address's.
        lifetime_s: How long it holds by its own account; 0 where it does not say.
    """

    kind: str
    name: str
    about: str = ""
    lifetime_s: int = 0
