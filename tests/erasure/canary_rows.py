"""Rows with a person's words: what coordinators said about them, their attendance, and their inquiries."""

import datetime as dt
import zlib
from collections.abc import Mapping

from django.utils import timezone

from accounts.models import Person
from attendance.models import (
    Attendance,
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceImport,
    AttendanceRequest,
    AttendanceRow,
    JoinClick,
    SaidCode,
    SharedRoom,
)
from credits.codes import new_code
from credits.models import Accreditation, Certificate, CreditEntry, Reviewer
from echo_portal.lib.text import fold
from echo_portal.outbox.models import Message
from proposals.models import CoAuthor, DateWatch, Inquiry, InquiryEntry, Plan, PlannedSession
from registrations.models import (
    Addition,
    AddressCorrection,
    MergeProposal,
    RegistrantList,
    Registration,
    TeamInvitation,
)
from sessions.models import Series
from tests.admin.two_hubs import HubRows

WORD = "zqx"


def said_by_coordinators(
    rows: HubRows, person: Person, places: Mapping[str, Registration], name: str, address: str, former: str
) -> None:
    now, series = timezone.now(), rows[Series]
    addition = Addition.objects.create(series=series, note_en=WORD, note_fr=WORD, added_at=now, send_at=now, people=1)
    Registration.objects.filter(pk=places["held"].pk).update(addition=addition)
    uploaded = {"series": series, "sha256": "0" * 64, "language": "en", "uploaded_at": now}
    table = {"sheet": "", "header_row": 1, "header": ["Email"], "rows": [[2, [address]]]}
    found = {"names": [WORD], "left_out": [[WORD, address, "registered"]]}
    RegistrantList.objects.create(file_name=WORD, table=table, words={"role": {WORD: "x"}}, dry_run=found, **uploaded)
    imported = {"note_en": WORD, "note_fr": WORD, "addition": addition, "imported_at": now}
    others = ["Olga Other", "olga@example.org", "said-no"]
    RegistrantList.objects.create(
        file_name=WORD, table=None, left_out=[[WORD, address, "registered"], others], **imported, **uploaded
    )
    proposed = {"series": series, "reason": WORD, "proposed_at": now}
    AddressCorrection.objects.create(
        person=person, old_address=former, new_address=address, state="accepted", decided_at=now, **proposed
    )
    MergeProposal.objects.create(person=person, other=rows.coordinator, names=name, **proposed)
    MergeProposal.objects.create(person=rows.coordinator, other=person, names=name, **proposed)
    invited = {"series": series, "name": name, "invited_at": now, "expires_at": now + dt.timedelta(days=14)}
    TeamInvitation.objects.create(lead=person, email=f"{WORD}@zqx.example", email_key=f"{WORD}@zqx.example", **invited)
    TeamInvitation.objects.create(lead=rows.coordinator, email=former, email_key=former, **invited)
    Reviewer.objects.create(
        accreditation=rows[Accreditation], person=person, until=now.date(), given_at=now, ended_at=now
    )


def attended(rows: HubRows, person: Person, place: Registration, name: str, address: str) -> None:
    """Create all evidence of attendance in the session of the place, and the credits and the certificate for it."""
    now, session = timezone.now(), place.session
    stay = {"joined_at": session.starts_at, "left_at": session.ends_at, "outcome": "counted"}
    uploaded = {
        "session": session,
        "file_name": f"{WORD}.csv",
        "sha256": "0" * 64,
        "size": 3,
        "file": WORD.encode(),
        "zone": "UTC",
        "layout": "Z-M1",
        "window_start": session.starts_at,
        "window_end": session.ends_at,
        "counted": 1,
        "dropped": 0,
        "refused": 0,
        "to_decide": 0,
        "uploaded_at": now,
    }
    report = AttendanceImport.objects.create(state="imported", imported_at=now, **uploaded)
    draft = AttendanceImport.objects.create(state="draft", **uploaded)
    AttendanceRow.objects.create(
        report=report, row=1, name=name, email=address, registrant=WORD, key=WORD, person=person, **stay
    )
    AttendanceRow.objects.create(
        report=report, row=2, name=name, key=f"name:{fold(name)}", facts={"value": name}, **stay
    )
    AttendanceRow.objects.create(report=draft, row=1, name="iPhone", email=address.upper(), key="name:iphone", **stay)
    AttendanceAlias.objects.create(series=session.series, key=f"name:{WORD}", person=person, made_at=now)
    Attendance.objects.create(
        person=person,
        session=session,
        registration=place,
        report=report,
        window_seconds=3600,
        reported_seconds=3600,
        seconds=3600,
        source="report",
        confirmed_at=now,
    )
    corrected = AttendanceCorrection.objects.create(
        person=person, session=session, kind="match", reason=WORD, made_at=now
    )
    of_session = {"person": person, "session": session, "text": WORD, "asked_at": now}
    AttendanceRequest.objects.create(state="accepted", answer=WORD, answered_at=now, correction=corrected, **of_session)
    AttendanceRequest.objects.create(state="open", **of_session)
    JoinClick.objects.create(registration=place, first_at=now, last_at=now)
    room = SharedRoom.objects.create(opened_by=place, code="123456", opened_at=now)
    SaidCode.objects.create(registration=place, room=room, typed_at=now)
    CreditEntry.objects.create(
        accreditation=rows[Accreditation],
        person=person,
        session=session,
        minutes=60,
        session_minutes=60,
        credits_per_hour=1,
        credits=1,
        code="earned",
        written_at=now,
    )
    line = {"id": session.pk, "minutes": 60, "credits": {}, "date": "2026-01-01", "title": "T", "title_language": "en"}
    values = {
        "name": name,
        "series": "S",
        "series_language": "en",
        "sessions": [line],
        "records": [],
        "licence": WORD,
        "is_statement": False,
        "is_specimen": False,
    }
    issued = {"person": person, "series": session.series, "language": "en", "values": values, "issued_at": now}
    file = {"pdf": WORD.encode(), "sha256": "0" * 64, "key_id": "1", "rendered_at": now}
    Certificate.objects.create(code=new_code(), **issued, **file)
    Certificate.objects.create(code=new_code(), state="revoked", revoked_at=now, revoked_because=WORD, **issued)


def inquired(rows: HubRows, person: Person, name: str, address: str) -> None:
    """Create an inquiry of each kind, a plan, texts, a co-authorship, and an email about it to somebody else."""
    now, other = timezone.now(), rows[Inquiry]
    form = {"hub": rows.hub, "person": person, "name": name, "email": address, "language": "en", "province": "NU"}
    texts = {"text": WORD, "audience": WORD, "team": WORD, "organisation": WORD, "title": WORD, "sent_at": now}
    open_one = {"state": "open", "proved_at": now, "next_step": WORD, "next_step_on": now.date()}
    idea = Inquiry.objects.create(kind="idea", format="series", **open_one, **form, **texts)
    Inquiry.objects.create(kind="partner", **open_one, **form, **texts)
    Inquiry.objects.create(kind="interest", state="unproved", **form, **texts)
    words = {"title_en": WORD, "title_fr": WORD, "summary_en": WORD, "summary_fr": WORD, "learned": WORD}
    plan = Plan.objects.create(inquiry=idea, objectives=[WORD], **words)
    PlannedSession.objects.create(plan=plan, title=WORD, presenters=[name])
    for inquiry, kind, by in ((idea, "note", rows.coordinator), (other, "comment", person)):
        InquiryEntry.objects.create(inquiry=inquiry, kind=kind, text=WORD, by=by, name=name, written_at=now)
    CoAuthor.objects.create(inquiry=other, person=person, name=name, email=address, invited_at=now, joined_at=now)
    DateWatch.objects.create(series=rows[Series], person=person, email=address, language="en", asked_at=now)
    Message.objects.create(
        kind="inquiry-comment",
        dedupe_key="5",
        address="other@example.org",
        language="en",
        about=other.about,
        why_en="-",
        why_fr="-",
        state="sent",
        sent_at=now,
        due_at=now,
        sent_content=zlib.compress(f"{name} wrote".encode()),
        edited_text=WORD,
        edited_subject=WORD,
    )
