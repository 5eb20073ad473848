from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SensorsConfig(AppConfig):
    name = "sensors"

    def ready(self) -> None:
        from sensors import defaults

        post_migrate.connect(defaults.ensure, sender=self)
