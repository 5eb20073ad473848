"""What must stay because the store needs it: a sensor whose events were stored."""

from typing import Any

from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from events.models import SourceTotal
from sensors.models import Sensor


@receiver(pre_delete, sender=Sensor)
def keep_sensor_with_events(instance: Sensor, **_: Any) -> None:
    """ProtectedError, with a sentence for the person who wanted to delete it."""
    stored = SourceTotal.objects.filter(sensor=instance.pk, stored__gt=0)
    if stored.exists():
        raise ProtectedError(
            "it has stored events; switch its log management off instead", {instance}
        )
