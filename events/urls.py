from django.urls import URLPattern, path

from events.api import addresses, around, health, listing, nearest, overview, searches
from events.api import pins as api_pins
from events.api import query as api_query
from events.views import clocks, event, history, hosts, pins, realtime, reports

urlpatterns: list[URLPattern] = [
    path("", realtime.realtime, name="realtime"),
    path("history", history.history, name="history"),
    path("history/rows", history.more, name="history-rows"),
    path("events/<int:number>", event.event, name="event"),
    path("pins", pins.listed, name="pins"),
    path("pins/<int:number>", pins.changed, name="pin"),
    path("hosts", hosts.listed, name="hosts"),
    path("hosts/<int:pk>/choose", hosts.choose, name="host-choose"),
    path("hosts/<int:pk>/table", hosts.table, name="host-table"),
    path("clocks", clocks.listed, name="clocks"),
    path("clocks/<int:pk>", clocks.clock, name="clock"),
    path("reports", reports.listed, name="reports"),
    path("reports/<int:pk>", reports.one, name="report"),
    path("reports/<int:pk>/file", reports.file, name="report-file"),
    path("reports/<int:pk>/delete", reports.deleted, name="report-delete"),
    path("api/v1/overview", overview.overview, name="api-overview"),
    path("api/v1/groups", overview.grouped, name="api-groups"),
    path("api/v1/top", overview.top, name="api-top"),
    path("api/v1/query", api_query.query, name="api-query"),
    path("api/v1/events", listing.events, name="api-events"),
    path("api/v1/events/<int:number>", listing.event, name="api-event"),
    path("api/v1/events/<int:number>/around", around.around, name="api-around"),
    path("api/v1/nearest", nearest.nearest, name="api-nearest"),
    path("api/v1/flows", listing.flows, name="api-flows"),
    path("api/v1/flows/<path:uid>", listing.flow, name="api-flow"),
    path("api/v1/health/sensors", health.sensors, name="api-health-sensors"),
    path("api/v1/searches", searches.listed, name="api-searches"),
    path("api/v1/searches/<int:pk>", searches.one, name="api-search"),
    path("api/v1/pins", api_pins.listed, name="api-pins"),
    path("api/v1/pins/<int:number>", api_pins.one, name="api-pin"),
    path("api/v1/addresses/<str:ip>", addresses.address, name="api-address"),
    path("api/v1/resolve", addresses.resolve, name="api-resolve"),
]
