"""Who may ask for what: only by a name that is this machine's, nothing that leads elsewhere, and no change that another page asks for.

A page on the internet can point a name of its own at an address in the house and then read what answers there (DNS
rebinding). So a request has to name this machine in a way that no stranger's DNS can: by address, as localhost, by
multicast DNS, or by its own name.

A page from elsewhere can also send requests without reading the answers (CSRF). So what asks for a change has to be sent as JSON, which
no form can, by a page of the very same origin, which browsers say of every POST; and multicast DNS, in which anybody in the house can
take a name, is only good for the machine's own.
"""

from __future__ import annotations

import re
import socket
from ipaddress import ip_address

from flask import Flask, Response, abort, request

POLICY = "; ".join(
    [
        "default-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
"""Content-Security-Policy: all that the page loads comes from here, and nothing in it runs that stands in the markup."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}

CHANGING = frozenset({"change", "undo", "lamps", "code"})
"""The routes that take POST; nothing else does."""

MOST_OCTETS = 2048
"""A change is one setting, or a code; the engine takes four times as much, which is what JSON makes of it at most."""

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::\d{1,5})?")


def guard(app: Flask) -> None:
    """Let `app` answer only what it should, with headers that keep it to itself."""
    app.config["MAX_CONTENT_LENGTH"] = MOST_OCTETS

    @app.before_request
    def refuse() -> None:
        host, own_name = request.headers.get("Host", ""), socket.gethostname()
        if not is_own_host(host, own_name):
            abort(421)
        if request.method in {"GET", "HEAD"}:
            return
        if request.method != "POST" or request.endpoint not in CHANGING:
            abort(405)
        if not is_certain_host(host, own_name):
            abort(421)
        if request.mimetype != "application/json":
            abort(415)
        if not is_own_page(host, request.headers.get("Origin", ""), request.headers.get("Sec-Fetch-Site", "same-origin")):
            abort(403)

    @app.after_request
    def keep_to_itself(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "no-cache"
        return response


def is_own_page(host: str, origin: str, site: str) -> bool:
    """Return whether a request was sent by a page that came from here (Fetch Standard, `Origin`; Fetch Metadata, `Sec-Fetch-Site`).

    >>> [is_own_page("sharky.local", origin, "same-origin") for origin in ("http://sharky.local", "http://evil.example", "null", "")]
    [True, False, False, False]
    """
    return site == "same-origin" and origin.lower() in {f"{scheme}://{host.lower()}" for scheme in ("http", "https")}


def is_own_host(host: str, own_name: str) -> bool:
    """Return whether a Host header names this machine.

    >>> [is_own_host(host, "reef") for host in ("localhost:8080", "192.168.1.7", "[fe80::1]:80", "sharky.local", "Reef")]
    [True, True, True, True, True]
    >>> is_own_host("sharky.attacker.example", "reef")
    False
    """
    return is_certain_host(host, own_name) or _name(host).endswith(".local")


def is_certain_host(host: str, own_name: str) -> bool:
    """Return whether a Host header names this machine, and could name no other one in the house.

    Avahi puts a number behind a name that is taken.

    >>> [is_certain_host(host, "reef") for host in ("localhost:8080", "[::1]", "reef.local", "reef-2.local", "evil.local")]
    [True, True, True, True, False]
    """
    name, own = _name(host), own_name.lower().removesuffix(".local")
    is_ours = re.fullmatch(rf"{re.escape(own)}(-[0-9]+)?\.local", name) is not None
    return name in {"localhost", own_name.lower()} or name.endswith(".localhost") or is_ours or _is_address(name)


def _name(host: str) -> str:
    """Return the name in a Host header; empty where there is none."""
    match = _HOST.fullmatch(host)
    return match[1].strip("[]").rstrip(".").lower() if match else ""


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
