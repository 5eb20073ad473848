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
