"""The wiring of the product: settings, routes, processes."""

from mssweb.celery import app as celery_app

__all__ = ["celery_app"]
