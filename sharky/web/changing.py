"""The routes by which a person changes settings: each checks who asks and what, and hands it to the engine, which checks it again.

    POST /change  {"brightness": 0.4}  or  {"rules": {"Lookups blink the eyes": false}}
    POST /undo    {}                       back to the files, in everything
    POST /lamps   {"is_on": true}          one zone after the other, for two seconds each
    POST /code    {"code": "…"}            for who is elsewhere in the network
    GET  /access.json                      whether one may, and why not

Answers are JSON: what the engine answered, or `problems` in words.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, session
from flask.typing import ResponseReturnValue

from sharky.model.errors import SharkyError
from sharky.web.access import Access, is_here
from sharky.web.sessions import SteadySessions
from sharky.web.wishes import WrongWishError, read_change, read_code, read_lamps, read_nothing

COOKIE = "sharky-may-change"
MAY = "may"
NO_ENGINE = "Sharky does not answer: look whether it runs, and try again"


def add_changing(app: Flask, run_directory: Path, access: Access) -> None:
    """Add the routes to an application.

    Args:
        app: Whose guard lets only its own page send anything.
        run_directory: Where the engine listens.
        access: Who may.
    """
    app.secret_key = secrets.token_bytes(32)
    app.session_interface = SteadySessions()
    app.config.update(SESSION_COOKIE_NAME=COOKIE, SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Strict")
    _add_commands(app, run_directory, access)
    _add_code(app, access)


def _add_commands(app: Flask, run_directory: Path, access: Access) -> None:
    """Add what the engine is asked for; its command and its route have one name."""
    routes: dict[str, Callable[[Any], dict[str, Any]]] = {"change": read_change, "undo": read_nothing, "lamps": read_lamps}

    def hand_on() -> ResponseReturnValue:
        command = str(request.endpoint)
        return _asked(run_directory, command, routes[command]) if _may(access) else _problems(403, _why_not(access))

    for name in routes:
        app.add_url_rule(f"/{name}", name, hand_on, methods=["POST"])


def _add_code(app: Flask, access: Access) -> None:
    """Add by what a phone gets to know whether it may, and how it comes to."""

    @app.post("/code")
    def code() -> ResponseReturnValue:
        try:
            is_known = access.knows(read_code(_plain()))
        except WrongWishError as error:
            return _problems(400, str(error))
        if is_known:
            session[MAY] = True
            return _json({"answer": {"may_change": True}}), 200
        return _problems(429, "too many wrong codes: wait a minute") if access.is_too_fast() else _problems(403, "this is not the code")

    @app.get("/access.json")
    def may() -> Response:
        is_asked = access.has_code and not _may(access)
        return _json({"may_change": _may(access), "needs_code": is_asked, "why": _why_not(access), "wrong_codes": access.wrong})


def _may(access: Access) -> bool:
    return is_here(request.remote_addr or "") or (access.has_code and session.get(MAY) is True)


def _why_not(access: Access) -> str:
    """Return why whoever asks may change nothing, and the way out; empty where he may."""
    if _may(access):
        return ""
    if access.has_code:
        return "For looking only, until you enter the owner's code."
    return f"For looking only: this Sharky has no code with which phones may change anything. To give it one, {access.way}."


def _asked(run_directory: Path, command: str, read: Callable[[Any], dict[str, Any]]) -> ResponseReturnValue:
    """Hand a request on; what asks an engine is loaded when somebody first changes anything, since it lies beside all of it (13 MiB)."""
    from sharky.runtime.control import CHANGES, ask

    try:
        return _json({"answer": ask(run_directory / CHANGES, command, **read(_plain()))}), 200
    except WrongWishError as error:
        return _problems(400, str(error))
    except SharkyError as error:
        return _problems(400, *map(str, error.problems))
    except OSError:
        return _problems(503, NO_ENGINE)


def _plain() -> object:
    try:
        return json.loads(request.get_data(cache=False))
    except (ValueError, RecursionError) as error:
        raise WrongWishError("this is no JSON: send an object") from error


def _problems(status: int, *problems: str) -> ResponseReturnValue:
    return _json({"problems": problems}), status


def _json(plain: object) -> Response:
    return Response(json.dumps(plain), mimetype="application/json")
