"""A person of whom every table of the portal contains words, and a search for these words in the whole database."""

import datetime as dt
import json
import uuid
import zlib
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session as BrowserSession
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Consent, FormReceipt, Person, SignInCode
from attendance.models import Attendance
from echo_portal.outbox.models import MailEvent, Message, Suppression
from echo_portal.reports.models import LongExport, LongExportPart
from evaluations.models import Invitation
from news.models import Mailing, NewsChoice, NewsRequest, Recipient
from pages.models import Newsletter
from registrations.models import Enrollment, Registration
from sessions.models import Series, Session, SessionRole
from tests.admin.two_hubs import HubRows
from tests.erasure.canary_rows import attended, inquired, said_by_coordinators
from tests.people import People

WORD = "zqx"
NAME, ADDRESS, FORMER = "Zqxana Zqxova", "zqxana@zqx.example", "zqxformer@zqx.example"


@dataclass(frozen=True)
class Canary:
    person: Person
    merged: Person
    to_come: Registration


def canary(rows: HubRows, people: People, waiting: Person) -> Canary:
    """Create the person, with a place to come for which `waiting` is next, and words in every table."""
    now = timezone.now()
    person = people.make(
        ADDRESS,
        NAME,
        certificate_name=f"{NAME}, RN",
        profession="RN",
        province="NU",
        practice_settings=[WORD],
        community=WORD,
        time_zone=f"Arctic/{WORD}",
        forward_sortation_area="zqx0A0",
        serves_rural="yes",
        licence_number=f"{WORD}-1",
        mailbox_used_at=now,
    )
    merged = people.make(f"zqxtwin@{WORD}.example", f"{NAME} Twin", is_active=False, merged_into=person)
    places = _places(rows, person, waiting)
    _signed_in(person)
    _written(rows, person, people)
    said_by_coordinators(rows, person, places, NAME, ADDRESS, FORMER)
    attended(rows, person, places["held"], NAME, ADDRESS)
    inquired(rows, person, NAME, ADDRESS)
    return Canary(person, merged, places["to_come"])


def columns_with_the_word() -> set[str]:
    """Return each column of the database that contains the word, also in files and in compressed texts."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 (the names of our own tables)
            names = [column.name for column in cursor.description]
            for row in cursor.fetchall():
                found |= {f"{table}.{name}" for name, value in zip(names, row, strict=True) if WORD in _text(value)}
    return found


def _text(value: Any) -> str:
    if not isinstance(value, bytes | memoryview):
        return str(value).casefold()
    content = bytes(value)
    with suppress(zlib.error):
        content = zlib.decompress(content)
    return content.decode(errors="replace").casefold()


def _places(rows: HubRows, person: Person, waiting: Person) -> dict[str, Registration]:
    """Register the person for a session of next week with one place, and for one of last week."""
    now, next_week = timezone.now(), rows[Session]
    Session.objects.filter(pk=next_week.pk).update(capacity=1)
    Registration.objects.filter(session=next_week).delete()
    form = {
        "form_name": NAME,
        "form_sort_key": NAME.lower(),
        "form_profession": WORD,
        "form_province": WORD,
        "form_language": "en",
        "form_zone": WORD,
    }
    past = Session(series=rows[Series], number=90, title_en="Past", on_date=timezone.localdate() - dt.timedelta(days=7))
    past.start_time, past.end_time, past.state = dt.time(12), dt.time(13), Session.State.PUBLISHED
    past.save()
    enrollment = Enrollment.objects.create(person=person, series=rows[Series], enrolled_at=now, **form)
    at = {"registered_at": now, "changed_at": now}
    place = {"person": person, "enrollment": enrollment, "state": "registered", **at, **form}
    to_come = Registration.objects.create(session=next_week, **place)
    held = Registration.objects.create(session=past, **place)
    Registration.objects.create(session=next_week, person=waiting, state="waiting", waiting_number=1, **at)
    return {"to_come": to_come, "held": held}


def _signed_in(person: Person) -> None:
    now = timezone.now()
    address = EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    EmailConfirmation.objects.create(email_address=address, key=WORD, sent=now)
    Authenticator.objects.create(user=person, type="totp", data={"secret": WORD})
    client = Client(headers={"user-agent": WORD})
    client.force_login(person)
    key = client.session.session_key
    BrowserSession.objects.filter(pk=key).update(session_data=WORD)
    values = {"user": person, "ip": "127.0.0.1", "user_agent": WORD, "data": [WORD]}
    UserSession.objects.update_or_create(session_key=key, defaults=values)
    SignInCode.objects.create(
        email=person.email.upper(),
        language="en",
        request_key_hash="1",
        code_hash="2",
        link_hash="3",
        next_path=f"/{WORD}",
        expires_at=now,
    )
    FormReceipt.objects.create(key=uuid.uuid4(), form="enroll", fingerprint="0", answer={"address": person.email})
    Consent.objects.create(
        person=person, kind="news", text_version="1", text_language="en", source="form", given_at=now, confirmed_at=now
    )
    user = Person.objects.filter(is_staff=True)[0]
    for model, pk, text in ((Person, person.pk, WORD), (Session, 1, f"{person.name} – Presenter")):
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(model),
            object_id=str(pk),
            object_repr=text,
            action_flag=CHANGE,
            change_message=json.dumps([{"added": {"name": "role", "object": text}}]),
        )


def _written(rows: HubRows, person: Person, people: People) -> None:
    """Write messages to the person, news, exports, and what the mail server said about their address."""
    now = timezone.now()
    newsletter = rows[Newsletter]
    NewsChoice.objects.create(person=person, language="en", topics=[WORD], chosen_at=now)
    NewsRequest.objects.create(
        person=person, email=person.email, language="en", page_language="en", topics=[WORD], asked_at=now
    )
    Recipient.objects.create(mailing=rows[Mailing], newsletter=newsletter, person=person)
    export = LongExport.objects.create(
        owner=person,
        kind="credits",
        format="csv",
        language="en",
        first_on=now.date(),
        last_on=now.date(),
        period_code="all",
        asked_at=now,
        expires_at=now + dt.timedelta(days=7),
        rows_total=1,
    )
    LongExportPart.objects.create(export=export, number=1, content=WORD.encode())
    message = {"language": "en", "about": "x:1", "why_en": WORD, "why_fr": WORD, "due_at": now, "address": person.email}
    sent = Message.objects.create(
        kind="confirmation",
        dedupe_key="1",
        person_id=person.pk,
        state="sent",
        sent_at=now,
        sent_content=zlib.compress(WORD.encode() * 9),
        reason=WORD,
        **message,
    )
    Message.objects.create(
        kind="reminder-day", dedupe_key="2", person_id=person.pk, state="carried", carried_by=sent, **message
    )
    note = {"note_en": WORD, "registrations": []}
    Message.objects.create(kind="added", dedupe_key="3", person_id=person.pk, payload=note, edited_text=WORD, **message)
    Message.objects.create(kind="sign-in-code", dedupe_key="4", edited_subject=WORD, **message)
    event = {"event": "hard-bounce", "happened_at": now}
    MailEvent.objects.create(report_id="1", message_public_id=sent.public_id, detail=WORD, **event)
    MailEvent.objects.create(report_id="2", address_key=person.email_key, **event)
    Suppression.objects.create(address_key=person.email_key, reason="hard-bounce", detail=WORD)
    Invitation.objects.create(evaluation=rows_evaluation(rows), person=person, has_answered=True)
    SessionRole.objects.create(
        session=rows[Session], person=person, role="presenter", name=NAME, address=ADDRESS, given_at=now
    )
    assert not Attendance.objects.filter(person=person).exists()


def rows_evaluation(rows: HubRows) -> Any:
    return Invitation.objects.filter(evaluation__session=rows[Session])[0].evaluation
