"""What ARCHITECTURE.md and the docs say of the code is true."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command, get_commands

ROOT = Path(__file__).parent.parent
# An app imports only apps of a lower layer; so the middle ones never each other.
LAYERS = {"sensors": 0, "events": 1, "ingest": 2, "exporters": 2, "mssweb": 3}
# The same in every app.
NOT_NAMED = {"__init__.py", "__main__.py", "apps.py", "urls.py"}


def modules() -> Iterator[Path]:
    for app in LAYERS:
        for path in sorted((ROOT / app).rglob("*.py")):
            inner = path.relative_to(ROOT)
            if not {"tests", "migrations"} & set(inner.parts):
                yield inner


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield node.module or ""


def test_imports_point_down() -> None:
    wrong = []
    for path in modules():
        app = path.parts[0]
        for name in imports(path):
            other = name.split(".")[0]
            if other in LAYERS and other != app and LAYERS[other] >= LAYERS[app]:
                wrong.append(f"{path} imports {name}")
    assert wrong == []


def test_every_module_has_its_line() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text().partition("\n## Modules\n")[2]
    sections = dict(re.findall(r"^### (\w+).*?$(.*?)(?=^### |\Z)", text, re.M | re.S))
    missing = [
        str(path)
        for path in modules()
        if path.name not in NOT_NAMED
        and "commands" not in path.parts
        and not is_named(path, sections.get(path.parts[0], ""))
    ]
    assert missing == []


def is_named(path: Path, section: str) -> bool:
    """By its path, or by its name in the section of its app."""
    words = set(re.findall(r"`([^`]+)`", section))
    return bool({str(path), path.name, path.stem} & words)


def test_every_named_module_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text()
    named = re.findall(
        r"`((?:sensors|events|ingest|exporters|mssweb)/[\w/]+\.py)`", text
    )
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_docs_mention_every_command() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(page.read_text() for page in pages if page.exists())
    own = [name for name, app in get_commands().items() if app in LAYERS]
    pattern = r"manage(?:\.py)? {}\b"
    assert [name for name in own if not re.search(pattern.format(name), text)] == []


@pytest.mark.django_db
def test_no_model_waits_for_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
