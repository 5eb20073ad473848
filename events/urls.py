from django.urls import URLPattern, path

from events.api import around, health, listing, nearest, searches
from events.views import event, history, realtime

urlpatterns: list[URLPattern] = [
    path("", realtime.realtime, name="realtime"),
    path("history", history.history, name="history"),
    path("events/<int:number>", event.event, name="event"),
    path("api/v1/events", listing.events, name="api-events"),
    path("api/v1/events/<int:number>", listing.event, name="api-event"),
    path("api/v1/events/<int:number>/around", around.around, name="api-around"),
    path("api/v1/nearest", nearest.nearest, name="api-nearest"),
    path("api/v1/flows", listing.flows, name="api-flows"),
    path("api/v1/flows/<path:uid>", listing.flow, name="api-flow"),
    path("api/v1/health/sensors", health.sensors, name="api-health-sensors"),
    path("api/v1/searches", searches.listed, name="api-searches"),
    path("api/v1/searches/<int:pk>", searches.one, name="api-search"),
]
