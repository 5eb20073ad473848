"""Where a sensor's events are sent, with live figures, and the downloads of users."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone

from exporters import hosts
from exporters.formats import FORMATS
from exporters.transports import TRANSPORTS
from exporters.transports.base import Target
from sensors.models import Sensor, User


def host_is_valid(text: str) -> None:
    if not hosts.is_valid(text):
        raise ValidationError(
            f"{text!r} is neither a host name nor an address; write it without a port."
        )


class Destination(models.Model):
    """A SIEM or syslog server that gets every event of one sensor."""

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="destinations")
    name = models.CharField(max_length=63)
    host = models.CharField(
        max_length=253, validators=[host_is_valid], help_text="A name or an address."
    )
    port = models.PositiveIntegerField(
        default=514,
        validators=[MinValueValidator(1), MaxValueValidator(65_535)],
        help_text="514 by habit, 6514 for TLS.",
    )
    transport = models.CharField(
        max_length=8,
        default="udp",
        choices=[(key, kind.label) for key, kind in TRANSPORTS.items()],
    )
    format = models.CharField(
        max_length=16,
        default="syslog",
        choices=[(key, kind.label) for key, kind in FORMATS.items()],
    )
    minimum_rank = models.SmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(-100), MaxValueValidator(100)],
        help_text="Empty: every event.",
    )
    enabled = models.BooleanField(default=True)
    with_pri = models.BooleanField(
        "syslog header",
        default=True,
        help_text="PRI <133> before each line; before CEF also the date and sensor.",
    )
    verify = models.BooleanField(
        "check the certificate", default=True, help_text="TLS only."
    )
    ca = models.TextField(
        "CA certificate",
        blank=True,
        max_length=100_000,
        help_text="PEM text, TLS only. Empty: the authorities this system trusts.",
    )
    created = models.DateTimeField(auto_now_add=True)
    # Since when events are sent; set anew by *skip what waits*.
    begun = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        db_table = "destinations"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["sensor", "name"],
                name="destination_name",
                violation_error_message="This sensor has a destination of that name.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def follower(self) -> str:
        """The name of its position in the feed."""
        return f"export:{self.pk}"

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def target(self) -> Target:
        return Target(self.host, self.port, self.verify, self.ca)


class DestinationStatus(models.Model):
    """What delivery did; written by `exporters/status.py` at most once a second."""

    destination = models.OneToOneField(
        Destination, models.CASCADE, primary_key=True, related_name="status"
    )
    sent = models.BigIntegerField(default=0)  # events
    failed = models.BigIntegerField(default=0)  # attempts to send a batch
    bytes = models.BigIntegerField(default=0)
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    updated = models.DateTimeField(null=True)  # the delivery's sign of life

    class Meta:
        db_table = "destination_status"


class Download(models.Model):
    """What one file was asked to hold, and how far it is; see `downloads.py`."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"
        FAILED = "failed"

    user = models.ForeignKey(User, models.CASCADE, related_name="downloads")
    at = models.DateTimeField(default=timezone.now)
    updated = models.DateTimeField(default=timezone.now)  # the last sign of life
    kind = models.CharField(max_length=16)
    table = models.CharField(max_length=8)
    query = models.TextField()
    start = models.DateTimeField(null=True)
    end = models.DateTimeField(null=True)
    columns = models.JSONField(default=list)  # empty: all
    gzip = models.BooleanField(default=False)
    bom = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True)
    rows = models.BigIntegerField(default=0)
    progress = models.FloatField(default=0)

    class Meta:
        db_table = "downloads"
        indexes = [models.Index(fields=["user", "-id"], name="downloads_of")]

    def __str__(self) -> str:
        return f"download {self.pk}"
