"""Add data of the past to a demonstration: texts for sessions that were held, and the attendance of one person."""

from django.utils import timezone
from django.utils.translation import gettext

from accounts.models import Person
from attendance.actions import correct_attendance
from registrations.models import Registration
from sessions.actions import Upload, upload_material
from sessions.models import Material, Session, SessionQuerySet

SERIES = "psw-cop"
WITH_TEXTS = 2  # the latest sessions
ATTENDED = 3  # the first sessions
SECONDS = 3600

TRANSCRIPT = """Specimen. This text was written for the demonstration; nobody said it.

00:00 Host: Welcome to the community of practice. Please write your name and your province in the chat.
02:10 Presenter: Today we look at what a person tells us without words, and what a team can do about it.
31:40 Host: Thank you. Who would like to begin with a question?
"""
QUESTIONS = """Specimen. These questions were written for the demonstration.

How often should a team review a person’s goals of care?
After each change of health, and at least every three months.

Who can start the conversation?
Anybody in the team whom the person or the family trusts.
"""


def held_sessions() -> SessionQuerySet:
    rows = Session.objects.filter(series__slug=SERIES).public().held(timezone.now())
    return rows.exclude(starts_at=None).order_by("number")


def add_texts(*, by: Person) -> None:
    """Upload a transcript for everybody and questions and answers for registrants, for the latest held sessions."""
    for session in held_sessions().reverse()[:WITH_TEXTS]:
        texts = {
            Material.Kind.TRANSCRIPT: (TRANSCRIPT, Material.OpenTo.PUBLIC),
            Material.Kind.QUESTIONS: (QUESTIONS, Material.OpenTo.REGISTRANTS),
        }
        for kind, (text, open_to) in texts.items():
            if not Material.objects.filter(session=session, kind=kind, file__isnull=False).exists():
                name = f"specimen-{kind}-{session.number}.txt"
                upload = Upload(name=name, data=text.encode(), kind=kind, language="en", open_to=open_to)
                upload_material(session=session, upload=upload, by=by)


def add_attendance(person: Person, *, by: Person) -> None:
    """Record that the person attended the first held sessions, so that “My sessions” displays past ones."""
    now = timezone.now()
    for session in held_sessions()[:ATTENDED]:
        _row, is_new = Registration.objects.get_or_create(
            person=person, session=session, defaults={"registered_at": now, "changed_at": now, "state": "registered"}
        )
        if is_new:
            correct_attendance(session=session, person=person, seconds=SECONDS, reason=gettext("Demonstration"), by=by)
