"""An address of the Historical page, read as the page itself would read it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, QueryDict
from django.utils import timezone

from events.api.answers import BadRequest
from events.history import HistoryForm, flattened, span
from events.links import query_string
from events.tables import EVENTS, TABLES, Table
from events.views.zones import zone_of
from events.walk import Span
from sensors import preferences
from sensors.views.session import user_of

LONGEST = 8_000  # characters
MOST_FIELDS = 100


@dataclass(frozen=True)
class Asked:
    """What the address asks for; the times are in the user's zone."""

    query: str
    table: Table
    span: Span


def read(request: HttpRequest, address: str, now: datetime) -> Asked:
    """BadRequest with a sentence when the page would show an error. The query itself
    is not looked at."""
    with timezone.override(zone_of(request, preferences.some(user_of(request), CLOCK))):
        form = HistoryForm(flattened(fields(address)), now)
        if not form.is_valid():
            [sentence, *_] = next(iter(form.errors.values()))
            raise BadRequest(str(sentence))
        given = form.cleaned_data
        table = TABLES[given["table"] or EVENTS.name]
        return Asked(given["q"], table, span(form))


CLOCK = ("clock",)


def fields(address: str) -> QueryDict:
    if len(address) > LONGEST or address.count("&") >= MOST_FIELDS:
        raise BadRequest("The address is too long.")
    try:
        return QueryDict(query_string(address, "history"))
    except ValueError as error:
        raise BadRequest(str(error)) from None
