"""GET /api/v1/query: what a text means and what may come next, within one's scope."""

from typing import Any

import pytest
from django.test import Client

from events import store
from events.database import Connection
from events.store import Origin
from events.tests import frames
from sensors.models import Domain, Membership, Role, Sensor, User


@pytest.fixture
def viewer(link: Connection) -> Client:
    """May see sensor `edge` of domain `acme`, and not that of `foreign`."""
    own, foreign = (
        Sensor.objects.create(name=name, domain=Domain.objects.create(name=domain))
        for name, domain in (("edge", "acme"), ("secret", "foreign"))
    )
    user = User.objects.create_user("vera", password="x")
    Membership.objects.create(user=user, domain=own.domain, role=Role.VIEWER)
    batch = frames.events(
        40,
        sensor=[own.pk, foreign.pk] * 20,
        host=["web1", "hidden", "Web2", "hidden"] * 10,
        src=["10.0.0.7", "192.0.2.9"] * 20,
        dport=[443, 666] * 20,
        facility=[1, 2] * 20,
        data=['{"url": "/x", "n": 5}', '{"private": "y"}'] * 20,
    )
    flow = frames.flows(2, sensor=[own.pk, foreign.pk], state=["est", "hid"])
    store.save(link, Origin("q", 0, 39), batch, flow)
    client = Client()
    client.force_login(user)
    return client


def asked(client: Client, q: str, **given: Any) -> dict[str, Any]:
    response = client.get("/api/v1/query", {"q": q, **given})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def texts(answer: dict[str, Any]) -> list[str]:
    return [one["text"] for one in answer["suggestions"]]


def test_a_query_is_read_in_words(viewer: Client) -> None:
    answer = asked(viewer, "src:10.0.0.0/8 -app:cron")
    assert answer["reading"] == (
        "source address in 10.0.0.0/8, and not (application is cron)"
    )
    assert answer["error"] is None


def test_a_wrong_query_has_its_error_with_place_and_remedy(viewer: Client) -> None:
    answer = asked(viewer, "hots:web1")
    assert answer["reading"] is None
    assert answer["error"]["at"] == 0
    assert answer["error"]["suggestion"] == "host:web1"


WARNINGS = {
    # the query: what is said, the query as it may be meant
    "failed and denied": ("searched as a word; to combine", "failed AND denied"),
    "a or b": ("write OR", "a OR b"),
    "not a": ("write NOT", "NOT a"),
    "EventCode=4625": ("a key of the record is", "data.EventCode:4625"),
    "udp x": ("the protocol is proto:udp", "proto:udp x"),
    "winlog.event_id:1": ("is data.winlog.event_id", "data.winlog.event_id:1"),
    "user is root": ("of a field: user:root", "user:root"),
    "roam~1 a": ("nothing is fuzzy", "roam a"),
    "a|b": ("to combine write (a OR b)", "(a OR b)"),
    "a +b": ("with its +", "a b"),
    "user:adm%": ("any text is *: adm*", "user:adm*"),
    "message:(%adm%, x)": ("any text is *: *adm*", "message:(*adm*, x)"),
    '"a b"~5 c': ("nothing is fuzzy or weighed", '"a b" c'),
    'message:"a b"^2.5': ("nothing is fuzzy or weighed", 'message:"a b"'),
    "a\u202eb": ("not seen, U+202E", "ab"),
    'host:"web\u200b1" x': ("not seen, U+200B", 'host:"web1" x'),
    "\u200b": ("not seen, U+200B", None),
    "domain:acne": ("Did you mean acme?", "domain:acme"),
    "domain:forein": ("You see no domain forein.", None),
    "domain:foreign": ("You see no domain foreign.", None),
    "-domain:(acme, acne)": ("Did you mean acme?", "-domain:(acme, acme)"),
    'sensor:"edg"': ("Did you mean edge?", "sensor:edge"),
    "sensor:secret": ("You see no sensor secret.", None),
    "sensor:secret.foreign": ("You see no sensor secret.foreign.", None),
    "proto:tpc": ("Did you mean tcp?", "proto:tcp"),
    "proto:tcp,upd": ("Did you mean udp?", "proto:tcp,udp"),
    "class:77": ("none has class 77", None),
}


@pytest.mark.parametrize("q", WARNINGS)
def test_what_may_be_meant_otherwise_is_said(viewer: Client, q: str) -> None:
    message, suggestion = WARNINGS[q]
    answer = asked(viewer, q)
    [warning] = answer["warnings"]
    assert answer["reading"]
    assert message in warning["message"]
    assert warning["suggestion"] == suggestion


def test_a_better_word_is_offered_with_what_it_makes_wrong(viewer: Client) -> None:
    """`and` beside a field is refused."""
    offered = [one["suggestion"] for one in asked(viewer, "failed and tcp")["warnings"]]
    assert offered == ["failed AND tcp", "failed AND proto:tcp"]


@pytest.mark.parametrize(
    "q",
    ["a b", '"and"', "and", "domain:acme", "domain:a*", "sensor:EDGE.acme", "proto:6"]
    + ["user:100%", r"user:adm\%", 'user:"adm%"', "data.url:%2Fa", '"a" ~5', "\ufffd"]
    + ["proto:*", "proto:t*", "class:>5", "a == b", "hots:x and y", "-proto:(tcp udp)"],
)
def test_what_is_plain_has_no_warning(viewer: Client, q: str) -> None:
    assert asked(viewer, q)["warnings"] == []


def test_names_of_others_are_never_told(viewer: Client) -> None:
    for q in ("domain:foreig", "sensor:secre", "sensor:secret.foreig", "domain:*eign"):
        said = str(asked(viewer, q)["warnings"])
        assert "foreign" not in said and "secret" not in said.replace(q[7:], "")


VALUES = {
    "host:w": ["Web2", "web1"],
    "host:W": ["Web2", "web1"],
    "src:10": ["10.0.0.7"],
    "ip:": [">", "*"],
    "dport:4": ["443"],
    "data.": ["data.n:", "data.url:"],
    "data.url:": ['"/x"', "*"],
    "sensor:": ["edge.acme", "*"],
    "domain:": ["acme", "*"],
    "source:": ["*"],
}


@pytest.mark.parametrize("q", VALUES)
def test_values_are_those_that_exist_where_one_may_look(viewer: Client, q: str) -> None:
    found = texts(asked(viewer, q))
    if q == "ip:":
        assert "10.0.0.7" in found and "192.0.2.9" not in found
        return
    assert found == VALUES[q]


def test_flows_have_their_own_fields_and_values(viewer: Client) -> None:
    assert texts(asked(viewer, "state:", table="flows")) == ["est", "*"]
    assert "bytes:" in texts(asked(viewer, "byt", table="flows"))
    assert asked(viewer, "byt")["suggestions"] == []


def test_who_sees_nothing_is_told_no_value(viewer: Client) -> None:
    stranger = Client()
    stranger.force_login(User.objects.create_user("stranger", password="x"))
    for q in ("host:", "sensor:", "domain:", "data.", "src:", "data.url:"):
        assert set(texts(asked(stranger, q))) <= {"*"}


def test_the_offset_says_what_is_completed(viewer: Client) -> None:
    answer = asked(viewer, "host:w app:x", at=6)
    assert (answer["from"], answer["to"]) == (5, 6)
    assert texts(answer) == ["Web2", "web1"]


@pytest.mark.parametrize("given", [{"at": "x"}, {"at": "-1"}, {"table": "users"}])
def test_a_wrong_parameter_is_said(viewer: Client, given: dict[str, str]) -> None:
    response = viewer.get("/api/v1/query", {"q": "", **given})
    assert response.status_code == 400
    assert response.json()["error"]


@pytest.mark.parametrize(
    "q", ["x" * 3_000, "host:" + "w" * 3_000, "a\0", "host:%'\"\\"]
)
def test_any_text_has_an_answer(viewer: Client, q: str) -> None:
    assert asked(viewer, q)["reading"] is None or q.startswith("host:%")


def test_hostile_keys_and_values_are_only_values(viewer: Client) -> None:
    for q in ('data."%s\' --":', "host:%", 'data."a".b:%s', "host:\\"):
        assert "hidden" not in str(asked(viewer, q))
