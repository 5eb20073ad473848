"""What a copied address asks a page: its query string. Pure."""

from urllib.parse import urlsplit

PATHS = {"realtime": "/", "history": "/history"}


def query_string(address: str, page: str) -> str:
    """Of `q=…`, `?q=…`, `/history?q=…` or a whole link, whatever its host.

    ValueError when it is an address of another page.
    """
    text = address.strip()
    if not text.startswith(("/", "http://", "https://")):
        return text.removeprefix("?")
    parts = urlsplit(text)
    if parts.path.rstrip("/") != PATHS[page].rstrip("/"):
        raise ValueError(f"The address is not one of the page {PATHS[page]}.")
    return parts.query
