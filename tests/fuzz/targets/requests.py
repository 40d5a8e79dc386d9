"""What somebody sends to the page, and what the engine is asked: each is answered in order, and nothing is granted that cannot be."""

from __future__ import annotations

import io
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from sharky.app.changes_file import Changed, read_changes, write_changes
from sharky.app.shipped import read_model, read_rules
from sharky.app.wishes import with_wishes
from sharky.model.errors import SharkyError
from sharky.model.rules import RuleSet
from sharky.web import Access, create_app
from tests.fuzz.targets.problems import check_problems

MOST = 0.6
NO_ENGINE = 503
ABSENT = Path("/nowhere/sharky-engine")
PEERS = ("127.0.0.1", "192.168.1.77", "::ffff:127.0.0.1", "")


def check_requests(octets: bytes) -> None:
    """Take octets for a request to the page, for one to the engine, and for what was changed before."""
    head, _, body = octets.partition(b"\n\n")
    status, said = _answer(head.decode("latin-1").split("\n"), body)
    assert 200 <= status < 500 or status == NO_ENGINE
    assert status != NO_ENGINE or b"Sharky" in said or b"engine" in said
    _ask_engine(body)
    _read_before(body)


def _answer(lines: list[str], body: bytes) -> tuple[int, bytes]:
    """Give a request to the page as its server does, and return what it answers; nobody waits for streams."""
    method, _, path = lines[0].partition(" ")
    path, _, query = path.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": PEERS[len(body) % len(PEERS)],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, _, value in (line.partition(": ") for line in lines[1:]):
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    statuses: list[str] = []
    answer = _page().wsgi_app(environ, lambda status, *_: statuses.append(status))
    try:
        said = next(iter(answer), b"")
    finally:
        answer.close()  # type: ignore[attr-defined]  # werkzeug's answers have it
    return int(statuses[0].partition(" ")[0]), said


@cache
def _page() -> Flask:
    app = create_app(ABSENT, access=Access("reef-lantern-42"))
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


@cache
def _written() -> RuleSet:
    return read_rules(None, read_model(None))


def _ask_engine(body: bytes) -> None:
    try:
        request = json.loads(body)
    except (ValueError, RecursionError):
        return
    if isinstance(request, dict):
        try:
            _check_changed(with_wishes(Changed(), request, _written(), MOST))
        except SharkyError as error:
            check_problems(error)


def _read_before(body: bytes) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        path = Path(folder) / "changes.json"
        path.write_bytes(body)
        try:
            _check_changed(changed := read_changes(path, MOST))
        except ValueError:
            return
        write_changes(path, changed, MOST)
        assert read_changes(path, MOST) == changed


def _check_changed(changed: Changed) -> None:
    assert changed.brightness is None or 0 <= changed.brightness <= MOST
    assert all(isinstance(is_on, bool) for is_on in changed.rules.values())
