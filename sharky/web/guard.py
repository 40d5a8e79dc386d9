"""Who may ask for what: only reading, only by a name that is this machine's, and nothing that leads elsewhere.

A page on the internet can point a name of its own at an address in the house and then read what answers there (DNS
rebinding). So a request has to name this machine in a way that no stranger's DNS can: by address, as localhost, by
multicast DNS, or by its own name.
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

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^:\[\]]+)(?::\d{1,5})?")


def guard(app: Flask) -> None:
    """Let `app` answer only what it should, with headers that keep it to itself."""

    @app.before_request
    def refuse() -> None:
        if request.method not in {"GET", "HEAD"}:
            abort(405)
        if not is_own_host(request.headers.get("Host", ""), socket.gethostname()):
            abort(421)

    @app.after_request
    def keep_to_itself(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "no-cache"
        return response


def is_own_host(host: str, own_name: str) -> bool:
    """Return whether a Host header names this machine.

    >>> [is_own_host(host, "reef") for host in ("localhost:8080", "192.168.1.7", "[fe80::1]:80", "sharky.local", "Reef")]
    [True, True, True, True, True]
    >>> is_own_host("sharky.attacker.example", "reef")
    False
    """
    match = _HOST.fullmatch(host)
    if not match:
        return False
    name = match[1].strip("[]").rstrip(".").lower()
    return name in {"localhost", own_name.lower()} or name.endswith((".local", ".localhost")) or _is_address(name)


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
