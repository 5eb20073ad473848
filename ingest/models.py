"""What outlives a journal's folder."""

from django.db import models


class JournalTotal(models.Model):
    """The counts of a journal, as its ingest process saw them last.

    While the folder exists the ledger counts there; when it was moved away or made
    anew, what had been received is still known.
    """

    name = models.CharField(max_length=100, primary_key=True)
    counters = models.JSONField(default=dict)  # ingest.counters.Counters
    lost = models.BigIntegerField(default=0)  # lines that damage has cost
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "journal_totals"


class Sighting(models.Model):
    """Hosts and clocks of a batch, until `ingest/learned.py` has merged them."""

    batch = models.BigIntegerField(primary_key=True)
    frame = models.BinaryField()  # ingest/sightings.py

    class Meta:
        db_table = "sightings"


class LearnedVersion(models.Model):
    """One row, counted up whenever what ingest knows of devices has changed."""

    number = models.BigIntegerField(default=0)

    class Meta:
        db_table = "learned_version"


class SourceHabit(models.Model):
    """How often a source usually speaks at a sensor; see `ingest/silence/`."""

    class Rest(models.TextChoices):
        NONE = "", "watched"
        MUTED = "muted"  # until somebody watches it again
        RETIRED = "retired"  # until it speaks again

    source = models.CharField(max_length=45)  # empty: this machine
    sensor = models.IntegerField()
    lines = models.BigIntegerField(default=0)  # at the last look
    seen = models.DateTimeField()  # the last line
    habit = models.JSONField(default=dict)  # ingest/silence/cadence.py
    called = models.DateTimeField(null=True)  # silent since this look
    told = models.DateTimeField(null=True)  # the last event about it
    rest = models.CharField(
        max_length=8, blank=True, choices=Rest.choices, default=Rest.NONE
    )

    class Meta:
        db_table = "source_habits"
        constraints = [
            models.UniqueConstraint(fields=["source", "sensor"], name="one_habit")
        ]

    def __str__(self) -> str:
        return self.source or "this machine"


class SilenceHorizon(models.Model):
    """One row: until when everything is known; see `ingest/silence/horizon.py`."""

    state = models.JSONField(default=dict)

    class Meta:
        db_table = "silence_horizon"
