"""The layer for rpi-image-gen makes the same appliance as image/build, of the same files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

IMAGE = Path(__file__).parents[3] / "image"
LAYER = IMAGE / "layer"
LAYERS = sorted((LAYER / "layer").glob("*.yaml"))
DEVICE_BRINGS = {"linux-image-arm64", "raspi-firmware", "firmware-brcm80211"}
KNOWN_ELSEWHERE = {"rpi5", "image-base", "debian-trixie-arm64", "rpi-debian-trixie"}
FIELDS = {"Name", "Version", "Category", "Desc", "Requires", "Provides"}


def metadata(layer: Path) -> dict[str, str]:
    """The fields in the layer's head, which is in the format of Debian's control files."""
    head = re.search(r"^# METABEGIN\n(.*?)^# METAEND\n---$", layer.read_text(), re.DOTALL | re.MULTILINE)
    assert head is not None
    joined = re.sub(r"\n#  ", " ", head[1])
    return dict(line.removeprefix("# X-Env-Layer-").split(": ", maxsplit=1) for line in joined.splitlines())


@pytest.mark.parametrize("layer", LAYERS, ids=lambda path: path.stem)
def test_the_head_of_a_layer_has_the_fields_that_rpi_image_gen_knows(layer: Path) -> None:
    fields = metadata(layer)
    assert fields["Name"] == layer.stem
    assert re.fullmatch(r"\d+\.\d+\.\d+", fields["Version"])
    assert fields.keys() <= FIELDS


def test_every_layer_that_is_asked_for_exists() -> None:
    config = yaml.safe_load((LAYER / "config/sharky.yaml").read_text())
    wanted = {*config["layer"], config["device"]["layer"], config["image"]["layer"], *(metadata(layer)["Requires"] for layer in LAYERS)}
    assert wanted == {layer.stem for layer in LAYERS} | KNOWN_ELSEWHERE


def test_the_packages_are_those_of_the_debian_flavour() -> None:
    debian = {line.split("#")[0].strip() for line in (IMAGE / "packages.txt").read_text().splitlines()} - {""}
    packages = yaml.safe_load((LAYER / "layer/sharky.yaml").read_text())["mmdebstrap"]["packages"]
    assert set(packages) == debian - DEVICE_BRINGS
    assert debian > DEVICE_BRINGS


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A copy of image, whose stages write down how they are called; a program "chroot" does so, too."""
    copy = tmp_path / "image"
    shutil.copytree(IMAGE, copy, ignore=shutil.ignore_patterns("built"))
    for stage in ("wheels", "sharky", "assemble"):
        (copy / "stages" / stage).write_text(
            f'#!/bin/sh\necho {stage} "$@" >>{tmp_path}/calls\nls $1/root >/dev/null 2>&1 || [ "$1" = --into ]\n'
        )
    (copy / "stages/assemble").open("a").write('cp -r "$1/boot" "$2/"\n')
    (tmp_path / "bin").mkdir()
    chroot = tmp_path / "bin/chroot"
    chroot.write_text(f'#!/bin/sh\nshift\necho "$@" >>{tmp_path}/calls\n')
    chroot.chmod(0o755)
    return copy


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """What rpi-image-gen has made so far."""
    firmware = tmp_path / "root/boot/firmware"
    firmware.mkdir(parents=True)
    (firmware / "config.txt").write_text("auto_initramfs=1\n[cm5]\ndtoverlay=dwc2\n")
    (firmware / "kernel_2712.img").write_text("kernel")
    (tmp_path / "root/etc").mkdir()
    return tmp_path / "root"


def run_hook(image: Path, hook: str, *arguments: Path) -> list[str]:
    path = f"{image.parent}/bin:{os.environ['PATH']}"
    subprocess.run([image / "layer/layer" / hook, *arguments], env={"PATH": path, "SOURCE_DATE_EPOCH": "0"}, check=True, cwd="/")
    return (image.parent / "calls").read_text().splitlines()


def test_every_unit_and_file_of_the_debian_flavour_is_put_in(image: Path, root: Path) -> None:
    calls = run_hook(image, "sharky.d/hooks/customize10-sharky", root)
    enabled = next(call for call in calls if call.startswith("systemctl --quiet enable")).split()[3:]
    units = [path for path in (IMAGE / "root/usr/lib/systemd/system").iterdir() if "[Install]" in path.read_text()]
    assert units
    assert {unit.stem if unit.suffix == ".service" else unit.name for unit in units} <= set(enabled)
    files = [path.relative_to(IMAGE / "root") for path in (IMAGE / "root").rglob("*") if path.is_file()]
    assert [path for path in files if (root / path).read_bytes() != (IMAGE / "root" / path).read_bytes()] == []
    assert [call.split()[:2] for call in calls if call.startswith(("wheels", "sharky"))][1] == ["sharky", "--into"]


def test_the_card_keeps_the_firmwares_own_kernel_and_has_spi(image: Path, root: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    run_hook(image, "image-sharky.d/hooks/preimage10-card", root, tmp_path / "out")
    boot = tmp_path / "out/boot"
    config = (boot / "config.txt").read_text().splitlines()
    assert config[0] == "auto_initramfs=1"
    added = config[config.index("[all]") :]
    assert {"dtparam=spi=on", "dtparam=watchdog=on"} <= set(added)
    assert not [line for line in config if line.startswith(("kernel=", "upstream_kernel", "initramfs ", "dtoverlay=sharky"))]
    assert added[1:].count("[all]") == len([line for line in added[1:] if line.startswith("[")]) == 0
    assert "console=serial0,115200 root=PARTUUID=53484152-02" in (boot / "cmdline.txt").read_text()
    assert (boot / "kernel_2712.img").read_text() == "kernel"
    assert (root / "boot/firmware/config.txt").read_text().endswith("dtoverlay=dwc2\n"), "a second run begins with the same"
