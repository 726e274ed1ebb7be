"""URLs for registering, the profile, "My sessions", calendars and joining, with translated paths."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from registrations.views import answer, join, key, leading, material, own, profile, register, registered, team

urlpatterns = [
    path(_("profile/"), profile.profile, name="profile"),
    path(_("time-zone/"), profile.set_time_zone, name="set_time_zone"),
    path(_("key/"), key.have_key, name="have_key"),
    path(_("series/<slug:slug>/register/key/"), key.check_key, name="check_key"),
    path(_("series/<slug:slug>/team/"), team.register_team, name="register_team"),
    path(_("team/<uuid:receipt>/"), team.team_invited, name="team_invited"),
    path(_("team/answer/<str:token>/"), team.answer_team, name="answer_team"),
    path(_("registered/<uuid:receipt>/"), registered.registered, name="registered"),
    path(_("registered/<uuid:receipt>/sessions.ics"), registered.registered_calendar, name="registered_calendar"),
    path(_("sessions/<uuid:session>/register/"), register.register_at_once, name="register_at_once"),
    path(_("lead/"), leading.leading, name="leading"),
    path(_("lead/<uuid:session>/"), leading.lead_session, name="lead_session"),
    path(_("lead/<uuid:session>/run-sheet.pdf"), leading.lead_session_pdf, name="lead_session_pdf"),
    path(_("lead/<uuid:session>/host/"), leading.enter_as_host, name="enter_as_host"),
    path(_("my-sessions/<str:token>/language/"), own.change_language, name="change_language"),
    path(_("my-sessions/<str:token>/confirm/"), own.confirm_address, name="confirm_address"),
    path(_("my-sessions/<str:token>/added/<uuid:addition>/"), answer.answer_addition, name="answer_addition"),
    path(_("my-sessions/<str:token>/claim/<uuid:registration>/"), own.claim_place, name="claim_place"),
    path(_("my-sessions/<str:token>/leave/<uuid:registration>/"), own.leave_session, name="leave_session"),
    path(_("my-sessions/<str:token>/return/<uuid:registration>/"), own.return_to_session, name="return_to_session"),
    path(_("my-sessions/<str:token>/leave-series/<slug:slug>/"), own.leave_series, name="leave_series"),
    path(_("my-sessions/<str:token>/swap/<uuid:registration>/"), own.swap_session, name="swap_session"),
    path(_("my-sessions/<str:token>/calendar/<uuid:registration>.ics"), own.own_calendar, name="own_calendar"),
    path(_("my-sessions/<str:token>/calendar/"), own.subscribe, name="subscribe"),
    path(_("my-sessions/<str:token>/invitations/"), own.send_invitations, name="send_invitations"),
    path(_("feed/<str:token>.ics"), own.feed, name="feed"),
    path(_("join/<str:token>/"), join.join, name="join"),
    path(_("materials/<uuid:material>/"), material.material, name="material"),
    path(_("materials/<uuid:material>/<str:token>/"), material.material, name="material_link"),
]
