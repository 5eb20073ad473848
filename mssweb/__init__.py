"""The wiring of the product: settings, routes, processes.

Celery's app is not imported here: half a second that most processes do not need.
"""
