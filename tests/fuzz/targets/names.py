"""What packets carry: everything that parses payload, on payloads that lie, each packet within a bound of time."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Callable
from functools import partial

import numpy as np

from sharky.dissect import Fragments, dissect
from sharky.identify.endpoints import endpoints
from sharky.identify.identifier import Identifier
from sharky.identify.info import info
from sharky.identify.names_datagrams import DATAGRAMS
from sharky.identify.names_dns_stream import DnsStream
from sharky.identify.names_documents import read_description
from sharky.identify.names_frames import FRAMES
from sharky.identify.names_http import read_heads
from sharky.identify.names_logins import login_over_http
from sharky.identify.names_streams import DtlsStream, GoogleQuicStream, QuicStream, TcpStream
from sharky.identify.netbios_names import decode_netbios_name
from sharky.model.columns import Columns, Labels
from sharky.model.packets import PacketBatch
from sharky.model.protocols import ProtocolTree
from sharky.quic.initial import crypto_frames
from tests.fuzz.targets.frames import frames, payloads
from tests.fuzz.targets.packets import batch

MOST_NS = 10_000_000
"""How long one packet may take at most."""

LONGEST_NAME = 4096
TRIES = 4


def check_names(octets: bytes) -> None:
    """Identify packets and describe each, together and one by one, and give their payloads to each parser by itself."""
    wanted = payloads(octets)
    packets = batch(frames(wanted))
    _bounded(lambda: partial(_identify, [packets], _Reader()), max(1, len(packets)))
    one_by_one = [_only(packets, place) for place in range(len(packets))]
    assert _identify([packets], _Reader()) == _identify(one_by_one, _Reader())
    for _, payload in wanted:
        _bounded(partial(partial, _parse, payload))


def _only(packets: PacketBatch, place: int) -> PacketBatch:
    """Return a batch of one packet of another."""
    own = slice(place, place + 1)
    columns = (packets.offset, packets.captured, packets.wire_length, packets.time_ns, packets.linktype, packets.interface)
    return PacketBatch(packets.buffer, *(column[own] for column in columns), place + 1, int(packets.time_ns[place]))


class _Reader:
    """What remembers from batch to batch."""

    def __init__(self) -> None:
        self.tree, self.fragments = ProtocolTree(), Fragments()
        self.identifier = Identifier(self.tree, most_flows=64)


def _identify(batches: list[PacketBatch], reader: _Reader) -> list[object]:
    """Return all that is said of some packets, in the order of capture."""
    said: list[object] = []
    for packets in batches:
        columns = dissect(packets, reader.tree, reader.fragments)
        labels = reader.identifier.identify(columns)
        said += [_of_packet(columns, labels, row) for row in np.argsort(columns.position).tolist()]
        for _, heard in labels.heard:
            assert len(heard.name) < LONGEST_NAME
    assert all(report.name for report in reader.identifier.devices())
    return said


def _of_packet(columns: Columns, labels: Labels, row: int) -> tuple[object, ...]:
    text = info(columns, labels, row)
    assert text.isprintable()
    assert len(text) < LONGEST_NAME
    names = labels.names
    faces = [names.faces[int(column[row])] for column in (labels.source_device, labels.destination_device)]
    return (
        columns.first_number + int(columns.position[row]),
        columns.tree.path(int(labels.path[row])),
        int(labels.flow[row]),
        names.servers[int(labels.server[row])],
        names.services[int(labels.service[row])],
        int(labels.category[row]),
        int(labels.direction[row]),
        [(face.device, face.name, face.kind) for face in faces],
        bool(labels.is_new_device[row]),
        [repr(heard) for of_row, heard in labels.heard if of_row == row],
        endpoints(columns, row),
        text,
    )


def _parse(payload: bytes) -> None:
    for read in (*DATAGRAMS.values(), *FRAMES.values(), crypto_frames):
        list(read(payload))
    for read_whole in (read_description, read_heads):
        read_whole(payload)
    for token in (payload.decode("latin-1"), b64encode(payload).decode()):
        list(login_over_http([("authorization", f"NTLM {token}")]))
    third = len(payload) // 3
    for stream in (TcpStream(1), DnsStream(1), QuicStream(), GoogleQuicStream(), DtlsStream()):
        for begin, end in ((0, third), (2 * third, len(payload)), (third, 2 * third)):
            if begin < end:
                stream.feed(payload[begin:end], 1 + begin)
        stream.finish()
    decode_netbios_name(payload.decode("latin-1"))


def _bounded(prepare: Callable[[], Callable[[], object]], packets: int = 1) -> None:
    """Do something, and fail where it took too long; what else runs on the machine is not its fault, so a slow one may try again."""
    spent = []
    for _ in range(TRIES):
        work = prepare()
        begin = time.process_time_ns()
        work()
        spent.append(time.process_time_ns() - begin)
        if spent[-1] < MOST_NS * packets:
            return
    raise AssertionError(f"{packets} packets took {min(spent) / 1e6:.1f} ms")
