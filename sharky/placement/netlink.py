"""A connection to the kernel's links, addresses and routes (rtnetlink(7)), by pyroute2."""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec
from typing import Any

NAME = "pyroute2"


def connect() -> Any:
    """Return a connection, without loading the rest of pyroute2.

    Its package loads everything that it has, of which rtnetlink is the smaller half; until a bridge stands, nothing passes. So it is asked
    for a module of a package that is found but not loaded; who loads the package later finds all its names.

    Raises:
        ImportError: If pyroute2 is not installed.
    """
    if sys.modules.get(NAME):
        from pyroute2.iproute.linux import IPRoute

        return IPRoute()
    spec = find_spec(NAME)
    if spec is None:
        raise ImportError(NAME)
    sys.modules[NAME] = module_from_spec(spec)
    try:
        return connect()
    finally:
        del sys.modules[NAME]
