"""A packet socket with its ring in memory: all that is asked of the kernel (packet(7), Documentation/networking/packet_mmap.rst)."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import select
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from sharky.capture.packets import MAXIMUM_PACKET
from sharky.capture.ringfilter import assemble, beginnings, without_own_page
from sharky.capture.ringinterface import LOOPBACK, current_name, hardware_type, is_up, linktype_of, no_such_interface, own_addresses
from sharky.capture.ringnames import names_whole
from sharky.capture.ringqueue import NAMES, WHOLE, QueueSize
from sharky.capture.ringslots import BEFORE_ETHERNET, SlotRing
from sharky.model.errors import CaptureError, Problem
from sharky.model.packets import LINKTYPE_ETHERNET
from sharky.model.quoting import is_no_text

SOL_PACKET = 263
ADD_MEMBERSHIP, RX_RING, STATISTICS, COPY_THRESH, VERSION, IGNORE_OUTGOING = 1, 5, 6, 7, 10, 23
TPACKET_V2, PROMISCUOUS, ETH_P_ALL, SO_ATTACH_FILTER, SO_RCVBUFFORCE = 1, 1, 3, 26, 33
"""<linux/if_packet.h>, <linux/if_ether.h> and <asm/socket.h>."""

BLOCK_OCTETS = 1 << 16
"""The kernel allocates the ring in blocks: a multiple of a page on every machine (16 KiB on a Pi 5), and of most slots."""


@dataclass(frozen=True, slots=True)
class RingOptions:
    """How to listen.

    Attributes:
        slot_octets: Size of a slot, a power of two from 128 on. Of each packet all but 66 of them are captured at most.
        keeps_names: Whether packets that may carry names are captured whole, beside the ring, and of long others less (Ethernet only).
        keeps_whole: Whether all packets that are longer than a slot are captured whole, beside the ring.
        ring_octets: Size of all slots, whole blocks of them. How long the kernel can go on while nobody reads.
        page_port: TCP port of Sharky's own page, whose packets are left out; None for none.
        is_promiscuous: Whether to ask the card for packets that are not for this machine.
        is_incoming_only: Whether to leave out what leaves through the interface, so that a packet that is forwarded between two
            interfaces which are both listened on counts once.
    """

    slot_octets: int = 256
    keeps_names: bool = True
    keeps_whole: bool = False
    ring_octets: int = 12 << 20
    page_port: int | None = None
    is_promiscuous: bool = True
    is_incoming_only: bool = False

    @property
    def queue(self) -> QueueSize:
        """How much may be beside the ring."""
        return WHOLE if self.keeps_whole else NAMES


class RingLink:
    """One interface's ring.

    Attributes:
        linktype: What it carries.
        slots: The ring.
    """

    def __init__(self, interface: str, options: RingOptions) -> None:
        """Listen on an interface.

        Raises:
            CaptureError: With the way out, where that is not possible.
        """
        hardware = hardware_type(interface)
        self.linktype = linktype_of(interface, hardware)
        self._socket = _open_socket(interface)
        self._options, self._own = options, list[bytes]()
        try:
            self._ask_for_whole(options)
            self._attach_filter()
            memory = self._map_ring(options)
            self._bind(interface, options.is_promiscuous, options.is_incoming_only or hardware == LOOPBACK)
        except OSError as error:
            self._socket.close()
            raise _refusal(interface, error) from error
        except UnicodeEncodeError as error:
            self._socket.close()
            raise CaptureError(is_no_text(interface)) from error
        self.slots = SlotRing(np.frombuffer(memory, np.uint8), options.slot_octets)
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN | select.POLLERR)

    def wait(self, longest_ns: int) -> bool:
        """Wait until a packet comes; return whether the kernel reports something about the interface instead."""
        events = self._poll.poll(max(1, longest_ns // 1_000_000))
        if not any(event & select.POLLERR for _, event in events):
            return False
        self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return True

    def read_queued(self, into: memoryview) -> int:
        """Take the next packet that was kept whole out of the socket's queue (see `Queue`)."""
        try:
            return self._socket.recv_into(into, 0, socket.MSG_DONTWAIT)
        except OSError:
            return 0

    def dropped(self) -> int:
        """Return how many packets the kernel has dropped since the last call."""
        drops: int = struct.unpack("II", self._socket.getsockopt(SOL_PACKET, STATISTICS, 8))[1]
        return drops

    def name(self) -> str | None:
        """Return the name that the interface has now; None where it is gone."""
        return current_name(self._index)

    def is_up(self) -> bool:
        """Return whether packets can come."""
        name = self.name()
        return name is not None and is_up(name)

    def renew(self) -> None:
        """Leave the own page out by the hardware addresses that this machine has now: a bridge takes over those of its ports."""
        if self._own and self._own != own_addresses():
            self._attach_filter()

    def close(self) -> None:
        """Stop listening. Python's map of the ring holds the socket open, and goes with the last look at its memory."""
        del self.slots
        self._socket.close()

    def _ask_for_whole(self, options: RingOptions) -> None:
        if options.keeps_whole or (options.keeps_names and self.linktype == LINKTYPE_ETHERNET):
            self._socket.setsockopt(SOL_PACKET, COPY_THRESH, 1)
            self._ask_for_queue(options.queue.kernel_octets)

    def _attach_filter(self) -> None:
        options = self._options
        snaplen = MAXIMUM_PACKET if options.keeps_whole else options.slot_octets - BEFORE_ETHERNET
        is_ethernet = self.linktype == LINKTYPE_ETHERNET
        kept = names_whole(snaplen) if options.keeps_names and not options.keeps_whole and is_ethernet else beginnings(snaplen)
        program = assemble(kept)
        if options.page_port is not None and is_ethernet:
            self._own = own_addresses()
            program = without_own_page(kept, options.page_port, self._own)
        memory = ctypes.create_string_buffer(program, len(program))
        self._socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(program) // 8, ctypes.addressof(memory)))

    def _ask_for_queue(self, octets: int) -> None:
        """Have a queue of some length; who may not administer the network gets what the system allows (net.core.rmem_max)."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, octets)
        with contextlib.suppress(PermissionError):
            self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, octets)

    def _map_ring(self, options: RingOptions) -> mmap.mmap:
        block = max(BLOCK_OCTETS, options.slot_octets)
        size = max(options.ring_octets, block)
        self._socket.setsockopt(SOL_PACKET, VERSION, TPACKET_V2)
        ring = struct.pack("IIII", block, size // block, options.slot_octets, size // options.slot_octets)
        self._socket.setsockopt(SOL_PACKET, RX_RING, ring)
        return mmap.mmap(self._socket.fileno(), size, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)

    def _bind(self, interface: str, is_promiscuous: bool, is_incoming_only: bool) -> None:  # noqa: FBT001
        """Let packets in, now that filter and ring are there."""
        self._index = socket.if_nametoindex(interface)
        if is_incoming_only:
            self._socket.setsockopt(SOL_PACKET, IGNORE_OUTGOING, 1)
        if is_promiscuous:
            self._socket.setsockopt(SOL_PACKET, ADD_MEMBERSHIP, struct.pack("iHH8s", self._index, PROMISCUOUS, 0, b""))
        self._socket.bind((interface, ETH_P_ALL))


def _open_socket(interface: str) -> socket.socket:
    """Return a packet socket that receives nothing yet.

    Raises:
        CaptureError: Where this program, or this system, has no such sockets.
    """
    if not hasattr(socket, "AF_PACKET"):
        raise CaptureError(
            Problem(f"live capture needs Linux, this is {sys.platform}", "record with another program, and replay: sharky replay FILE")
        )
    try:
        return socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    except OSError as error:
        raise _refusal(interface, error) from error


def _refusal(interface: str, error: OSError) -> CaptureError:
    if error.errno in (errno.ENODEV, errno.ENXIO):
        return no_such_interface(interface)
    if error.errno in (errno.EPERM, errno.EACCES):
        python = Path(sys.executable).resolve()
        return CaptureError(
            Problem(
                f"this program may not listen on {interface}",
                f"run it with sudo, or give Python the right to, once: sudo setcap cap_net_raw+ep {python}",
            )
        )
    if error.errno == errno.ENOMEM:
        return CaptureError(Problem(f"there is no memory for the ring of {interface}", "end other programs, or take a smaller ring"))
    return CaptureError(Problem(f"cannot listen on {interface}: {os.strerror(error.errno or 0)}"))
