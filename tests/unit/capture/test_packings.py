from __future__ import annotations

import contextlib
import gzip
import importlib
import importlib.util
import io
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from sharky.capture import open_captures, packings
from sharky.capture.gzipped import GzipReader
from sharky.model.errors import CaptureError
from tests.unit.capture.builder import packets_of, pcap, pcapng, read

PACKETS = packets_of([60, 1514, 90])
CONTENT = pcapng(PACKETS * 50)
NOISE = [os.urandom(1000) for _ in range(300)]


def zstd(content: bytes) -> bytes:
    return bytes(importlib.import_module("zstandard").ZstdCompressor().compress(content))


def lz4(content: bytes) -> bytes:
    return bytes(importlib.import_module("lz4.frame").compress(content))


def needs(package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(importlib.util.find_spec(package) is None, reason=f"the optional package {package} is not installed")


every_packing = pytest.mark.parametrize(
    "pack",
    [gzip.compress, pytest.param(zstd, marks=needs("zstandard")), pytest.param(lz4, marks=needs("lz4"))],
    ids=["gzip", "zstd", "lz4"],
)


@every_packing
def test_a_packed_capture_is_unpacked_in_one_piece_and_in_several(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    several = b"".join(pack(CONTENT[at : at + 999]) for at in range(0, len(CONTENT), 999))
    for packed in (pack(CONTENT), several):
        seen = read(tmp_path, packed, chunk_octets=2000)
        assert seen.octets == PACKETS * 50
        assert not seen.problems


@every_packing
def test_what_ends_early_keeps_what_was_unpacked(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    seen = read(tmp_path, pack(pcap(NOISE))[:-20_000])
    assert len(seen.octets) > 20
    assert seen.octets == NOISE[: len(seen.octets)]
    assert seen.counters["damaged_files"] == 1


@every_packing
def test_damaged_octets_neither_raise_nor_hang(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(pcap(NOISE))
    for place in range(4, len(packed), 19_997):
        try:
            seen = read(tmp_path, packed[:place] + bytes([packed[place] ^ 0x55]) + packed[place + 1 :])
        except CaptureError:
            continue
        assert len(seen.octets) <= 300


def test_a_wrong_checksum_is_named_and_takes_no_packet(tmp_path: Path) -> None:
    seen = read(tmp_path, gzip.compress(pcap(NOISE))[:-8] + bytes(8))
    assert seen.octets == NOISE
    assert "the compressed octets are damaged; 300 packets before it were read" in seen.problems[0].message


def test_packets_come_in_batches_as_large_as_from_a_plain_file(tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain.pcap", tmp_path / "packed.pcap.gz"
    plain.write_bytes(pcap([bytes(1400)] * 3000))
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    sizes = [[len(batch) for batch in open_captures([path]).batches()] for path in (plain, packed)]
    assert sizes[0] == sizes[1]


def test_a_gzip_file_is_read_up_to_its_damage(tmp_path: Path) -> None:
    packer = zlib.compressobj(wbits=31)
    sound = packer.compress(pcap(NOISE[:20])) + packer.flush(zlib.Z_FULL_FLUSH)
    seen = read(tmp_path, sound + b"\xff" * 20)
    assert seen.octets == NOISE[:20]
    assert "the compressed octets are damaged; 20 packets before it were read" in seen.problems[0].message


@pytest.mark.parametrize("sound", range(12, 48, 5))
def test_a_damaged_gzip_file_holds_the_same_octets_however_much_is_asked_for(sound: int) -> None:
    packer = zlib.compressobj(wbits=31, strategy=zlib.Z_FIXED)
    packed = packer.compress(b"a" * 5000) + packer.flush()
    for damage in range(256):
        damaged = packed[:sound] + bytes([damage]) * 20
        assert len({_unpacked(damaged, most) for most in (1, 7, 100, 1 << 16)}) == 1


def _unpacked(packed: bytes, most: int) -> bytes:
    """Return what can be unpacked up to the damage or the end, so many octets at a time."""
    reader, unpacked = GzipReader(io.BytesIO(packed)), b""
    with contextlib.suppress(zlib.error, EOFError):
        while more := reader.read1(most):
            unpacked += more
    return unpacked


def test_zeros_behind_a_gzip_file_are_passed_over_and_other_octets_are_damage(tmp_path: Path) -> None:
    packed = gzip.compress(pcap(PACKETS))
    assert not read(tmp_path, packed + bytes(70_000)).problems
    seen = read(tmp_path, packed + b"what is this?")
    assert seen.octets == PACKETS
    assert seen.counters["damaged_files"] == 1


def test_a_gzip_bomb_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packings, "BOMB_OCTETS", 1 << 20)
    packer = zlib.compressobj(wbits=31)
    bomb = packer.compress(pcap([])) + b"".join(packer.compress(bytes(1 << 20)) for _ in range(8)) + packer.flush()
    seen = read(tmp_path, bomb)
    assert "unpacks to more than 500 times its size" in seen.problems[0].message
    assert len(seen.octets) < 8 << 16


@pytest.mark.parametrize(("name", "package"), [("zstd", "zstandard"), ("lz4", "lz4")])
def test_a_packing_whose_package_is_missing_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    packing = next(packing for packing in packings.PACKINGS if packing.name == name)
    monkeypatch.setitem(importlib.import_module("sys").modules, packing.module, None)
    with pytest.raises(CaptureError, match=f"packed with {name}\n  to read it: pip install {package}"):
        read(tmp_path, packing.magic + bytes(100))
