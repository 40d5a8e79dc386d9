"""Names of interfaces in commands that a person copies: the kernel allows nearly everything in them, the shell means something by it."""

from __future__ import annotations

import os
import shlex

from sharky.model.errors import Problem


def quoted(word: str) -> str:
    r"""Return a word as a shell takes it; what does not print is written as bash, zsh and POSIX.1-2024 have it.

    >>> print(quoted("eth0"), quoted("eth$0;"), quoted("eth\x1b'0"))
    eth0 'eth$0;' $'eth\x1b\'0'
    """
    if word.isprintable():
        return shlex.quote(word)
    return f"$'{''.join(map(_escaped, os.fsencode(word)))}'"


def is_no_text(interface: str) -> Problem:
    r"""Return what is said about an interface whose name is not UTF-8: Python binds no packet socket to it.

    >>> print(is_no_text("eth\udcff").hint)
    give it another one: sudo ip link set $'eth\xff' down; sudo ip link set $'eth\xff' name lan0
    """
    old = quoted(interface)
    way_out = f"give it another one: sudo ip link set {old} down; sudo ip link set {old} name lan0"
    return Problem(f"the name of interface {old} is no text", way_out)


def _escaped(octet: int) -> str:
    r"""Return an octet as it stands between $' and '."""
    if chr(octet) in "\\'":
        return f"\\{chr(octet)}"
    return chr(octet) if 0x20 <= octet < 0x7F else f"\\x{octet:02x}"
