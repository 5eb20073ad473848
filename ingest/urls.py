"""Sources page, ledger API."""

from django.urls import path

from ingest import explained, views
from ingest.adding import views as adding

urlpatterns = [
    path("sources/", views.sources, name="sources"),
    path("sources/new/", adding.source_add, name="source_add"),
    path("sources/new/light/", adding.source_arrivals, name="source_arrivals"),
    path("sources/<int:pk>/<str:action>/", views.source_rest, name="source_rest"),
    path("sources/table/", views.sources_table, name="sources_table"),
    path("api/v1/ca.pem", views.authority, name="api-ca"),
    path("events/<int:number>/explanation", explained.explanation, name="explanation"),
    path("events/<int:number>/reparse", explained.reparse, name="event-reparse"),
    path(
        "api/v1/events/<int:number>/explain", explained.as_api, name="api-event-explain"
    ),
    path("api/v1/ledger", views.ledger, name="api_ledger"),
]
