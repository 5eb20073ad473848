from django.urls import URLPattern, path

from events import views

urlpatterns: list[URLPattern] = [
    path("", views.realtime, name="realtime"),
]
