"""`script/screenshots`: see `tests/pictures/__init__.py`."""

import argparse
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Error

from bench import product
from bench.product import Product
from tests.pictures import camera
from tests.pictures.camera import Camera
from tests.pictures.scenes import EMPTY, FLOODED, SCENES, Scene

GUIDE = Path(__file__).parents[2] / "docs" / "guide"


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/screenshots", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("var/screenshots"))
    parser.add_argument("--only", default="", help="part of a name")
    parser.add_argument("--guide", action="store_true", help="those of docs/guide/")
    options = parser.parse_args()
    chosen = [
        scene
        for scene in SCENES
        if options.only in scene.name and scene.is_guide >= options.guide
    ]
    folder = GUIDE if options.guide else options.out
    folder.mkdir(parents=True, exist_ok=True)
    with product.running() as running, camera.browser() as browser:
        camera.ready(running)
        address = f"http://127.0.0.1:{running.web}"
        taker = Camera(browser, address, camera.session())
        take = taker.picture if options.guide else taker.take
        for scene in in_their_states(running, taker, chosen):
            try:
                take(scene, folder)
            except (Error, AssertionError) as error:
                taker.problems.append(f"{scene.name}: {str(error).splitlines()[0]}")
            print(scene.name, flush=True)
    print(*taker.problems, f"{len(chosen)} scenes in {folder}", sep="\n")


def in_their_states(
    running: Product, taker: Camera, scenes: Iterable[Scene]
) -> Iterator[Scene]:
    """Each scene when the product is in its state."""
    is_filled = False
    for state, some in groupby(scenes, lambda scene: scene.state):
        if state != EMPTY and not is_filled:
            taker.places = filled()
            is_filled = True
        with arriving(running, state):
            yield from some


def filled() -> dict[str, int | str]:
    """What the addresses of scenes name."""
    from events.history import CONDENSED
    from events.models import Report
    from sensors.models import Domain, Sensor, User
    from tests.pictures import world

    world.fill(datetime.now(UTC))
    return {
        "event": world.ids_of("message LIKE 'Failed password%%'", 40)[-1],
        "alert": world.ids_of("type = 1 AND rank > 40", 1)[0],
        "report": Report.objects.latest("pk").pk,
        "sensor": Sensor.objects.get(is_default=True).pk,
        "domain": Domain.objects.latest("pk").pk,
        "user": User.objects.get(username="bo").pk,
        "condensed": CONDENSED["events"],
    }


@contextmanager
def arriving(running: Product, state: str) -> Iterator[None]:
    from tests.pictures.world import FLOOD, Arriving

    rate = FLOOD if state == FLOODED else None
    with nullcontext() if state == EMPTY else Arriving(running.syslog, rate):
        yield


if __name__ == "__main__":
    main()
