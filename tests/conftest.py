"""Fixtures of the tests that cross apps."""

from tests.browser import ada, chromium, context, live_server_url, page

__all__ = ["ada", "chromium", "context", "live_server_url", "page"]
