"""Queries for sessions whose evaluation should be opened, and for the people to invite."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Person
from attendance.models import Attendance, JoinClick, SaidCode
from evaluations.models import Evaluation, Invitation
from evaluations.schedule import LAST_INVITATIONS, OPEN_FOR
from sessions.models import Session, SessionQuerySet, SessionRole


def sessions_to_open(now: dt.datetime) -> SessionQuerySet:
    """Return public sessions that ended in the last days, have participants, and have no evaluation yet."""
    ended = Session.objects.public().held(now).filter(ends_at__gt=now - OPEN_FOR + LAST_INVITATIONS)
    known = Evaluation.objects.filter(session=OuterRef("pk"))
    clicks = JoinClick.objects.filter(registration__session=OuterRef("pk"), registration__state="registered")
    present = Attendance.objects.confirmed().learners().filter(session=OuterRef("pk"))
    return ended.exclude(Exists(known)).filter(Q(Exists(clicks)) | Q(Exists(present))).order_by("ends_at", "pk")


def open_evaluations(now: dt.datetime) -> QuerySet[Evaluation]:
    """Return the evaluations for which people are still invited, with session, series and hub."""
    rows = Evaluation.objects.open(now + LAST_INVITATIONS)
    return rows.select_related("session__series__hub").order_by("pk")


def people_to_invite(evaluation: Evaluation) -> QuerySet[Person]:
    """Return the participants of the session who are not invited yet.

    Participants are people who pressed their own Join button, who typed a code of the session, or whose attendance a
    report or a roll call confirms. People who lead the session and the hub's team are left out.
    """
    session = evaluation.session_id
    clicks = JoinClick.objects.filter(
        registration__session=session, registration__state="registered", registration__person=OuterRef("pk")
    )
    said = SaidCode.objects.filter(
        registration__session=session, registration__state="registered", registration__person=OuterRef("pk")
    )
    attended = Attendance.objects.filter(session=session, person=OuterRef("pk"))
    people: QuerySet[Person] = Person.objects.filter(is_active=True).filter(
        Q(Exists(clicks)) | Q(Exists(said)) | Q(Exists(attended.confirmed().learners()))
    )
    return (
        people.exclude(Exists(attended.exclude(role=Attendance.Role.ATTENDEE)))
        .exclude(Exists(SessionRole.objects.filter(session=session, person=OuterRef("pk"))))
        .exclude(Exists(Invitation.objects.filter(evaluation=evaluation, person=OuterRef("pk"))))
        .order_by("pk")
    )
