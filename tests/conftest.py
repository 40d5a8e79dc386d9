"""What holds for all tests: examples may take as long as a busy machine needs, and CI tries the same ones each time."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("sharky", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI")))
settings.load_profile("sharky")
