"""The destinations of a sensor, answered with the section of its page; downloads."""

from django.urls import path

from exporters import api, copies, views

urlpatterns = [
    path("sensors/<int:sensor>/destinations/", views.listed, name="destinations"),
    path(
        "sensors/<int:sensor>/destinations/figures/",
        views.figures,
        name="destination_figures",
    ),
    path("sensors/<int:sensor>/destinations/new/", views.new, name="destination_new"),
    path(
        "sensors/<int:sensor>/destinations/<int:pk>/",
        views.edited,
        name="destination",
    ),
    path(
        "sensors/<int:sensor>/destinations/<int:pk>/switch/",
        views.switched,
        name="destination_switch",
    ),
    path(
        "sensors/<int:sensor>/destinations/<int:pk>/skip/",
        views.skipped,
        name="destination_skip",
    ),
    path(
        "sensors/<int:sensor>/destinations/<int:pk>/delete/",
        views.deleted,
        name="destination_delete",
    ),
    path(
        "sensors/<int:sensor>/destinations/<int:pk>/test/",
        views.tested,
        name="destination_test",
    ),
    path("api/v1/downloads", api.listed, name="api-downloads"),
    path("api/v1/downloads/<int:pk>", api.one, name="api-download"),
    path("api/v1/downloads/<int:pk>/file", api.file, name="api-download-file"),
    path("api/v1/events/<int:number>/line", copies.line, name="api-event-line"),
]
