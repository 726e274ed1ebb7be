"""URLs for joining a session and for the roll call, with translated paths."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from attendance import views

urlpatterns = [
    path(_("lead/<uuid:session>/roll-call/"), views.roll_call, name="roll_call"),
    path(_("join/<str:token>/enter/"), views.enter, name="enter"),
]
