"""Every route. Each app brings its own list; `healthz` alone needs no log-in."""

from django.urls import include, path

from mssweb import api
from mssweb.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("api", api.page, name="description"),
    path("api/v1/openapi.json", api.openapi, name="api-openapi"),
    path("", include("events.urls")),
    path("", include("sensors.urls")),
    path("", include("ingest.urls")),
    path("", include("exporters.urls")),
]

handler400 = "mssweb.errors.bad_request"
handler403 = "mssweb.errors.forbidden"
handler404 = "mssweb.errors.not_found"
handler500 = "mssweb.errors.server_error"
