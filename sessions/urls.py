"""URLs of the public calendar feeds and of their list, in both languages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from sessions import views

urlpatterns = [
    path(_("calendars/"), views.calendars, name="calendars"),
    path(_("feeds/series/<slug:slug>.ics"), views.series_feed, name="series_feed"),
    path(_("feeds/hubs/<slug:slug>.ics"), views.hub_feed, name="hub_feed"),
    path(_("feeds/professions/<str:code>.ics"), views.profession_feed, name="profession_feed"),
    path(_("feeds/languages/<str:code>.ics"), views.language_feed, name="language_feed"),
]
