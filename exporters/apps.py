from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_delete


class ExportersConfig(AppConfig):
    name = "exporters"

    def ready(self) -> None:
        from exporters.models import Destination

        post_delete.connect(forget, sender=Destination)


def forget(instance: Any, **_: Any) -> None:
    """A destination's position goes with it, also when its sensor is deleted."""
    from exporters import destinations

    destinations.forget(instance)
