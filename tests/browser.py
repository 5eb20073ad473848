"""The product in a real browser: fixtures for tests that drive Chromium.

`live_server_url` is a daphne process on the test database; `page` is a logged-in tab
of a superuser `ada`; `log_in(page, user)` makes it somebody else's;
`visit(page, path)` opens a page. The bundle must be
built (`npm ci --ignore-scripts && npm run build`).
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sensors.models import User
from tests.services import HOME

ROOT = Path(__file__).parent.parent
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def database_url() -> str:
    base, _, name = settings.DATABASE_URL.partition("?")
    server = base.rsplit("/", 1)[0]
    return f"{server}/{connection.settings_dict['NAME']}" + (f"?{name}" if name else "")


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the web process ended with {process.returncode}")
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError("the web process does not listen")


@pytest.fixture(scope="session")
def live_server_url(django_db_setup: None) -> Iterator[str]:
    """The address of a web process on the test database."""
    if not (ROOT / "static/dist/js/base.js").exists():
        pytest.fail("the bundle is not built: npm ci --ignore-scripts && npm run build")
    port = free_port()
    command = [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port)]
    log = (HOME / "web.log").open("wb")
    process = subprocess.Popen(
        [*command, "mssweb.asgi:application"],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": database_url()},
        stdout=log,
        stderr=log,
    )
    try:
        wait_for(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser a module: a running Playwright keeps an event loop to itself."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET)
        )
        yield browser
        browser.close()


@pytest.fixture
def context(chromium: Browser, live_server_url: str) -> Iterator[BrowserContext]:
    context = chromium.new_context(
        base_url=live_server_url,
        color_scheme="dark",
        reduced_motion="reduce",  # no colour is judged half-way to the next
        viewport={"width": 1280, "height": 800},
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def ada(transactional_db: None) -> User:
    """A superuser who reads times in Berlin."""
    return User.objects.create_superuser("ada", password="x", zone="Europe/Berlin")


@pytest.fixture
def page(context: BrowserContext, ada: User) -> Page:
    """A tab in which `ada` is logged in."""
    page = context.new_page()
    log_in(page, ada)
    return page


def visit(page: Page, path: str) -> None:
    """Opens a page of this product and waits until its script runs."""
    page.goto(path)
    page.locator("body[data-ready]").wait_for()


def log_in(page: Page, user: User) -> None:
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}
    page.context.clear_cookies()
    page.context.add_cookies([{**cookie, "domain": "127.0.0.1", "path": "/"}])  # type: ignore[typeddict-item]
