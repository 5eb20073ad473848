"""axe on every page of the product, in both themes: WCAG 2.2 AA, nothing serious.

The pages are those that the URL configuration has: every route that answers a GET of an
administrator with an HTML document, so that a new page is here by itself. States that
an address does not tell (a dialog, a menu) are tried where that part is tested.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page

from events.database import Connection
from sensors.models import User
from tests import routes, worlds
from tests.browser import visit
from tests.test_access import ROUTES, address
from tests.test_pages_browser import save_varied
from tests.worlds import World

pytestmark = pytest.mark.browser

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WHOLE = {"runOnly": list(TAGS), "resultTypes": ["violations"]}
# What the other theme can change.
COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
SERIOUS = {"serious", "critical"}
# Pages that look otherwise when their address asks for more.
STATES = (
    "/?q=host:nobody", "/?q=*&q=rank%3E0", "/?wall=1", "/nowhere",
    "/history?q=host:nobody", "/history?q=zz:1", "/history?when=x&was=24h",
    "/history?compare=day", "/history?group=src,host", "/history?table=flows",
    "/history?by=rank&sort=src",
)  # fmt: skip
PUBLIC = "/login/"


def pages(world: World, user: User) -> Iterator[str]:
    """The addresses at which there is a whole document for this user."""
    client = Client()
    client.force_login(user)
    for route in routes.pages():
        path = address(route.name, ROUTES[route.name], world)
        response = client.get(path, {"stream": "0"} if "/api/v1/" in path else None)
        kind = response.headers.get("Content-Type", "")
        is_page = response.status_code == 200 and kind.startswith("text/html")
        is_page &= "attachment" not in response.headers.get("Content-Disposition", "")
        if is_page and b"<html" in response.content[:500]:
            yield path


def findings(page: Page, options: dict[str, list[str]]) -> list[str]:
    """What is serious, as lines: where, which rule, the element, how to mend it."""
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{page.url} {one['id']}: {node['html'][:120]} {node['failureSummary']}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def opened(page: Page, path: str) -> None:
    """The page with what its scripts ask for."""
    visit(page, path)
    page.wait_for_load_state("networkidle")


def found_at(page: Page, path: str) -> list[str]:
    """Everything in the dark theme, the colours again in the light one."""
    page.emulate_media(color_scheme="dark")
    opened(page, path)
    found = findings(page, WHOLE)
    page.emulate_media(color_scheme="light")
    return found + findings(page, COLOURS)


def test_no_page_has_a_serious_finding(link: Connection, page: Page, ada: User) -> None:
    world = worlds.make("site", "tovel", "192.0.2.1")
    save_varied(link)
    paths = [path for path in pages(world, ada) if path != PUBLIC]
    paths.append(f"/sensors/{world.sensor.pk}/?edit={world.source.pk}")
    assert {"/", "/history", "/pins", f"/events/{world.event}"} <= set(paths)
    found = [line for path in (*paths, *STATES) for line in found_at(page, path)]
    page.context.clear_cookies()
    assert found + found_at(page, PUBLIC) == []


def test_no_page_without_data_has_a_serious_finding(
    link: Connection, page: Page
) -> None:
    watched = ("/", "/history", "/pins", "/reports", "/sources/", "/hosts", "/clocks")
    empty = (*watched, "/sensors/", "/audit/")
    assert [line for path in empty for line in found_at(page, path)] == []
