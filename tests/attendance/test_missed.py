"""People who missed a session get one email with its recording, when it is online and the report is complete."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Person
from attendance import actions
from attendance.models import AttendanceImport, AttendanceRow
from attendance.tasks import tell_of_missed_recordings
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations.models import Registration
from sessions.models import Material, Session, SessionRole
from tests.attendance.held_session import HEADER, register
from tests.attendance.reports import TORONTO
from tests.builders import Programme
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db
KIND = "missed-recording"


class Missed:
    """A session three days ago with a recording and a report. Ama attended it; Luc and Zoë did not."""

    def __init__(self, programme: Programme, people: People) -> None:
        self.programme, self.people = programme, people
        self.series = programme.series("heart", title_fr="Maladies du cœur")
        self.by = people.coordinator(programme.national)
        self.ama, self.luc = people.ama, people.luc
        self.zoe = people.make("zoe@example.org", "Zoë")
        self.session = self.held(1)

    def held(self, number: int, *, days: int = -3, recorded: bool = True) -> Session:
        session = self.programme.session(
            self.series, number, days=days, title_en=f"Heart {number}", title_fr=f"Cœur {number}"
        )
        for person in (self.ama, self.luc, self.zoe):
            register(person, session)
        self.imports(session, self.ama)
        if recorded:
            self.record(session)
        return session

    def imports(self, session: Session, *people: Person, more: str = "") -> AttendanceImport:
        start = dt.datetime.combine(session.on_date or dt.date.min, dt.time(12))
        rows = [f'"{one.name}",{one.email},{start},{start + dt.timedelta(minutes=50)},50\n' for one in people]
        draft = actions.upload_report(
            session=session,
            file_name="report.csv",
            data=(HEADER + "".join(rows) + more).encode(),
            zone=TORONTO,
            by=self.by,
        )
        return actions.import_report(report=draft, sha256=draft.sha256, by=self.by)

    @staticmethod
    def record(session: Session, **fields: str) -> Material:
        values = {"kind": "recording", "language": "en", "url": "https://video.example/1"} | fields
        return Material.objects.create(session=session, **values)


@pytest.fixture
def missed(programme: Programme, people: People) -> Missed:
    return Missed(programme, people)


def told() -> list[str]:
    tell_of_missed_recordings()
    return sorted(Message.objects.filter(kind=KIND).values_list("address", flat=True))


def test_people_who_missed_the_session_are_told_once(missed: Missed) -> None:
    assert told() == [missed.luc.email, missed.zoe.email]
    assert told() == [missed.luc.email, missed.zoe.email]
    message = Message.objects.get(kind=KIND, person_id=missed.luc.pk)
    assert (message.language, message.scope_id) == ("fr", missed.series.hub_id)
    assert message.due_at >= timezone.now() + dt.timedelta(minutes=119)  # the hub can read and hold it
    Message.objects.filter(kind=KIND).update(state=Message.State.CANCELLED)  # as when somebody takes it back
    missed.record(missed.session, title="Second part")
    assert len(told()) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"url": ""},
        {"kind": "slides"},
        {"state": "withdrawn", "note_en": "A name was said.", "hidden_at": timezone.now()},
    ],
)
def test_nobody_is_told_before_a_recording_can_be_opened(missed: Missed, change: dict[str, object]) -> None:
    Material.objects.update(**change)
    assert told() == []


def test_nobody_is_told_before_a_report_is_imported_and_each_of_its_rows_decided(missed: Missed) -> None:
    report = AttendanceImport.objects.get()
    actions.undo_import(report=report, by=missed.by)
    assert told() == []
    start = dt.datetime.combine(missed.session.on_date or dt.date.min, dt.time(12))
    missed.imports(missed.session, missed.ama, more=f'"iPhone",,{start},{start + dt.timedelta(minutes=9)},9\n')
    assert told() == []
    actions.set_row_aside(row=AttendanceRow.objects.unmatched().get(), by=missed.by)
    assert len(told()) == 2


def test_people_who_left_joined_asked_lead_or_have_no_proved_mailbox_are_not_told(
    missed: Missed, people: People
) -> None:
    left, pressed, asked, leads, unproved, waits = (
        people.make(f"{name}@example.org", name) for name in ("left", "pressed", "asked", "leads", "unproved", "waits")
    )
    places = {one.pk: register(one, missed.session) for one in (left, pressed, asked, leads, unproved, waits)}
    now = timezone.now()
    Registration.objects.filter(person=left).update(state="cancelled", cancelled_at=now, cancelled_by=left)
    Registration.objects.filter(person=waits).update(state="waiting", waiting_number=1)
    actions.record_join(registration=places[pressed.pk], now=now)
    actions.ask_for_attendance(session=missed.session, person=asked)
    SessionRole.objects.create(
        session=missed.session, person=leads, role="presenter", name="L", address=leads.email, given_at=now
    )
    Person.objects.filter(pk=unproved.pk).update(mailbox_proved_at=None)
    assert told() == [missed.luc.email, missed.zoe.email]


def test_old_and_cancelled_sessions_and_drafts_tell_nobody(missed: Missed) -> None:
    missed.held(2, days=-70)
    for state in ("cancelled", "draft"):
        Session.objects.filter(pk=missed.session.pk).update(state=state)
        assert told() == []


def test_email_is_dropped_if_it_is_no_longer_true(missed: Missed) -> None:
    told()
    to_luc = Message.objects.get(kind=KIND, person_id=missed.luc.pk)
    to_zoe = Message.objects.get(kind=KIND, person_id=missed.zoe.pk)
    kind = kind_of(to_luc)
    assert (kind.still_true(to_luc), kind.still_true(to_zoe)) == (True, True)
    actions.correct_attendance(
        session=missed.session, person=missed.luc, seconds=600, reason="By telephone", by=missed.by
    )
    assert (kind.still_true(to_luc), kind.still_true(to_zoe)) == (False, True)
    Material.objects.update(state="withdrawn", note_en="A name was said.", hidden_at=timezone.now())
    assert not kind.still_true(to_zoe)


def test_email_to_somebody_who_has_left_is_not_sent(missed: Missed) -> None:
    told()
    Registration.objects.filter(person=missed.luc).update(
        state="cancelled", cancelled_at=timezone.now(), cancelled_by=missed.luc
    )
    message = Message.objects.get(kind=KIND, person_id=missed.luc.pk)
    assert not kind_of(message).still_true(message)


def test_recordings_of_several_sessions_share_one_email(missed: Missed, sink: Sink) -> None:
    missed.held(2, days=-2)
    assert len(told()) == 4
    later = max(Message.objects.filter(kind=KIND).values_list("due_at", flat=True)) + dt.timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        Message.objects.filter(kind=KIND).update(due_at=timezone.now() - dt.timedelta(days=400))
        deliver_due()
    subjects = {email["To"]: email["Subject"] for email in sink.emails}
    assert subjects == {
        missed.luc.email: "Les enregistrements de 2 séances",
        missed.zoe.email: "The recordings of 2 sessions",
    }


def test_button_opens_the_recording_or_the_session_in_my_sessions(missed: Missed) -> None:
    told()
    message = Message.objects.get(kind=KIND, person_id=missed.zoe.pk)
    text = preview(message, "en", scope_ids=None).text
    assert preview(message, "en", scope_ids=None).subject == "Recording: Heart 1"
    assert "You are not in the attendance report. Watching the recording does not count as attending." in text
    assert f"#session-{missed.session.public_id}" in text
    Material.objects.update(open_to="public")
    text = preview(message, "en", scope_ids=None).text
    assert f"/en/materials/{Material.objects.get().public_id}/" in text


def test_number_of_statements_does_not_depend_on_people(missed: Missed, people: People) -> None:
    counts = []
    for number in range(2):
        for index in range(1 + 40 * number):
            person = people.make(f"m{number}-{index}@example.org", "M")
            register(person, missed.session)
        with CaptureQueriesContext(connection) as statements:
            tell_of_missed_recordings()
        counts.append(len(statements))
    assert counts == [2, 2]
