"""What the page's process answers: the page, the stream that moves it, the same facts as JSON, and what a person wants changed.

It holds no right and no state: it reads two small files that the engine keeps in the run directory, and asks the engine for changes. Where
the engine is gone the page says so and stays dark.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import numpy as np
from flask import Flask, Response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from sharky.lights.drawing import draw
from sharky.model.clock import Clock
from sharky.model.counters import meanings
from sharky.model.lights import LightModel
from sharky.outputs.mirror import MirrorReader
from sharky.rules.filters.fields import protocols
from sharky.store import MODEL, read_model, read_snapshot
from sharky.web.access import Access
from sharky.web.changing import add_changing
from sharky.web.clock import MachineClock
from sharky.web.events import Events, Seats
from sharky.web.guard import POLICY, guard
from sharky.web.state import LatestState, file_version


def create_app(
    run_directory: Path, clock: Clock | None = None, seats: Seats | None = None, access: Access | None = None, *, is_service: bool = False
) -> Flask:
    """Return the page's application.

    Args:
        run_directory: Where the engine leaves its snapshot and its frames.
        clock: The pace of the streams; the machine's where none is given.
        seats: How many may listen at once.
        access: Who may change anything; whoever is on this machine where none is given.
        is_service: Whether the system starts the engine, and nobody has to.
    """
    app = Flask(__name__)
    guard(app)
    add_changing(app, run_directory, access or Access())
    _add_page(app, run_directory, is_service=is_service)
    _add_facts(app, run_directory)
    _add_events(app, run_directory, clock or MachineClock(), seats or Seats())
    return app


def _add_page(app: Flask, run_directory: Path, *, is_service: bool) -> None:
    @app.get("/")
    def page() -> Response:
        version = file_version(run_directory / MODEL)
        return _page(read_model(run_directory), version, is_service=is_service)


def _add_facts(app: Flask, run_directory: Path) -> None:
    """Add the same facts that move the page, and what their words mean, as JSON."""

    @app.get("/snapshot.json")
    def facts() -> ResponseReturnValue:
        snapshot = read_snapshot(run_directory)
        return (_json(snapshot.to_json()), 200) if snapshot else (_json({"error": "no engine runs here"}), 503)

    @app.get("/words.json")
    def words() -> Response:
        return _json({"counters": meanings(), "protocols": {name: protocol.description for name, protocol in protocols().items()}})


def _add_events(app: Flask, run_directory: Path, pace: Clock, seats: Seats) -> None:
    """Add the stream that moves the page; each page takes a seat as long as it is open."""
    state = LatestState(run_directory)

    @app.get("/events")
    def events() -> ResponseReturnValue:
        if request.method == "HEAD":
            return Response(mimetype="text/event-stream")
        peer = request.remote_addr or ""
        if not seats.take(peer):
            return Response("All seats are taken: close another page, or try again.\n", 503, {"Retry-After": "5"}, "text/plain")
        stream = Events(MirrorReader(run_directory), state, pace).stream()
        response = Response(stream, mimetype="text/event-stream")
        response.call_on_close(lambda: seats.leave(peer))
        return response


def _page(model: LightModel | None, version: str, *, is_service: bool) -> Response:
    """Return the page with `model` drawn, dark; the policy allows just the styles that the drawing carries."""
    drawing = draw(model, np.zeros((len(model.leds), 3), np.uint8)) if model else ""
    styles = re.findall(r"<style>(.*?)</style>", drawing, re.DOTALL)
    page = render_template(
        "page.html",
        drawing=Markup(drawing),  # noqa: S704 - our own markup, its names escaped where it is made
        version=version,
        is_service=is_service,
        zones=[led.zone for led in model.leds] if model else [],
    )
    allowed = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" for style in styles)
    return Response(page, headers={"Content-Security-Policy": f"{POLICY}; style-src 'self' {allowed}".rstrip()})


def _json(plain: object) -> Response:
    return Response(json.dumps(plain, allow_nan=False), mimetype="application/json")
