"""Registrants who missed a session whose recording is online."""

import datetime as dt

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from attendance.message_kinds import MISSED_RECORDING
from attendance.models import (
    Attendance,
    AttendanceImport,
    AttendanceRequest,
    AttendanceRow,
    JoinClick,
    SaidCode,
    SharedRoom,
)
from attendance.queries.held import LOOKED_BACK
from echo_portal.outbox.models import Message
from registrations.models import Registration, RegistrationQuerySet
from sessions.models import Material, Session, SessionQuerySet, SessionRole

AT_ONCE = 500


def with_recording(now: dt.datetime) -> SessionQuerySet:
    """Return the public sessions of the last 60 days with an imported report and a recording that registrants can open.

    Sessions whose report contains undecided rows are left out, because these rows may belong to registrants who
    otherwise seem to have missed the session.
    """
    recordings = Material.objects.online().filter(session=OuterRef("pk"), kind=Material.Kind.RECORDING)
    reports = AttendanceImport.objects.live().filter(session=OuterRef("pk"))
    undecided = AttendanceRow.objects.unmatched().filter(report__session=OuterRef("pk"))
    held = Session.objects.public().held(now).filter(over_at__gte=now - LOOKED_BACK)
    return held.filter(Exists(recordings), Exists(reports)).exclude(Exists(undecided))


def missed(now: dt.datetime) -> RegistrationQuerySet:
    """Return the registrations of people who, as far as is known, missed one of the sessions of `with_recording`.

    People who pressed Join, typed a code, opened a shared room, asked the hub to confirm their attendance, or lead the
    session are left out. People who have not proved their mailbox are left out too.
    """
    of_place = {"person": OuterRef("person"), "session": OuterRef("session")}
    rows = Registration.objects.registered().filter(
        session__in=with_recording(now), person__is_active=True, person__mailbox_proved_at__isnull=False
    )
    return (
        rows.exclude(Exists(Attendance.objects.confirmed().filter(**of_place)))
        .exclude(Exists(JoinClick.objects.filter(registration=OuterRef("pk"))))
        .exclude(Exists(SaidCode.objects.filter(registration=OuterRef("pk"))))
        .exclude(Exists(SharedRoom.objects.filter(opened_by=OuterRef("pk"))))
        .exclude(Exists(AttendanceRequest.objects.filter(**of_place)))
        .exclude(Exists(SessionRole.objects.filter(**of_place)))
    )


def missed_and_untold(now: dt.datetime) -> list[Registration]:
    """Return missed registrations for which no email was written, with all that the email displays.

    At most `AT_ONCE` registrations are returned.
    """
    key = Concat(Value(f"{MISSED_RECORDING}:"), Cast(OuterRef("pk"), CharField()))
    rows = missed(now).exclude(Exists(Message.objects.filter(dedupe_key=key)))
    return list(rows.select_related("person", "session__series__hub").order_by("pk")[:AT_ONCE])


def missed_place(registration: int, now: dt.datetime) -> Registration | None:
    """Return the registration, with all that the email displays, or None if it is no longer in `missed`."""
    return missed(now).filter(pk=registration).select_related("person", "session__series__hub").first()


def recording_of(session: Session) -> Material | None:
    """Return the latest recording in the language of the series, or else the latest in another language, or None."""
    rows = Material.objects.online().filter(session=session, kind=Material.Kind.RECORDING).order_by("-pk")
    found = list(rows)
    return next((row for row in found if row.language == session.series.language), found[0] if found else None)
