"""Two hubs with a row of each model. All texts of the other hub contain a word by which leaks are recognized."""

import datetime as dt
import time
from dataclasses import dataclass, field
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth import login
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.actions import record
from accounts.browser_sessions import SessionStore
from accounts.models import AuditEvent, Consent, Person
from attendance.models import (
    Attendance,
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceImport,
    AttendanceRequest,
    AttendanceRow,
    HeaderMapping,
)
from credits.codes import new_code
from credits.models import Accreditation, Certificate, CertifiedSession, CreditEntry
from echo_portal.outbox.models import Message, Suppression
from evaluations.models import Evaluation, Invitation, Question
from hubs.models import Hub, Membership, Organisation, Spoke
from news.models import Mailing, Subscriber
from pages.models import Newsletter, Page, QuestionAndAnswer
from proposals.models import Inquiry
from registrations.models import AddressCorrection, Enrollment, MergeProposal, Registration
from sessions.models import Material, SeriesOrganisation, Session, SessionRole
from tests.builders import Programme
from tests.people import People

# Long enough not to appear by chance in a random token of a page.
CANARY = "XHUBCANARY"
OWN = "OWNHUB"


@dataclass
class HubRows:
    """A hub, with one row of each model that belongs to a hub, by model."""

    hub: Hub
    coordinator: Person
    rows: dict[type[Model], Any] = field(default_factory=dict)

    def __getitem__[Row: Model](self, model: type[Row]) -> Row:
        row: Row = self.rows[model]
        return row


def fill(programme: Programme, people: People, hub: Hub, word: str) -> HubRows:
    """Create a series with a session next week, a key, material, a registration, an accreditation, and a spoke."""
    lower = word.lower()
    Hub.objects.filter(pk=hub.pk).update(
        name_en=f"{word}-hub", name_fr=f"{word}-carrefour", contact_email=f"{lower}@example.org"
    )
    hub.refresh_from_db()
    coordinator = people.coordinator(hub)
    Person.objects.filter(pk=coordinator.pk).update(name=f"{word}-coordinator")
    coordinator.refresh_from_db()
    series = programme.series(
        f"{lower}-series", hub=hub, title_en=f"{word}-series", title_fr=f"{word}-série", summary_en=word
    )
    session = programme.session(
        series,
        1,
        title_en=f"{word}-session",
        join_url=f"https://example.org/{lower}",
        host_url=f"https://example.org/{lower}/host",
    )
    person = people.make(f"{lower}-person@example.org", f"{word}-person")
    enrollment = Enrollment.objects.create(person=person, series=series, enrolled_at=timezone.now())
    now = timezone.now()
    registration = Registration.objects.create(
        person=person, session=session, enrollment=enrollment, state="registered", registered_at=now, changed_at=now
    )
    certifier = Organisation.objects.get_or_create(slug="cfpc", defaults={"name_en": "CFPC", "name_fr": "CMFC"})[0]
    accreditation = Accreditation.objects.create(
        series=series,
        certifier=certifier,
        programme=f"{word}-programme",
        category="Group Learning",
        max_credits=1,
        valid_from=dt.date(2026, 1, 1),
        valid_to=dt.date(2026, 12, 31),
        statement_en=word,
        statement_fr=word,
    )
    evaluation = Evaluation.objects.create(session=session, opened_at=now, closes_at=now + dt.timedelta(days=14))
    Invitation.objects.create(evaluation=evaluation, person=person)
    record("test", about=f"{word}-object", by=coordinator, scope_id=hub.pk)
    message = Message.objects.create(
        kind="confirmation",
        dedupe_key=f"confirmation:{word}",
        address=person.email,
        language="en",
        person_id=person.pk,
        scope_id=hub.pk,
        about=f"registration:{registration.pk}",
        why_en=f"{word}-why",
        why_fr=f"{word}-why",
        payload={"series": series.pk, "registrations": [registration.pk]},
        due_at=now + dt.timedelta(hours=1),
    )
    newsletter = Newsletter.objects.create(
        hub=hub, slug=f"{lower}-news", title_en=f"{word}-news", body_en=f"{word}-text", published_on=now.date()
    )
    Consent.objects.create(
        person=person, kind="news", text_version="1", text_language="en", source="test", given_at=now, confirmed_at=now
    )
    rows = [
        hub,
        message,
        newsletter,
        Mailing.objects.create(newsletter=newsletter, recipients=1, written_at=now, send_at=now),
        Subscriber.objects.get(pk=person.pk),
        Suppression.objects.create(
            address_key=person.email, scope_id=hub.pk, reason="hard-bounce", detail=f"{word}-answer"
        ),
        series,
        session,
        registration,
        accreditation,
        programme.key(series, f"{word}KEY"),
        Material.objects.create(session=session, kind="slides", title=f"{word}-slides", language="en"),
        Membership.objects.get(person=coordinator),
        SessionRole.objects.create(
            session=session,
            person=coordinator,
            role="facilitator",
            name=f"{word}-leader",
            address=f"{lower}-leader@example.org",
            given_at=now,
        ),
        Question.objects.create(hub=hub, code=f"{lower}-question", text_en=f"{word}-question", text_fr=f"{word}-fr"),
        Page.objects.create(hub=hub, slug=f"{lower}-page", title_en=f"{word}-page", body_en=f"{word}-text"),
        QuestionAndAnswer.objects.create(
            hub=hub, slug=f"{lower}-asked", question_en=f"{word}-asked", answer_en=f"{word}-answer"
        ),
        Spoke.objects.create(hub=hub, name_en=f"{word}-spoke", name_fr=f"{word}-spoke"),
        SeriesOrganisation.objects.create(series=series, organisation=certifier, role="certifier"),
        CertifiedSession.objects.create(accreditation=accreditation, session=session, certified_id=f"{word}-1"),
        AuditEvent.objects.get(about=f"{word}-object"),
        person,
        AddressCorrection.objects.create(
            person=person,
            series=series,
            old_address=person.email,
            new_address=f"{lower}-right@example.org",
            reason=f"{word}-reason",
            proposed_at=now,
            proposed_by=coordinator,
        ),
        MergeProposal.objects.create(
            person=person,
            other=coordinator,
            names=f"{word}-person, {word}-twin",
            series=series,
            reason=f"{word}-reason",
            proposed_at=now,
            proposed_by=coordinator,
        ),
        Inquiry.objects.create(
            kind="idea",
            state="open",
            hub=hub,
            person=person,
            name=f"{word}-sender",
            email=person.email,
            language="en",
            province="BC",
            title=f"{word}-idea",
            text=f"{word}-gap",
            format="series",
            audience=f"{word}-audience",
            team=f"{word}-team",
            sent_at=now,
            proved_at=now,
            assigned_to=coordinator,
            next_step=f"{word}-step",
            next_step_on=dt.date(2026, 12, 1),
        ),
        *attendance_rows(session, person, coordinator, word),
        *credit_rows(accreditation, session, person, word),
    ]
    return HubRows(hub, coordinator, {type(row): row for row in rows})


def credit_rows(accreditation: Accreditation, session: Session, person: Person, word: str) -> list[Model]:
    """Create an entry of the ledger without a certificate, and an earlier certificate."""
    now = timezone.now()
    entry = CreditEntry.objects.create(
        accreditation=accreditation,
        person=person,
        session=session,
        minutes=60,
        session_minutes=60,
        credits_per_hour=1,
        credits=1,
        code="earned",
        written_at=now,
    )
    line = {"id": session.pk, "minutes": 30, "credits": {}, "date": "2026-01-01"}
    certificate = Certificate.objects.create(
        person=person,
        series=session.series,
        code=new_code(),
        language="en",
        values={
            "name": f"{word}-person",
            "series": f"{word}-series",
            "series_language": "en",
            "sessions": [line],
            "records": [],
        },
        issued_at=now - dt.timedelta(days=1),
    )
    return [entry, certificate]


def attendance_rows(session: Session, person: Person, coordinator: Person, word: str) -> list[Model]:
    """Create an imported attendance report with a matched and an unmatched row, a correction and a remembered match."""
    now = timezone.now()
    assert session.starts_at is not None
    assert session.ends_at is not None
    report = AttendanceImport.objects.create(
        session=session,
        state="imported",
        file_name=f"{word}-report.csv",
        sha256="0" * 64,
        size=5,
        file=word.encode(),
        zone=session.time_zone,
        layout="Z-M1",
        window_start=session.starts_at,
        window_end=session.ends_at,
        counted=2,
        dropped=0,
        refused=0,
        to_decide=0,
        uploaded_at=now,
        uploaded_by=coordinator,
        imported_at=now,
        imported_by=coordinator,
    )
    for number, owner in enumerate((person, None), start=2):
        AttendanceRow.objects.create(
            report=report,
            row=number,
            name=f"{word}-row-{number}",
            key=f"name:{word.lower()}-row-{number}",
            outcome="counted",
            joined_at=session.starts_at,
            left_at=session.ends_at,
            person=owner,
            matched_by="hand" if owner else "",
        )
    rows: list[Model] = [
        report,
        Attendance.objects.create(
            person=person,
            session=session,
            report=report,
            window_seconds=3600,
            reported_seconds=3600,
            corrected_seconds=1800,
            seconds=1800,
            source="correction",
            confirmed_at=now,
            confirmed_by=coordinator,
        ),
        AttendanceCorrection.objects.create(
            person=person,
            session=session,
            kind="correction",
            seconds_before=3600,
            seconds_after=1800,
            reason=f"{word}-reason",
            made_at=now,
            made_by=coordinator,
        ),
        AttendanceAlias.objects.create(
            series=session.series, key=f"name:{word.lower()}-row-2", person=person, made_at=now, made_by=coordinator
        ),
        AttendanceRequest.objects.create(person=person, session=session, text=f"{word}-there", asked_at=now),
        HeaderMapping.objects.create(
            hub=session.series.hub,
            columns=[f"{word.lower()}-who", "in", "out"],
            roles=["name", "join", "leave"],
            mapped_at=now,
            mapped_by=coordinator,
        ),
    ]
    return rows


def signed_in_client(person: Person) -> Client:
    """Return a browser in which this person has signed in with their second factor."""
    authenticator = TOTP.activate(person, generate_totp_secret()).instance
    request = HttpRequest()
    request.session = SessionStore()
    login(request, person)  # Client.force_login() would create two sessions
    request.session["account_authentication_methods_user"] = str(person.pk)
    request.session["account_authentication_methods"] = [
        {"method": "mfa", "at": time.time(), "id": authenticator.pk, "type": "totp"}
    ]
    request.session.save()
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
    return client
