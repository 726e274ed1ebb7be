"""URLs for joining a session, with translated paths."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from attendance import views

urlpatterns = [
    path(_("join/<str:token>/enter/"), views.enter, name="enter"),
]
