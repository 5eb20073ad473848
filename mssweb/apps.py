from django.apps import AppConfig


class WiringConfig(AppConfig):
    name = "mssweb"

    def ready(self) -> None:
        from mssweb import checks  # noqa: F401  (registers them)
