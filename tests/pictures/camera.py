"""Takes the pictures: a browser on a running product, light and dark, each width."""

import base64
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import django
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.live import CHROMIUM, CHROMIUM_PATH
from bench.product import Product
from tests.pictures.scenes import NARROW, USUAL, WIDE, Scene

HEIGHTS = {USUAL: 800, WIDE: 1300, NARROW: 900}
THEMES = ("dark", "light")
SETTLE = 600  # milliseconds, for what is drawn after the last answer
QUALITY = 72  # of WebP, per cent


def ready(product: Product) -> None:
    """Django of this program asks the product's database."""
    os.environ |= product.environment
    os.environ["DJANGO_SETTINGS_MODULE"] = "mssweb.settings"
    # Playwright keeps an event loop in this thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    django.setup()


def session() -> str:
    """The cookie of `ada`, a superuser who reads times in Berlin."""
    from django.test import Client

    from sensors.models import User

    ada = User.objects.create_superuser("ada", password=None, zone="Europe/Berlin")
    client = Client()
    client.force_login(ada)
    return client.cookies["sessionid"].value


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        found = play.chromium.launch(
            executable_path=CHROMIUM_PATH,
            args=[*CHROMIUM, "--force-color-profile=srgb"],
        )
        yield found
        found.close()


class Camera:
    """`take` makes the files of one scene, `picture` the one for the guide."""

    def __init__(self, browser: Browser, address: str, cookie: str) -> None:
        self.browser, self.address, self.cookie = browser, address, cookie
        self.places: dict[str, int | str] = {}
        self.problems: list[str] = []  # what the pages' consoles complained about

    def take(self, scene: Scene, folder: Path) -> None:
        for width in scene.widths:
            for theme in THEMES:
                name = f"{scene.name}-{width}-{theme}"
                with self.shown(scene, width, theme) as page:
                    self.judge(page, name, width)
                    path = folder / f"{name}.png"
                    page.screenshot(path=path, full_page=scene.is_whole)

    def picture(self, scene: Scene, folder: Path) -> None:
        """Small enough for the guide: WebP, dark."""
        with self.shown(scene, USUAL, "dark") as page:
            tools = page.context.new_cdp_session(page)
            wish = {"format": "webp", "quality": QUALITY}
            data = tools.send("Page.captureScreenshot", wish)["data"]
            (folder / f"{scene.name}.webp").write_bytes(base64.b64decode(data))

    @contextmanager
    def shown(self, scene: Scene, width: int, theme: str) -> Iterator[Page]:
        with self.context(scene, width, theme) as context:
            page = context.new_page()
            page.on("pageerror", lambda error: self.problems.append(f"{error}"))
            page.goto(scene.path.format(**self.places))
            page.wait_for_load_state("load")
            if page.locator("body[data-module]").count():
                page.locator("body[data-ready]").wait_for()
            scene.step(page)
            page.wait_for_timeout(SETTLE)
            yield page

    @contextmanager
    def context(self, scene: Scene, width: int, theme: str) -> Iterator[BrowserContext]:
        context = self.browser.new_context(
            base_url=self.address,
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
            viewport={"width": width, "height": HEIGHTS[width]},
        )
        context.set_default_timeout(20_000)
        if scene.is_logged_in:
            cookie = {"name": "sessionid", "value": self.cookie, "url": self.address}
            context.add_cookies([cookie])  # type: ignore[list-item]
        try:
            yield context
        finally:
            context.close()

    def judge(self, page: Page, name: str, width: int) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            self.problems.append(f"{name}: {wide} pixels wide")
