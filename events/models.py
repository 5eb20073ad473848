"""The tables of the store as Django sees them, and what users keep beside it.

`Event` and `Flow` are read through raw SQL for speed; the unmanaged models exist for
names, documentation and small look-ups. Only `events/store.py` inserts into them.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from sensors.models import Domain, User


class Segment(models.Model):
    """A range of ids of `events` or `flows`: open, then sealed, then dropped."""

    class State(models.TextChoices):
        OPEN = "open"
        SEALED = "sealed"  # B-trees built
        INDEXED = "indexed"  # text index built as well
        DETACHING = "detaching"

    table = models.CharField(max_length=8)
    name = models.CharField(max_length=32, unique=True)
    first_id = models.BigIntegerField()
    end_id = models.BigIntegerField()  # exclusive
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    rows = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)  # measured when sealed
    # Bounds of the rows' own times and of their arrival; None while empty.
    oldest = models.DateTimeField(null=True)
    newest = models.DateTimeField(null=True)
    received_from = models.DateTimeField(null=True)
    received_to = models.DateTimeField(null=True)
    # `hours` (tstzmultirange: the hours that have rows) is read by SQL only.

    class Meta:
        db_table = "segments"
        constraints = [
            models.UniqueConstraint(fields=["table", "first_id"], name="segment_range")
        ]


class EventState(models.Model):
    """What changed about an event after it was stored; overlays every read."""

    event = models.BigIntegerField(primary_key=True)
    rank = models.SmallIntegerField(null=True)
    cleared = models.BooleanField(default=False)
    verdict = models.CharField(max_length=20, blank=True)
    by = models.CharField(max_length=150, blank=True)
    at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "event_state"


class Follower(models.Model):
    """A named reader's saved position in the feed of one table."""

    name = models.CharField(max_length=100)
    table = models.CharField(max_length=8)
    position = models.BigIntegerField(default=0)
    missed = models.BigIntegerField(default=0)  # ids that retention dropped unread
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "followers"
        constraints = [
            models.UniqueConstraint(fields=["name", "table"], name="one_position")
        ]


class SourceTotal(models.Model):
    """Counts since ever per transport peer and sensor, for the ledger."""

    source = models.CharField(max_length=45)
    sensor = models.IntegerField()
    stored = models.BigIntegerField(default=0)
    ignored = models.BigIntegerField(default=0)
    duplicate = models.BigIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        db_table = "source_totals"
        constraints = [
            models.UniqueConstraint(fields=["source", "sensor"], name="one_total")
        ]


class SavedSearch(models.Model):
    """A search of a page by name; see `events/searches.py`."""

    class Page(models.TextChoices):
        REALTIME = "realtime"
        HISTORY = "history"

    user = models.ForeignKey(User, models.CASCADE, related_name="searches")
    page = models.CharField(max_length=10, choices=Page.choices)
    name = models.CharField(max_length=80)
    address = models.TextField()  # a query string
    shared = models.ForeignKey(
        Domain, models.SET_NULL, null=True, related_name="searches"
    )
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "saved_searches"
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="one_search")
        ]

    def __str__(self) -> str:
        return self.name


class DefaultSearch(models.Model):
    """The search that a page opens with for a user."""

    user = models.ForeignKey(User, models.CASCADE)
    page = models.CharField(max_length=10, choices=SavedSearch.Page.choices)
    search = models.ForeignKey(SavedSearch, models.CASCADE)

    class Meta:
        db_table = "default_searches"
        constraints = [
            models.UniqueConstraint(fields=["user", "page"], name="one_default")
        ]


class Pin(models.Model):
    """An event that a user keeps at hand, with a copy; see `events/pins.py`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="pins")
    event = models.BigIntegerField()
    sensor = models.IntegerField()
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)
    # JSON as text: an exact line may have a null character, which jsonb refuses.
    row = models.TextField()
    line = models.TextField()

    class Meta:
        db_table = "pins"
        constraints = [
            models.UniqueConstraint(fields=["user", "event"], name="one_pin")
        ]


class Report(models.Model):
    """What a search found at one moment, to share; see `events/reports.py`."""

    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="reports")
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    title = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    table = models.CharField(max_length=8)
    query = models.TextField(blank=True)
    reading = models.TextField()
    start = models.DateTimeField()
    end = models.DateTimeField()
    # All that it was read from: only who may see each of them sees the report.
    sensors = ArrayField(models.IntegerField())
    domain = models.ForeignKey(Domain, models.SET_NULL, null=True)
    total = models.BigIntegerField()
    estimated = models.BooleanField()
    # JSON as text: a line may have a null character, which jsonb refuses.
    figures = models.TextField()
    rows = models.TextField()

    class Meta:
        db_table = "reports"

    def __str__(self) -> str:
        return self.title


class HostName(models.Model):
    """A host that lines of a peer named, as they wrote it; see `events/hosts.py`."""

    sensor = models.IntegerField()
    peer = models.CharField(max_length=45)  # empty: this machine
    name = models.CharField(max_length=255)
    events = models.BigIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        db_table = "host_names"
        constraints = [
            models.UniqueConstraint(
                fields=["sensor", "peer", "name"], name="one_host_name"
            )
        ]


class HostAnswer(models.Model):
    """What name servers said of a host name of a sensor, until it has to be asked
    again. Names in lower case, without the dot at the end."""

    sensor = models.IntegerField()
    name = models.CharField(max_length=255)
    addresses = ArrayField(models.CharField(max_length=45), default=list)
    asked_for = models.CharField(max_length=255, blank=True)  # the name that was found
    why = models.CharField(max_length=100, blank=True)  # there is no address
    asked = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        db_table = "host_answers"
        constraints = [
            models.UniqueConstraint(fields=["sensor", "name"], name="one_host_answer")
        ]


class HostsLeftOut(models.Model):
    """Lines whose host names were not kept, because there were too many."""

    sensor = models.IntegerField(primary_key=True)
    lines = models.BigIntegerField(default=0)
    last_seen = models.DateTimeField()

    class Meta:
        db_table = "hosts_left_out"


class Clock(models.Model):
    """What is known of a device's clock; ingest reads it, see `events/clocks.py`.

    A device may have several: by the kind of its stamps, by protocol, and by how it is
    known. `offset` is how many seconds its stamps are ahead of UTC, as a whole (zone
    included); None while it is not known.
    """

    class Kind(models.TextChoices):
        LOCAL = "local"  # stamps without a zone
        ZONED = "zoned"

    sensor = models.IntegerField()
    peer = models.CharField(max_length=45)  # empty: this machine
    host = models.CharField(max_length=255)  # empty: lines name none
    kind = models.CharField(max_length=16)
    protocol = models.CharField(max_length=16, blank=True)
    known_by = models.CharField(max_length=16, default="arrival")
    offset = models.FloatField(null=True)
    zone = models.CharField(max_length=64, blank=True)  # a name, or `+05:45`
    assumed = models.CharField(max_length=64, blank=True)  # the zone in force last
    assumed_from = models.CharField(max_length=8, blank=True)  # whose
    # By arrival: received − stamp, read in UTC if it names no zone; in seconds.
    late = models.FloatField(null=True)
    spread = models.FloatField(null=True)
    drift = models.FloatField(null=True)  # seconds a day that stamps get later by
    step = models.FloatField(null=True)  # the last one: stamps are so much later since
    stepped = models.DateTimeField(null=True)
    lines = models.BigIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    state = models.JSONField(default=dict)  # minutes and hours: `ingest/learning.py`

    class Meta:
        db_table = "clocks"
        constraints = [
            models.UniqueConstraint(
                fields=["sensor", "peer", "host", "kind", "protocol", "known_by"],
                name="one_clock",
            )
        ]
