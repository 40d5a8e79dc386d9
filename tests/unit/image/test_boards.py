"""What each board needs, held against what an image holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from image.checks.boards import Need, holdings, missing, needs

BUILT = Path(os.environ.get("SHARKY_IMAGE", Path(__file__).parents[3] / "image" / "built"))
BOARDS = ("Pi 3", "Pi 4", "Pi 5", "Zero 2 W", "every")


def held(*lines: str) -> list[Need]:
    return missing(needs(), holdings(lines))


def test_every_board_has_its_firmware_trees_and_drivers_listed() -> None:
    assert {need.board for need in needs()} == set(BOARDS)
    assert {need.kind for need in needs()} == {"boot", "root", "module", "early"}
    assert all(any(need.kind == "boot" and need.name.endswith(".dtb") for need in needs() if need.board == board) for board in BOARDS[:4])


def test_an_empty_image_lacks_everything() -> None:
    assert held() == needs()


def test_a_file_is_there_only_on_its_own_partition() -> None:
    assert "start4.elf" in {need.name for need in held("f 644 9 root/start4.elf")}
    assert "start4.elf" not in {need.name for need in held("f 644 9 boot/start4.elf")}


def test_an_empty_file_is_not_there() -> None:
    assert "start4.elf" in {need.name for need in held("f 644 0 boot/start4.elf")}


def test_a_driver_is_there_under_either_spelling_and_packed_or_not() -> None:
    for path in ("kernel/usb/xhci_pci.ko", "kernel/usb/xhci-pci.ko.xz"):
        assert "xhci-pci" not in {need.name for need in held(f"early usr/lib/modules/1/{path}")}


def test_a_driver_for_the_root_must_be_in_the_initramfs() -> None:
    driver = "usr/lib/modules/1/kernel/fs/squashfs/squashfs.ko.xz"
    assert "squashfs" in {need.name for need in held(f"f 644 9 root/{driver}")}
    assert "squashfs" not in {need.name for need in held(f"early {driver}")}


def test_a_driver_in_the_kernel_is_there_from_the_start() -> None:
    lacking = {need.name for need in held("builtin kernel/fs/squashfs/squashfs.ko", "builtin kernel/net/bridge/bridge.ko")}
    assert not lacking & {"squashfs", "bridge"}


@pytest.mark.skipif(not (BUILT / "manifest.txt").exists(), reason="no image has been built here (image/build)")
@pytest.mark.parametrize("board", BOARDS)
def test_the_built_image_has_what_a_board_needs(board: str) -> None:
    held_here = holdings((BUILT / "manifest.txt").read_text().splitlines())
    assert missing([need for need in needs() if need.board == board], held_here) == []
