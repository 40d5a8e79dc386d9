"""`sharky record`: the newest packets of an interface, on disk."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from sharky.cli.errors import explained
from sharky.cli.mistakes import Command, also_wrong
from sharky.cli.place import put_right_before, state_option
from sharky.cli.quantities import AGE, SIZE, recording_of


@click.command(cls=Command, epilog="Example: sharky record eth0 day/ --size 2GB --age 12h  ·  sharky record eth0 lookups/ --filter dns")
@click.argument("interface")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--filter", "expression", metavar="FILTER", help="Record only packets that pass a Wireshark display filter.")
@click.option("--size", default="1GB", show_default=True, type=SIZE, help="Keep at most so much: the oldest files go.")
@click.option("--age", default="24h", show_default=True, type=AGE, help="Keep no packet longer, while recording.")
@state_option
@explained
def record(  # noqa: PLR0913, PLR0917 - click passes options by name
    interface: str, folder: Path, expression: str | None, size: int, age: int, state: Path
) -> None:
    """Record what an interface carries into a folder of pcapng files, until Ctrl-C; the newest packets are kept.

    Whole packets, with all that is in them: ask those whose packets they are. What the network
    card merges before Sharky sees it is kept merged. Names that DNS told go along. Packets go a file at a time, before
    they get too old: all of the last fifteen sixteenths of --age are there, unless --size leaves no room. When the recording
    ends, files stay. A full disk ends the
    recording, and never takes room from others. `sharky save` takes packets out; Wireshark opens each file.
    """
    from sharky.app.run import check_interface
    from sharky.app.run import record as record_live
    from sharky.app.shipped import read_light
    from sharky.app.wanted import Play
    from sharky.capture.segments import check_folder

    unfit = partial(check_folder, folder)
    with also_wrong(partial(check_interface, interface, state), unfit):
        recording = recording_of(folder, size, age, expression)
    with also_wrong(unfit):
        check_interface(interface, state)
    model, rules = read_light(None, None)
    put_right_before(state)
    record_live(interface, state, Play("", (), rules, model, ("none",), recording=recording))
