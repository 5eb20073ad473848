"""docs/settings.md names every setting that the code reads, and no other."""

import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from mssweb import env
from mssweb.launcher.environment import DEFAULTS
from mssweb.launcher.home import ROOT

CODE = ("mssweb", "sensors", "events", "ingest", "exporters", "conftest.py")
NAME = re.compile(r'"(MSS_[A-Z_]+|DATABASE_URL|REDIS_URL)"')
DOCUMENTED = set(
    re.findall(
        r"^\| `([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.MULTILINE
    )
)


def read() -> set[str]:
    """Names in the code that reads settings, tests left out."""
    files = [file for place in CODE for file in python_files(ROOT / place)]
    names = {name for file in files for name in NAME.findall(file.read_text())}
    return {name.removesuffix("_FILE") for name in names}


def python_files(place: Path) -> list[Path]:
    found = [place] if place.is_file() else list(place.rglob("*.py"))
    return [file for file in found if "tests" not in file.parts]


def test_every_setting_is_documented() -> None:
    assert read() - DOCUMENTED == set()


def test_every_documented_setting_exists() -> None:
    assert DOCUMENTED - read() == set()


def test_the_launchers_defaults_are_the_documented_ones() -> None:
    text = (ROOT / "docs/settings.md").read_text()
    for name, value in DEFAULTS.items():
        assert f"| `{name}` | `{value}` |" in text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://localhost/x", "must begin with postgresql://"),
        ("postgresql://localhost:port/x", "the port is no number"),
    ],
)
def test_a_database_url_that_is_none_is_refused(url: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        env.database(url)


def test_a_password_may_have_any_character() -> None:
    found = env.database("postgresql://me:p%40ss%2F@db:5433/logs?sslmode=require")
    assert (found["PASSWORD"], found["HOST"], found["PORT"]) == ("p@ss/", "db", "5433")
    assert found["OPTIONS"] == {"sslmode": "require"}


def test_a_value_may_come_from_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("from the file\n")
    monkeypatch.setenv("MSS_X_FILE", str(tmp_path / "key"))
    assert env.text("MSS_X") == "from the file"


def test_words_where_a_number_is_wanted_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MSS_X", "many")
    with pytest.raises(ImproperlyConfigured, match="must be a number"):
        env.number("MSS_X", 1)
    with pytest.raises(ImproperlyConfigured, match="must be numbers"):
        env.numbers("MSS_X")
    with pytest.raises(ImproperlyConfigured, match="must be 1 or 0"):
        env.flag("MSS_X")
