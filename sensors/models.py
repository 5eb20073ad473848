"""Who watches what: users, domains, sensors and their sources, rights, the trail.

The lowest layer: every other app reads it, it reads none of them.
"""

import hashlib
import secrets
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models

from sensors import networks, zones

name_is_plain = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}\Z",
    "Use letters, digits, - and _ only (the name is written into exported lines).",
)


def zone_is_known(name: str) -> None:
    try:
        zones.check(name)
    except ValueError as error:
        raise ValidationError(str(error)) from None


def zone_or_offset(name: str) -> None:
    if zones.fixed_minutes(name) is None:
        zone_is_known(name)


def network_is_valid(text: str) -> None:
    try:
        networks.parse(text)
    except ValueError as error:
        raise ValidationError(str(error)) from None


class User(AbstractUser):
    """A person who logs in. `is_superuser` may do everything in every domain."""

    zone = models.CharField(max_length=64, default="UTC", validators=[zone_is_known])
    must_change_password = models.BooleanField(
        default=False, help_text="Set with every one-time password."
    )


class Domain(models.Model):
    """One customer or site."""

    name = models.CharField(max_length=63, unique=True, validators=[name_is_plain])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do, each one including those below it."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    VIEWER = "viewer"


class Membership(models.Model):
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    domain = models.ForeignKey(Domain, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)

    class Meta:
        ordering = ["user__username"]
        constraints = [
            models.UniqueConstraint(fields=["user", "domain"], name="one_role_each")
        ]

    def __str__(self) -> str:
        return f"{self.user.username} in {self.domain.name}"


class Sensor(models.Model):
    """Belongs to one domain; an event's origin is written `<sensor>.<domain>`."""

    domain = models.ForeignKey(Domain, models.PROTECT, related_name="sensors")
    name = models.CharField(max_length=63, validators=[name_is_plain])
    location = models.CharField(max_length=200, blank=True)
    interface = models.CharField("monitored interface", max_length=15, blank=True)
    home_net = ArrayField(
        models.CharField(max_length=49, validators=[network_is_valid]),
        default=networks.private,
        blank=True,
    )
    log_management = models.BooleanField(default=True)
    search_domain = models.CharField(max_length=253, blank=True)
    zone = models.CharField(
        "clock zone", max_length=64, default="UTC", validators=[zone_is_known]
    )
    port = models.PositiveIntegerField(
        "listening port",
        null=True,
        blank=True,
        unique=True,
        validators=[MinValueValidator(1), MaxValueValidator(65_535)],
        help_text="Lines that arrive on this port belong to this sensor.",
    )
    is_default = models.BooleanField(default=False)

    class Meta:
        ordering = ["domain__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["domain", "name"], name="sensor_name"),
            models.UniqueConstraint(
                fields=["is_default"],
                condition=models.Q(is_default=True),
                name="one_default_sensor",
            ),
        ]

    def __str__(self) -> str:
        return self.origin

    @property
    def origin(self) -> str:
        return f"{self.name}.{self.domain.name}"


class Source(models.Model):
    """A device that sends to a sensor, by its address or network, or by its client
    certificate: a name of it, or `sha256:` and its fingerprint. One of both."""

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="sources")
    network = models.CharField(max_length=49, blank=True, validators=[network_is_valid])
    certificate = models.CharField("client certificate", max_length=253, blank=True)
    name = models.CharField(max_length=100, blank=True)
    zone = models.CharField(
        "clock zone", max_length=64, blank=True, validators=[zone_is_known]
    )

    class Meta:
        ordering = ["network"]
        constraints = [
            models.UniqueConstraint(
                fields=["network"],
                condition=~models.Q(network=""),
                name="one_sensor_per_network",
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=~models.Q(certificate=""),
                name="one_sensor_per_certificate",
            ),
            models.CheckConstraint(
                condition=models.Q(network="") ^ models.Q(certificate=""),
                name="network_or_certificate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shown} {self.name}".strip()

    @property
    def shown(self) -> str:
        """An address stands without its prefix length."""
        if not self.network:
            return f"certificate {self.certificate}"
        return networks.shown(self.network)

    def clean(self) -> None:
        if not self.network:
            return
        try:
            self.network = str(networks.parse(self.network))
        except ValueError:
            return  # the field's own validator says it


class HostEntry(models.Model):
    """A line of a sensor's host table: an address and one of its names, lower case.

    What stands here wins over every name server; see `sensors/hosts.py`.
    """

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="hosts")
    name = models.CharField(max_length=253)
    address = models.CharField(max_length=45)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sensor", "name", "address"], name="one_host_entry"
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} {self.name}"


class ClockSetting(models.Model):
    """How the clock of one device is read, by the peer that its lines come from and the
    host that they name; empty for lines without one."""

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="clocks")
    peer = models.CharField(max_length=45, blank=True)
    host = models.CharField(max_length=255, blank=True)
    zone = models.CharField(
        "clock zone", max_length=64, blank=True, validators=[zone_or_offset]
    )
    # Seconds by which the clock is ahead of the right time; below 0 it is behind.
    ahead = models.IntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["sensor", "peer", "host"], name="one_clock_setting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.host or 'no host name'} from {self.peer or 'this machine'}"


class ConfigVersion(models.Model):
    """One row, counted up with every change, so that workers notice at once."""

    number = models.BigIntegerField(default=0)


class AuditEntry(models.Model):
    """Append only: the database refuses UPDATE and DELETE (see the migration)."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.CharField(max_length=150)
    # A deleted domain stays named by its number: the entry may not change.
    domain = models.ForeignKey(
        Domain, models.DO_NOTHING, null=True, db_constraint=False
    )
    action = models.CharField(max_length=40)
    target = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-id"]


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class ApiToken(models.Model):
    """A bearer token; only its digest is stored."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100, blank=True)
    scope = models.CharField(max_length=16, choices=[("read", "read")], default="read")
    created = models.DateTimeField(auto_now_add=True)
    last_used = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name or f"token {self.pk}"

    @classmethod
    def issue(
        cls, user: User, scope: str = "read", name: str = ""
    ) -> tuple["ApiToken", str]:
        """A new token and its text, which is shown this once."""
        text = "mss_" + secrets.token_urlsafe(32)
        fields: dict[str, Any] = {"digest": token_digest(text), "scope": scope}
        return cls.objects.create(user=user, name=name, **fields), text


class SenderToken(models.Model):
    """Lets a program send logs to a sensor over HTTP; only its digest is stored.

    A revoked one stays: lines that it sent before still belong to its sensor.
    """

    PREFIX = "mss_in_"

    sensor = models.ForeignKey(Sensor, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    created = models.DateTimeField(auto_now_add=True)
    revoked = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    def issue(self) -> str:
        """Gives it a text, which is shown this once."""
        text = self.PREFIX + secrets.token_urlsafe(32)
        self.digest = token_digest(text)
        return text

    @property
    def claim(self) -> str:
        """What the journal says of lines that it sent; see `sensors/routing.py`."""
        return f"token:{self.pk}"


class Preference(models.Model):
    """What a user has set for the pages; see `sensors/preferences.py`."""

    user = models.ForeignKey(User, models.CASCADE, related_name="preferences")
    name = models.CharField(max_length=40)
    value = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_preference")
        ]


class SensorSample(models.Model):
    """A moment of a sensor; `sensors/health.py` writes and reads them.

    No foreign key: a sample may be written while its sensor is being deleted.
    """

    sensor = models.IntegerField()
    writer = models.TextField()  # the journal
    at = models.DateTimeField(db_index=True)
    memory = models.FloatField()  # percent of the machine's
    cpu = models.FloatField()  # percent
    received = models.FloatField()  # frames a second
    dropped = models.FloatField()  # frames a second

    class Meta:
        db_table = "sensor_samples"
        indexes = [models.Index(fields=["sensor", "at"], name="sample_of_sensor")]
