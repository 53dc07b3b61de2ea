"""Where the peer's links lead: its own pages, under the name that it asks for."""

from django.urls import include, path

urlpatterns = [path("", include(("helpdesk.urls", "helpdesk"), namespace="helpdesk"))]
