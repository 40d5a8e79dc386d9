"""Which packets carry names, found by columns, so that no other packet is looked at one by one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sharky.identify.names_datagrams import DATAGRAMS
from sharky.identify.names_http import METHODS
from sharky.identify.payloads import Mask
from sharky.identify.tls_hello import CLIENT_HELLO, HANDSHAKE
from sharky.model.columns import Columns
from sharky.model.protocols import MAXIMUM_NODES, Nodes, ProtocolTree
from sharky.tables import distinct
from sharky.tables.strides import gather

HEAD = 8
"""Octets of a payload that the choice looks at."""

NEW, WAITING, DONE = 0, 254, 255
"""Stages of a flow: no hello yet, and up to `MOST_STRAYS` so many packets that led to none; some of it; all of it."""

MOST_STRAYS = 4
"""Packets in which a hello is looked for in vain: TCP segments may overtake its first one, and a capture may begin too late."""

KINDS = ("", "tcp", "tls", "dns over tcp", "quic", "gquic", "dtls", *DATAGRAMS)
"""How to look for names in packets of a protocol; nothing at all in the first."""

MARKED = ("tcp", "tls")
"""Kinds of which only the first packet of a hello can be told by its octets; the others follow it."""

OVER_TCP = (*MARKED, "dns over tcp")
ONE_HELLO = ("quic", "gquic", "dtls")
"""Kinds that have one hello a flow."""

_TCP, _TLS, _DNS_OVER_TCP, _QUIC, _GQUIC, _DTLS = range(1, 7)
_FIRST_DATAGRAM = 7
_NBSS = KINDS.index("nbss")

SMB_COMMAND_AT, SMB2_COMMAND_AT = 8, 16
"""Where the command stands, counted from the length that comes ahead of each message."""

SMB_LOGIN, SMB2_LOGIN = 0x73, 0x01
_SMB, _SMB2 = np.frombuffer(b"\xffSMB\xfeSMB", np.uint32)

FIRST_USER_PORT = 1024

_TLS_CONTENTS = (20, 24)
"""The lowest and the highest type of a TLS record."""

_METHOD_HEADS = distinct(np.frombuffer(b"".join(f"{start}    "[:4].encode() for start in (*METHODS, "HTTP")), np.uint32))

_IS_READ = np.array([number == _DNS_OVER_TCP or (number >= _FIRST_DATAGRAM and number != _NBSS) for number in range(len(KINDS))])
"""Kinds of which every packet is read."""

_IS_INITIAL = np.isin(np.arange(256), [ord(method[0]) for method in METHODS])


class Choice:
    """Remembers for each node how to look for names there."""

    def __init__(self, tree: ProtocolTree) -> None:
        self._tree = tree
        self._known = 0
        self._kind = np.zeros(MAXIMUM_NODES, np.uint8)

    def kinds(self, path: Nodes) -> NDArray[np.uint8]:
        """Return the index in `KINDS` for each packet."""
        for node in range(self._known, len(self._tree)):
            self._kind[node] = self._kind_of(self._tree.path(node).split(":"))
        self._known = len(self._tree)
        return self._kind.take(path)

    def _kind_of(self, layers: list[str]) -> int:
        transport = max((place for place, name in enumerate(layers) if name in ("tcp", "udp")), default=len(layers))
        behind = layers[transport + 1 :]
        if not behind:
            return 0
        if layers[transport] == "udp" or behind[0] == "nbss":
            return KINDS.index(behind[0]) if behind[0] in KINDS[_QUIC:] else 0
        return {"dns": _DNS_OVER_TCP, "tls": _TLS}.get(behind[0], _TCP)


def carry_names(columns: Columns, rows: NDArray[np.intp], kind: NDArray[np.uint8], stage: NDArray[np.uint8]) -> Mask:
    """Return which packets have to be read.

    Args:
        columns: The batch.
        rows: (m,) packets with payload.
        kind: (m,) index in `KINDS`, none of them 0.
        stage: (m,) of their flows.
    """
    wanted = _IS_READ.take(kind)
    wanted |= (kind <= _DNS_OVER_TCP) & (stage == WAITING)
    is_open = stage != DONE
    wanted |= (kind == _GQUIC) & is_open
    for is_asked, tells in (
        (kind <= _TLS, _begins_stream),
        ((kind == _TLS) & (stage < MOST_STRAYS), _is_no_record),
        ((kind == _QUIC) & is_open, _is_initial),
        ((kind == _DTLS) & is_open, _is_handshake),
        (kind == _NBSS, _is_login),
    ):
        asked = is_asked.nonzero()[0]
        if len(asked):
            wanted[asked] |= tells(columns, rows.take(asked))
    return wanted


def _begins_stream(columns: Columns, rows: NDArray[np.intp]) -> Mask:
    """Return which segments begin with a TLS hello or an HTTP message."""
    head = gather(columns.buffer, columns.payload_offset.take(rows), HEAD)
    first = head[:, 0]
    begins = (first == HANDSHAKE) & ((head[:, 5] == CLIENT_HELLO) | (columns.payload_captured.take(rows) < 6))
    letters = _IS_INITIAL.take(first).nonzero()[0]
    words = head[letters].view(np.uint32)[:, 0]
    begins[letters] |= _METHOD_HEADS.take(np.searchsorted(_METHOD_HEADS, words), mode="clip") == words
    return np.asarray(begins)


def _is_no_record(columns: Columns, rows: NDArray[np.intp]) -> Mask:
    """Return which segments begin in the middle of a TLS record."""
    first = columns.buffer.take(columns.payload_offset.take(rows))
    return np.asarray((first < _TLS_CONTENTS[0]) | (first > _TLS_CONTENTS[1]))


def _is_initial(columns: Columns, rows: NDArray[np.intp]) -> Mask:
    """Return which QUIC packets have a long header (RFC 9000 section 17.2) and do not come from a server."""
    is_long = columns.buffer.take(columns.payload_offset.take(rows)) >= 0x80
    return np.asarray(is_long & ~_comes_from_a_server(columns, rows))


def _is_handshake(columns: Columns, rows: NDArray[np.intp]) -> Mask:
    """Return which DTLS packets begin with a handshake (RFC 6347 section 4.1)."""
    return np.asarray(columns.buffer.take(columns.payload_offset.take(rows)) == HANDSHAKE)


def _is_login(columns: Columns, rows: NDArray[np.intp]) -> Mask:
    """Return which packets set up an SMB session (MS-SMB2 section 2.2.1, MS-CIFS section 2.2.3.1)."""
    command = gather(columns.buffer, columns.payload_offset.take(rows), SMB2_COMMAND_AT + 1)
    number = command[:, 4:8].copy().view(np.uint32)[:, 0]
    is_smb = (number == _SMB) & (command[:, SMB_COMMAND_AT] == SMB_LOGIN)
    is_smb2 = (number == _SMB2) & (command[:, SMB2_COMMAND_AT] == SMB2_LOGIN)
    return np.asarray(is_smb | is_smb2)


def _comes_from_a_server(columns: Columns, rows: NDArray[np.intp]) -> Mask:
    """Return which packets go from a port of services to one that clients are given (RFC 6335 section 6)."""
    is_low, is_high = columns.source_port.take(rows) < FIRST_USER_PORT, columns.destination_port.take(rows) >= FIRST_USER_PORT
    return is_low & is_high
