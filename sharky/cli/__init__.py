"""The command line: one file a command, and nothing in it but options and words."""

from __future__ import annotations

import gc
import os

import click

from sharky.cli.cut import cut
from sharky.cli.devices import devices
from sharky.cli.doctor import doctor
from sharky.cli.follow import follow
from sharky.cli.info import info
from sharky.cli.lightshow import lightshow
from sharky.cli.names import names
from sharky.cli.packets import packets
from sharky.cli.place import place
from sharky.cli.play import demo, replay
from sharky.cli.rules import rules
from sharky.cli.run import run
from sharky.cli.show import show
from sharky.cli.stats import stats
from sharky.cli.status import status
from sharky.cli.web import web

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
"""Nothing here multiplies matrices: numpy, which is loaded later, would start threads in vain (40 ms)."""

gc.set_threshold(100_000)
"""What is loaded stays, and packets make no garbage in circles: to look for it as often as usual costs 15 ms at every start."""


@click.group(epilog="Example: sharky demo  ·  sharky replay capture.pcapng  ·  sharky stats capture.pcapng")
@click.version_option(package_name="sharky")
def main() -> None:
    """See what happens on your network, as light on a shark."""


for command in (demo, run, replay, place, doctor, status, stats, info, cut, packets, names, devices, follow, show, lightshow, rules, web):
    main.add_command(command)
