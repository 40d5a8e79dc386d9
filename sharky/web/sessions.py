"""Cookies as old as a clock says that nobody sets.

Their key lasts as long as this process, and so may their time. By the clock on the wall all of them would be too old where a time
server sets it forward by months, or not be made yet where it is set back, and whoever had entered the code would have to enter it again.
"""

from __future__ import annotations

import time

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import TimestampSigner, URLSafeTimedSerializer


class SteadySigner(TimestampSigner):
    """Signs with seconds since the machine was switched on."""

    def get_timestamp(self) -> int:
        """Return the moment that a signature carries."""
        return int(time.monotonic())


class SteadySessions(SecureCookieSessionInterface):
    """Flask's own sessions, with such signatures."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs cookies; None without a key."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = SteadySigner
        return serializer
