"""What a placement found before it changed anything, kept in a small file until it is undone."""

from __future__ import annotations

import dataclasses
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sharky.model.errors import PlacementError, Problem
from sharky.model.quoting import quoted
from sharky.placement.network import Address, Link, Route

VERSION = 1


@dataclass(frozen=True, slots=True)
class Before:
    """The interfaces that a placement uses, as they were.

    Attributes:
        placement: "bridge", "mirror" or "mitm".
        name: The bridge that it makes, or the interface that it uses.
        boot: The kernel's number for this run of the machine; what was changed in another run is gone.
        uptime_s: When it was written, in seconds since the machine started.
        settings: Values under /proc/sys, by their path there.
        truths: Packets in hex that put redirected devices right again; for each device those to be sent one after the other.
        questions: Packets in hex that ask who these devices and their router are now.
        client: The DHCP client that was asked for an address on the bridge; empty where none was.
    """

    placement: str
    name: str
    boot: str
    uptime_s: float
    links: tuple[Link, ...]
    addresses: tuple[Address, ...] = ()
    routes: tuple[Route, ...] = ()
    settings: dict[str, str] = field(default_factory=dict)
    truths: tuple[tuple[str, ...], ...] = ()
    questions: tuple[str, ...] = ()
    client: str = ""


class Memory:
    """The folder that keeps one file a placement; each is whole or not there, also after a power cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, before: Before) -> None:
        """Write what was before.

        Raises:
            PlacementError: If the file cannot be written.
        """
        path = self._path(before.placement, before.name)
        part = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with part.open("w", encoding="utf-8") as file:
                json.dump({"version": VERSION, **dataclasses.asdict(before)}, file, indent=1)
                file.flush()
                os.fsync(file.fileno())
            os.replace(part, path)
            self._sync_folder()
        except OSError as error:
            trouble = f"cannot remember in {path} what there was before: {(error.strerror or str(error)).lower()}"
            raise PlacementError(Problem(trouble, "begin with sudo, or name another folder with --state")) from error

    def recall(self, placement: str, name: str) -> Before | None:
        """Return what was before; None where nothing is remembered.

        Raises:
            PlacementError: If the file is damaged, or this user may not read it.
        """
        path = self._path(placement, name)
        try:
            read = json.loads(path.read_text("utf-8"))
            if read.pop("version") != VERSION:
                raise ValueError("it is of another version of Sharky")
            return _before(read)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(path, error) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            trouble = f"cannot read {path}: {error}"
            raise PlacementError(Problem(trouble, "remove the file; a restart of the machine undoes every placement")) from error

    def kept(self, placement: str) -> list[str]:
        """Return the names under which something is remembered of a placement.

        Raises:
            PlacementError: If this user may not look into the folder.
        """
        try:
            names = os.listdir(self.folder)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _unreadable(self.folder, error) from error
        stems = [name.removesuffix(".json") for name in names if name.startswith(f"{placement}-") and name.endswith(".json")]
        return sorted(stem.removeprefix(f"{placement}-") for stem in stems)

    def forget(self, before: Before) -> None:
        """Remove the file.

        Raises:
            PlacementError: If it cannot be removed.
        """
        path = self._path(before.placement, before.name)
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            trouble = f"all is as it was before, but {path} cannot be removed: {(error.strerror or str(error)).lower()}"
            raise PlacementError(Problem(trouble, f"remove it: sudo rm {quoted(str(path))}")) from error

    def _path(self, placement: str, name: str) -> Path:
        return self.folder / f"{placement}-{name}.json"

    def _sync_folder(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _unreadable(path: Path, error: OSError) -> PlacementError:
    return PlacementError(Problem(f"cannot read {path}: {(error.strerror or str(error)).lower()}", "begin the command with sudo"))


def _before(read: dict[str, Any]) -> Before:
    links = tuple(Link(**link) for link in read.pop("links"))
    addresses = tuple(Address(**address) for address in read.pop("addresses"))
    routes = tuple(_route(route) for route in read.pop("routes"))
    truths = tuple(tuple(packets) for packets in read.pop("truths"))
    questions = tuple(read.pop("questions", ()))
    return Before(links=links, addresses=addresses, routes=routes, truths=truths, questions=questions, **read)


def _route(read: dict[str, Any]) -> Route:
    metrics = tuple((name, value) for name, value in read.pop("metrics", ()))
    return Route(metrics=metrics, **read)
