"""The page: the same shark, live, and why it lit."""

from sharky.web.app import create_app
from sharky.web.server import serve

__all__ = ["create_app", "serve"]
