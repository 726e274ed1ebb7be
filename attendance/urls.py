"""URLs for joining a session, the roll call and “I was there”, with translated paths."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from attendance import views

urlpatterns = [
    path(_("lead/<uuid:session>/roll-call/"), views.roll_call, name="roll_call"),
    path(_("my-sessions/attendance/<uuid:session>/"), views.ask, name="ask_for_attendance"),
    path(_("lead/<uuid:session>/code/"), views.lead_code, name="lead_code"),
    path(_("join/<str:token>/code/"), views.session_code, name="session_code"),
    path(_("join/<str:token>/enter/"), views.enter, name="enter"),
]
