"""The page: the same shark, live, and why it lit."""

from sharky.web.access import Access
from sharky.web.app import create_app
from sharky.web.server import serve

__all__ = ["Access", "create_app", "serve"]
