"""The image's own scripts and lists, as far as they can be checked without building it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sharky.appliance.door import open_door
from sharky.appliance.files import checks
from sharky.appliance.keeping import Kept
from sharky.lights.codes import codes

IMAGE = Path(__file__).parents[3] / "image"
SCRIPTS = sorted(
    path for path in IMAGE.rglob("*") if path.is_file() and path.open("rb").read(2) == b"#!" and b"sh\n" in path.open("rb").readline()
)


def entries(name: str) -> list[str]:
    return [line.split("#")[0].strip() for line in (IMAGE / name).read_text().splitlines() if line.split("#")[0].strip()]


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not installed (apt install shellcheck)")
@pytest.mark.parametrize("script", [*SCRIPTS, IMAGE.parent / "scripts/install"], ids=lambda path: str(path.relative_to(IMAGE.parent)))
def test_scripts_have_no_trap_that_shellcheck_knows(script: Path) -> None:
    checked = subprocess.run(["shellcheck", "--exclude=SC1091", script], capture_output=True, text=True, check=False)
    assert checked.stdout == ""


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(IMAGE)))
def test_scripts_can_be_run(script: Path) -> None:
    assert script.stat().st_mode & 0o111


@pytest.mark.parametrize(
    ("script", "part"), [("image/check", "--build"), ("image/build", "--fresh"), ("scripts/test", "scripts/test unit")]
)
def test_help_comes_before_anything_is_asked_for_or_installed(script: str, part: str, tmp_path: Path) -> None:
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n")
    (tmp_path / "id").chmod(0o755)
    path = f"{tmp_path}:{os.environ['PATH']}"
    asked = subprocess.run([IMAGE.parent / script, "--help"], env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False)
    assert (asked.returncode, asked.stderr, part in asked.stdout) == (0, "", True)


def test_no_package_is_named_twice() -> None:
    packages = entries("packages.txt")
    assert len(packages) == len(set(packages)) > 20


def test_what_is_left_out_are_files_and_not_whole_trees() -> None:
    assert all(each.lstrip("+").startswith("/usr/") for each in entries("leave-out.txt"))


def test_the_kernel_command_line_is_one_line_and_mounts_the_root_read_only() -> None:
    words = (IMAGE / "boot/cmdline.txt").read_text().splitlines()
    assert len(words) == 1
    assert {"ro", "rootwait", "sharky.overlay", "panic=10", "root=PARTUUID=53484152-02"} <= set(words[0].split())


def test_spi_is_switched_on_where_the_kernel_has_it_and_with_a_steady_clock() -> None:
    config = (IMAGE / "boot/config.txt").read_text()
    for board in ("pi3", "pi4", "pi02"):
        assert f"[{board}]\ndtoverlay=sharky-strip\n" in config
    assert config.endswith("\n[all]\n"), "what is added behind it is for every board"
    assert "enable_uart=1" in config.partition("[")[0].splitlines()


@pytest.mark.skipif(not shutil.which("fdtoverlay"), reason="dtc is not installed (apt install device-tree-compiler)")
def test_the_overlay_switches_the_bus_on_with_its_two_lines(tmp_path: Path) -> None:
    board = tmp_path / "board.dts"
    board.write_text("/dts-v1/; / { gpio: gpio { #gpio-cells = <2>; gpio-controller; }; dma: dma { #dma-cells = <1>; }; spi: spi { }; };")
    built = {name: tmp_path / name for name in ("board", "strip", "both")}
    for source, name in ((board, "board"), (IMAGE / "overlays/sharky-strip.dts", "strip")):
        subprocess.run(["dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o", built[name], source], check=True)
    subprocess.run(["fdtoverlay", "-i", built["board"], "-o", built["both"], built["strip"]], check=True)
    assert fdt(built["both"], "/spi", "status") == "okay"
    assert fdt(built["both"], "/gpio/strip-pins", "brcm,pins") == "10 11"
    assert fdt(built["both"], "/spi", "pinctrl-0") == fdt(built["both"], "/gpio/strip-pins", "phandle")
    assert fdt(built["both"], "/spi", "cs-gpios").split()[1:] == ["8", "1"]
    assert fdt(built["both"], "/spi/strip@0", "compatible") == "lwn,bk4"
    assert fdt(built["both"], "/spi", "dmas").split()[1::2] == ["6", "7"]


def fdt(tree: Path, node: str, name: str) -> str:
    return subprocess.run(["fdtget", tree, node, name], capture_output=True, text=True, check=True).stdout.strip()


def test_what_a_person_reads_on_the_card_has_the_line_ends_of_windows() -> None:
    for path in (path for path in (IMAGE / "card").rglob("*") if path.is_file()):
        octets = path.read_bytes()
        assert octets.count(b"\n") == octets.count(b"\r\n") > 0


def test_nothing_on_the_image_has_a_password() -> None:
    assert "PasswordAuthentication no" in (IMAGE / "root/etc/ssh/sshd_config.d/sharky.conf").read_text()
    assert not [path for path in IMAGE.rglob("*") if path.name in ("shadow", "passwd")]
    assert not [path for path in SCRIPTS if "chpasswd" in path.read_text()]


def test_the_guide_has_every_light_code() -> None:
    guide = (IMAGE / "README.md").read_text()
    for code in codes().values():
        assert f"| {code.zone}" in guide
        assert f"| {code.meaning} | {code.way_out} |" in guide


@pytest.mark.skipif(os.geteuid() != 0, reason="image/build needs root")
def test_where_each_stage_lies_is_said_although_nothing_was_built(tmp_path: Path) -> None:
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path)}
    said = subprocess.run([IMAGE / "build", "--where"], env=environment, capture_output=True, text=True, check=True).stdout
    assert [line.split()[0] for line in said.splitlines()] == ["packages", "wheels", "system", "sharky", "assemble", "publish"]


@pytest.mark.parametrize("name", ["sharky.yaml", "wifi-example.txt", "rules-example.txt"])
def test_what_lies_on_the_card_is_right_as_it_is(name: str, tmp_path: Path) -> None:
    (tmp_path / "card").mkdir()
    for source, target in (("sharky.yaml", "sharky.yaml"), ("wifi-example.txt", "wifi.yaml"), ("rules-example.txt", "rules.yaml")):
        (tmp_path / "card" / target).write_bytes((IMAGE / "card" / source).read_bytes())
    model = (IMAGE.parent / "hardware/models/first-sharky.csv").read_bytes()
    (tmp_path / "card/model.csv").write_bytes(model)
    kept = Kept(tmp_path / "data")
    opened = open_door(tmp_path / "card", kept, checks(kept), contextlib.nullcontext)
    assert opened.problems == {}
    assert name.split("-", maxsplit=1)[0].removesuffix(".yaml") + ".yaml" in opened.taken


def test_a_stage_forgets_its_own_older_runs_and_nothing_else(tmp_path: Path) -> None:
    cache = tmp_path / "sharky-image"
    for name in ("sharky-old", "sharky-new", "packages-old"):
        (cache / name).mkdir(parents=True)
    script = (IMAGE / "build").read_text()
    function = script[script.index("forget_older() {") :].partition("\n}\n")[0] + "\n}"
    command = f"{function}\ncache=$1; declare -A folder=([sharky]=$1/sharky-new); forget_older sharky"
    subprocess.run(["bash", "-euc", command, "bash", cache], check=True)
    assert sorted(path.name for path in cache.iterdir()) == ["packages-old", "sharky-new"]
