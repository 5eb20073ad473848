"""Sources page, ledger API."""

from django.urls import path

from ingest import views

urlpatterns = [
    path("sources/", views.sources, name="sources"),
    path("sources/table/", views.sources_table, name="sources_table"),
    path("api/v1/ca.pem", views.authority, name="api-ca"),
    path("api/v1/ledger", views.ledger, name="api_ledger"),
]
