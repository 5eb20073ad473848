from django.urls import URLPattern, path

from events import api, views

urlpatterns: list[URLPattern] = [
    path("", views.realtime, name="realtime"),
    path("history", views.history, name="history"),
    path("events/<int:number>", views.event, name="event"),
    path("api/v1/events", api.events, name="api-events"),
    path("api/v1/events/<int:number>", api.event, name="api-event"),
    path("api/v1/flows", api.flows, name="api-flows"),
    path("api/v1/flows/<path:uid>", api.flow, name="api-flow"),
]
