"""Runs a program that is given network taps inside other namespaces: taps.py PROCESS:TAP PROCESS:TAP -- PROGRAM ...

In the program's words %0 and %1 become the numbers of the open taps (<linux/if_tun.h>).
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import struct
import sys

TUNSETIFF, IFF_TAP, IFF_NO_PI, CLONE_NEWNET = 0x400454CA, 0x0002, 0x1000, 0x40000000


def main() -> None:
    """Open the taps and become the program."""
    end = sys.argv.index("--")
    home = os.open("/proc/self/ns/net", os.O_RDONLY)
    taps = [_open(*spec.split(":")) for spec in sys.argv[1:end]]
    _enter(home)
    words = sys.argv[end + 1 :]
    for number, tap in enumerate(taps):
        words = [word.replace(f"%{number}", str(tap)) for word in words]
    os.execvp(words[0], words)


def _open(process: str, name: str) -> int:
    namespace = os.open(f"/proc/{process}/ns/net", os.O_RDONLY)
    _enter(namespace)
    os.close(namespace)
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
    os.set_inheritable(tap, True)
    return tap


def _enter(namespace: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(namespace, CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "cannot enter the network namespace")


if __name__ == "__main__":
    main()
