"""Fill a hub with a row of each kind that a URL of the administration may refer to."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import PolicyVersion
from registrations.models import Addition, Announcement, RegistrantList, Registration, SessionChange
from registrations.snapshots import SessionSnapshot
from sessions.models import Series, Session
from tests.admin.two_hubs import HubRows, fill
from tests.builders import Programme
from tests.people import People


def filled(programme: Programme, people: People, hub: Any, word: str) -> HubRows:
    found = fill(programme, people, hub, word)
    now = timezone.now()
    session = found[Session]
    notes = {"note_en": f"{word}-note", "note_fr": f"{word}-note", "made_at": now, "send_at": now}
    stored = SessionSnapshot.of(session).stored()
    found.rows[SessionChange] = SessionChange.objects.create(
        session=session, kind="rescheduled", before=stored, after=stored, **notes
    )
    found.rows[Announcement] = Announcement.objects.create(
        session=session,
        subject_en=f"{word}-word",
        subject_fr=f"{word}-word",
        text_en=f"{word}-word",
        text_fr=f"{word}-word",
        recipients=1,
        written_at=now,
        send_at=now,
    )
    addition = {"series": found[Series], "note_en": f"{word}-note", "added_at": now, "added_by": found.coordinator}
    found.rows[Addition] = Addition.objects.create(**addition, people=1, send_at=now)
    found.rows[RegistrantList] = RegistrantList.objects.create(
        series=found[Series],
        file_name=f"{word}-list.csv",
        sha256="0" * 64,
        table={"sheet": "", "header_row": 1, "header": ["Name", f"{word}-who"], "rows": [[2, [word, word]]]},
        language="en",
        note_en=f"{word}-note",
        uploaded_at=now,
        asked_by=found.coordinator,
        asked_at=now,
        failed_at=now,
        failure={"en": f"{word}-why", "fr": f"{word}-why"},
    )
    RegistrantList.objects.create(
        series=found[Series],
        file_name=f"{word}-imported.csv",
        sha256="0" * 64,
        addition=found[Addition],
        left_out=[[f"{word}-who", f"{word}@example.org", "registered"]],
        uploaded_at=now,
        imported_at=now,
        asked_by=found.coordinator,
        asked_at=now,
    )
    found.rows[PolicyVersion] = PolicyVersion.objects.create(
        applies_on=dt.date(2031, 1, 1) + dt.timedelta(days=PolicyVersion.objects.count()), text_en=word, text_fr=word
    )
    Registration.objects.filter(pk=found[Registration].pk).update(addition=found[Addition])
    return found
