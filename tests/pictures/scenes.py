"""What is pictured: one row a picture, in the order in which they are taken.

A scene is a page and the steps to what it shows. `{event}`, `{alert}`, `{report}`,
`{sensor}`, `{domain}`, `{user}` and `{condensed}` in an address are put in by the
camera: nothing of the product may be imported here, before it is set up.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

WIDE, USUAL, NARROW = 2560, 1280, 420
EMPTY, FULL, FLOODED = "empty", "full", "flooded"
SSH = "failed+password"


def nothing(_page: Page) -> None:
    """The page as it opens."""


def counted(page: Page) -> None:
    expect(page.locator("[data-counting] [data-words]")).not_to_have_text("Counting…")
    expect(page.locator("[data-plot] rect[class^=hue]").first).to_be_attached()


def grouped(page: Page) -> None:
    counted(page)
    row(page)


def row(page: Page, place: int = 0) -> Locator:
    found = page.locator(".log-row").nth(place)
    expect(found).to_be_visible()
    return found


def arrived(page: Page) -> None:
    """Half a screen of new rows."""
    row(page, 12)


def drawn(page: Page) -> None:
    """Real-Time with graphs that have something to show."""
    row(page, 8)
    if page.locator("[data-graphs]").is_hidden():
        page.keyboard.press("g")
    expect(page.locator(".graph canvas").first).to_be_visible()
    page.wait_for_timeout(5_000)


def paused(page: Page) -> None:
    row(page, 12)
    page.keyboard.press(" ")
    expect(page.locator("[data-figure=waiting]")).to_be_visible()
    page.wait_for_timeout(2_500)


def beside(page: Page) -> None:
    row(page, 12)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("[data-peek]")).to_be_visible()


def completing(page: Page) -> None:
    box = page.locator("[data-query-box]")
    box.focus()
    box.press("End")
    box.press_sequentially(" host:", delay=40)
    expect(page.locator(".query-box [role=option]").first).to_be_visible()


def menu(page: Page) -> None:
    row(page, 8)
    page.locator(".log-row .c-src .addr").nth(6).click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()


def brushed(page: Page) -> None:
    counted(page)
    box = page.locator("[data-plot]").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.55, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 40, steps=5)


def opens(selector: str) -> Callable[[Page], None]:
    """A step that clicks the first of these."""

    def step(page: Page) -> None:
        page.locator(selector).first.click()

    return step


def pressed(key: str) -> Callable[[Page], None]:
    def step(page: Page) -> None:
        page.keyboard.press(key)

    return step


def known(page: Page) -> None:
    expect(page.get_by_text("as source").first).to_be_visible()
    expect(page.locator("tr.this")).to_be_visible()


@dataclass(frozen=True)
class Scene:
    name: str
    path: str
    step: Callable[[Page], None] = nothing
    state: str = FULL
    widths: tuple[int, ...] = (USUAL, WIDE)
    is_guide: bool = False  # whether the guide shows it
    is_whole: bool = False  # the page to its end, not the window
    is_logged_in: bool = True


ALL = (USUAL, WIDE, NARROW)
SMALL = (USUAL,)

SCENES = (
    # -- before anything has arrived
    Scene("realtime-empty", "/", state=EMPTY, widths=ALL),
    Scene("history-empty", "/history", state=EMPTY, widths=ALL),
    Scene("pins-empty", "/pins", state=EMPTY),
    Scene("reports-empty", "/reports", state=EMPTY),
    Scene("sources-empty", "/sources/", state=EMPTY),
    Scene("hosts-empty", "/hosts", state=EMPTY),
    Scene("clocks-empty", "/clocks", state=EMPTY),
    # -- Real-Time
    Scene("realtime", "/", arrived, widths=ALL),
    Scene("realtime-graphs", "/", drawn, widths=ALL, is_guide=True),
    Scene("realtime-paused", "/?q=*&q=rank%3E0&q=app%3Asshd", paused),
    Scene("realtime-details", "/", beside, widths=ALL, is_guide=True),
    Scene("realtime-columns", "/", pressed("c"), widths=SMALL),
    Scene("realtime-help", "/", pressed("?")),
    Scene("realtime-nothing", "/?q=host%3Anobody"),
    Scene("realtime-wrong", "/?q=src%3A10.0.0.999", widths=SMALL),
    Scene("wall", "/?wall=1", drawn, is_guide=True),
    # -- Historical
    Scene("history", "/history", counted, widths=ALL, is_guide=True),
    Scene("history-days", f"/history?q={SSH}&range=7d", counted),
    Scene("history-rank", "/history?q=rank%3E0&range=7d&by=rank&sort=-rank", counted),
    Scene("history-completion", "/history?q=action:deny", completing, is_guide=True),
    Scene("history-brushed", "/history?range=24h", brushed, is_guide=True),
    Scene(
        "history-condensed", "/history?group={condensed}&range=7d",
        grouped,
    ),
    Scene(
        "history-groups", "/history?q=action:deny&group=src,dport&range=7d", grouped,
        widths=ALL, is_guide=True,
    ),
    Scene("history-compare", "/history?range=24h&compare=day", counted),
    Scene("history-flows", "/history?table=flows", counted, widths=ALL),
    Scene("history-menu", "/history?q=app:sshd", menu, is_guide=True),
    Scene("history-details", "/history?q=rank%3E0&range=7d", beside),
    Scene("history-saved", "/history", opens("[data-searches] summary")),
    Scene("history-download", "/history", opens("[data-downloads] summary")),
    Scene("history-help", "/history", pressed("?")),
    Scene("history-nothing", "/history?q=host%3Anobody"),
    Scene("history-wrong", "/history?q=type%3Aidz+failed", widths=ALL),
    Scene("history-range", "/history?when=soonish&was=24h", widths=SMALL),
    # -- one event, pins, reports
    Scene("event", "/events/{event}", known, widths=ALL, is_guide=True),
    Scene("event-whole", "/events/{event}", known, is_whole=True),
    Scene("event-alert", "/events/{alert}", known, is_whole=True),
    Scene(
        "event-explained", "/events/{event}/explanation", is_guide=True, is_whole=True
    ),
    Scene("event-help", "/events/{event}", pressed("?"), widths=SMALL),
    Scene("pins", "/pins", widths=ALL),
    Scene("reports", "/reports", widths=ALL),
    Scene("report", "/reports/{report}", is_whole=True, widths=ALL),
    # -- administration
    Scene("sources", "/sources/", widths=ALL),
    Scene("hosts", "/hosts", widths=ALL),
    Scene("clocks", "/clocks", widths=ALL),
    Scene(
        "source-add", "/sources/new/?kind=rsyslog", widths=ALL, is_guide=True,
        is_whole=True,
    ),
    Scene("source-add-http", "/sources/new/?kind=winlogbeat", widths=SMALL),
    Scene("sensors", "/sensors/"),
    Scene("sensor", "/sensors/{sensor}/", is_whole=True, widths=ALL),
    Scene("sensor-new", "/sensors/new/", is_whole=True),
    Scene("domains", "/domains/"),
    Scene("domain", "/domains/{domain}/", is_whole=True),
    Scene("users", "/users/"),
    Scene("user", "/users/{user}/"),
    Scene("user-new", "/users/new/", widths=SMALL),
    Scene("audit", "/audit/", widths=ALL),
    Scene("account", "/account/"),
    Scene("password", "/account/password/", widths=SMALL),
    Scene("api", "/api", widths=ALL),
    Scene("missing", "/nowhere"),
    Scene("login", "/login/", widths=ALL, is_logged_in=False),
    # -- when too much arrives
    Scene("realtime-flooded", "/", drawn, state=FLOODED),
    Scene("history-flooded", "/history?range=1h", counted, state=FLOODED),
    Scene("sources-flooded", "/sources/", state=FLOODED),
)  # fmt: skip
