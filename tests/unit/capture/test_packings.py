from __future__ import annotations

import contextlib
import gzip
import importlib
import importlib.util
import io
import os
import random
import struct
import zlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from sharky.capture import capturefile, open_captures, packings
from sharky.capture.gzipped import GzipReader
from sharky.model.errors import CaptureError
from tests.unit.capture.builder import block, enhanced, interface, packets_of, pcap, pcap_record, pcapng, read, section

PACKETS = packets_of([60, 1514, 90])
CONTENT = pcapng(PACKETS * 50)
NOISE = [os.urandom(1000) for _ in range(300)]


def zstd(content: bytes) -> bytes:
    return bytes(importlib.import_module("zstandard").ZstdCompressor().compress(content))


def lz4(content: bytes) -> bytes:
    return bytes(importlib.import_module("lz4.frame").compress(content))


def summed_zstd(content: bytes) -> bytes:
    return bytes(importlib.import_module("zstandard").ZstdCompressor(write_checksum=True).compress(content))


def summed_lz4(content: bytes) -> bytes:
    return bytes(importlib.import_module("lz4.frame").compress(content, content_checksum=True))


def needs(package: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(importlib.util.find_spec(package) is None, reason=f"the optional package {package} is not installed")


every_packing = pytest.mark.parametrize(
    "pack",
    [gzip.compress, pytest.param(zstd, marks=needs("zstandard")), pytest.param(lz4, marks=needs("lz4"))],
    ids=["gzip", "zstd", "lz4"],
)


summed_packing = pytest.mark.parametrize(
    "pack",
    [gzip.compress, pytest.param(summed_zstd, marks=needs("zstandard")), pytest.param(summed_lz4, marks=needs("lz4"))],
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


@summed_packing
def test_a_wrong_checksum_is_named_and_takes_no_packet(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    for packets in (NOISE, [bytes(60)] * 300):
        seen = read(tmp_path, pack(pcap(packets))[:-4] + b"\xde\xad\xbe\xef")
        assert seen.octets == packets
        assert "the compressed octets are damaged; 300 packets before it were read" in seen.problems[0].message


@summed_packing
def test_a_checksum_that_is_not_there_is_named_and_takes_no_packet(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    seen = read(tmp_path, pack(pcap(NOISE))[:-4])
    assert seen.octets == NOISE
    assert "the compressed octets end early; 300 packets before it were read" in seen.problems[0].message


@needs("zstandard")
def test_a_zstd_file_that_ends_between_two_blocks_is_named_with_its_octet(tmp_path: Path) -> None:
    module = importlib.import_module("zstandard")
    packer = module.ZstdCompressor().compressobj()
    seen = read(tmp_path, packer.compress(pcap(PACKETS)) + packer.flush(module.COMPRESSOBJ_FLUSH_BLOCK))
    assert seen.octets == PACKETS
    assert f"cut at byte {len(pcap(PACKETS))}: the compressed octets end early; 3 packets before it" in seen.problems[0].message


@every_packing
@pytest.mark.parametrize("left", [5, 12])
def test_a_file_that_ends_before_anything_can_be_unpacked_is_not_called_empty(
    tmp_path: Path, pack: Callable[[bytes], bytes], left: int
) -> None:
    with pytest.raises(CaptureError, match="the compressed octets end early\n  get the file anew"):
        read(tmp_path, pack(b"\n\r\r\n" + os.urandom(5000))[:left])


@needs("zstandard")
def test_a_zstd_file_that_takes_too_much_memory_says_so(tmp_path: Path) -> None:
    module = importlib.import_module("zstandard")
    parameters = module.ZstdCompressionParameters.from_level(3, window_log=30)
    packer = module.ZstdCompressor(compression_params=parameters).compressobj()
    with pytest.raises(CaptureError, match=r"takes 1,024 MiB of memory, and no more than 128 are allowed\n  pack it anew.*--long=27"):
        read(tmp_path, packer.compress(CONTENT) + packer.flush())


@pytest.mark.parametrize("pack", [pytest.param(zstd, marks=needs("zstandard")), pytest.param(lz4, marks=needs("lz4"))])
def test_frames_that_hold_nothing_are_passed_over_and_other_octets_are_damage(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    skippable = struct.pack("<II", 0x184D2A53, 70_000) + bytes(70_000)
    packed = pack(pcap(PACKETS))
    assert not read(tmp_path, packed + skippable).problems
    seen = read(tmp_path, packed + skippable + b"what is this?")
    assert seen.octets == PACKETS
    assert "the compressed octets are damaged" in seen.problems[0].message
    assert "the compressed octets end early" in read(tmp_path, packed + skippable[:-1]).problems[0].message


@needs("lz4")
@pytest.mark.parametrize("block", [4, 5, 6, 7])
@pytest.mark.parametrize("is_summed", [True, False])
def test_lz4_is_unpacked_with_every_size_of_block(tmp_path: Path, block: int, is_summed: bool) -> None:  # noqa: FBT001 - a parameter
    module = importlib.import_module("lz4.frame")
    packed = module.compress(CONTENT * 60, block_size=block, block_checksum=is_summed, store_size=is_summed, block_linked=is_summed)
    seen = read(tmp_path, packed)
    assert len(seen.octets) == 60 * 150
    assert not seen.counters["damaged_files"]


def long_zstd(content: bytes) -> bytes:
    """As `zstd --long` packs a file."""
    module = importlib.import_module("zstandard")
    parameters = module.ZstdCompressionParameters.from_level(3, window_log=27, enable_ldm=True)
    packer = module.ZstdCompressor(compression_params=parameters).compressobj()
    return bytes(packer.compress(content) + packer.flush())


@needs("zstandard")
def test_what_zstd_packs_with_long_is_read(tmp_path: Path) -> None:
    seen = read(tmp_path, long_zstd(CONTENT))
    assert seen.octets == PACKETS * 50
    assert not seen.problems


def in_words(count: int) -> list[bytes]:
    """Packets that can be packed, each by as much."""
    choose = random.Random(5)
    words = [choose.randbytes(9) for _ in range(200)]
    return [b"".join(choose.choices(words, k=100)) for _ in range(count)]


IN_WORDS = in_words(3000)
RECORD_OCTETS = len(pcap(IN_WORDS)) // 3000


def lz4_of_large_blocks(content: bytes, *, is_linked: bool, is_summed: bool) -> bytes:
    module = importlib.import_module("lz4.frame")
    packed = module.compress(content, block_size=module.BLOCKSIZE_MAX1MB, block_linked=is_linked, block_checksum=is_summed)
    return bytes(packed)


by_blocks = pytest.mark.parametrize(
    ("pack", "lost_octets"),
    [
        pytest.param(partial(lz4_of_large_blocks, is_linked=True, is_summed=True), 20_000, marks=needs("lz4")),
        pytest.param(partial(lz4_of_large_blocks, is_linked=False, is_summed=False), 20_000, marks=needs("lz4")),
        pytest.param(summed_zstd, 256 << 10, marks=needs("zstandard")),
        (gzip.compress, 20_000),
    ],
    ids=["lz4 of linked blocks", "lz4 of single blocks", "zstd", "gzip"],
)


@by_blocks
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_what_stands_before_the_end_of_a_cut_file_is_kept(
    tmp_path: Path, pack: Callable[[bytes], bytes], lost_octets: int, part: float
) -> None:
    packed = pack(pcap(IN_WORDS))
    seen = read(tmp_path, packed[: int(len(packed) * part)])
    assert seen.octets == IN_WORDS[: len(seen.octets)]
    assert abs(len(seen.octets) / 3000 - part) * 3000 * RECORD_OCTETS < lost_octets
    assert "cut at byte " in seen.problems[0].message
    assert "the compressed octets end early" in seen.problems[0].message


@by_blocks
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_what_stands_before_damage_is_kept(tmp_path: Path, pack: Callable[[bytes], bytes], lost_octets: int, part: float) -> None:
    packed = bytearray(pack(pcap(IN_WORDS)))
    place = int(len(packed) * part)
    packed[place : place + 64] = b"\xff" * 64
    seen = read(tmp_path, bytes(packed))
    kept = int(3000 * part) - lost_octets // RECORD_OCTETS
    assert seen.octets[:kept] == IN_WORDS[:kept]
    assert seen.counters["damaged_files"] == 1
    assert " at byte " in seen.problems[-1].message


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
    seen = read(tmp_path, gzip.compress(pcap([bytes(200_000)] * 50)))
    assert "unpacks to more than 500 times its size" in seen.problems[0].message
    assert 0 < len(seen.octets) < 50


@every_packing
@pytest.mark.parametrize(
    ("begin", "record"),
    [(pcap([]), pcap_record(b"")), (section(), block(77, b"")), (section() + interface(), enhanced(b""))],
    ids=["packets of pcap", "blocks", "packets of pcapng"],
)
def test_a_bomb_of_small_records_ends_with_the_octet_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes], begin: bytes, record: bytes
) -> None:
    monkeypatch.setattr(capturefile, "BOMB_RECORDS", 10_000)
    seen = read(tmp_path, pack(begin + record * 200_000), chunk_octets=1 << 16)
    assert " at byte " in seen.problems[0].message
    assert "there are more than 3 records to an octet of the compressed file" in seen.problems[0].message
    place = int(seen.problems[0].message.partition(" at byte ")[2].partition(":")[0])
    assert (place - len(begin)) % len(record) == 0
    assert place < len(begin) + 200_000 * len(record)


@every_packing
def test_a_capture_that_is_packed_well_is_no_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]) -> None:
    monkeypatch.setattr(capturefile, "BOMB_RECORDS", 10_000)
    seen = read(tmp_path, pack(pcap([bytes(60)] * 100_000)))
    assert len(seen.octets) == 100_000
    assert not seen.problems


@pytest.mark.parametrize(("name", "package"), [("zstd", "zstandard"), ("lz4", "lz4")])
def test_a_packing_whose_package_is_missing_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, package: str
) -> None:
    packing = next(packing for packing in packings.PACKINGS if packing.name == name)
    monkeypatch.setitem(importlib.import_module("sys").modules, packing.module, None)
    with pytest.raises(CaptureError, match=f"packed with {name}\n  to read it: .* -m pip install {package}"):
        read(tmp_path, packing.magic + bytes(100))
