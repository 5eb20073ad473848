from django.urls import URLPattern, path

from events import views

urlpatterns: list[URLPattern] = [
    path("", views.realtime, name="realtime"),
    path("history", views.history, name="history"),
    path("events/<int:number>", views.event, name="event"),
]
