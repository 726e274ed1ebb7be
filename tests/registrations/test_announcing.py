"""Announcements to registrants: recipients, placeholders, recall."""

import pytest
from django.db.models.functions import Now
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import AuditEvent
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from registrations import actions
from registrations.models import Announcement, Registration
from registrations.placeholders import fill
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.smtp_server import Sink

WORDS = actions.AnnouncementTexts(
    "About {session}", "Au sujet de {session}", "Dear {name},\n\n{hours}", "Bonjour {name},\n\n{hours}"
)


def write(session: Session, rows: list[Registration], people: People, **changes: object) -> Announcement:
    values: dict[str, object] = {"texts": WORDS, "counted": len(rows)} | changes
    ids = [row.pk for row in rows]
    return actions.write_to_registrants(
        session=session,
        registration_ids=ids,
        by=people.staff,
        **values,  # type: ignore[arg-type]
    )


@pytest.mark.django_db
def test_announcement_has_each_registrants_language_and_local_time(
    programme: Programme, people: People, sink: Sink
) -> None:
    series, (session,) = programme.open_series(sessions=1)
    rows = [enroll(person, series, session)[0] for person in (people.ama, people.luc, people.stranger)]
    write(session, rows[:2], people)
    Message.objects.filter(kind="announcement").update(due_at=Now())
    Message.objects.exclude(kind="announcement").delete()
    assert deliver_due() == {"sent": 2}
    subjects = {email["To"]: email["Subject"] for email in sink.emails}
    assert subjects == {"ama@example.org": "About psw-cop 1", "luc@example.org": "Au sujet de psw-cop 1"}
    bodies = {email["To"]: body.get_content() for email in sink.emails if (body := email.get_body(("plain",)))}
    assert "Dear Ama Okpik," in bodies["ama@example.org"]
    assert "12\u00a0h\u00a0à\u00a013\u00a0h\u00a0(HE)" in bodies["luc@example.org"]


@pytest.mark.django_db
def test_announcement_is_refused_if_the_number_of_recipients_has_changed(programme: Programme, people: People) -> None:
    series, (session,) = programme.open_series(sessions=1)
    rows = [enroll(person, series, session)[0] for person in (people.ama, people.luc)]
    actions.leave_session(registration=rows[1], by=people.luc)
    with pytest.raises(Refusal, match="You confirmed 2 recipients; there are 1 now"):
        write(session, rows, people)
    with pytest.raises(Refusal, match="Choose who gets it"):
        write(session, [], people)
    assert not Announcement.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["{settings.SECRET_KEY}", "{0.__class__}", "{name.__class__}", "{{name}}{x}", "{}"])
def test_announcement_with_unknown_placeholder_is_refused(programme: Programme, people: People, text: str) -> None:
    series, (session,) = programme.open_series(sessions=1)
    rows = enroll(people.ama, series, session)
    with pytest.raises(Refusal, match="is not known"):
        write(session, rows, people, texts=actions.AnnouncementTexts("a", "b", text, "d"))
    assert not Announcement.objects.exists()


@pytest.mark.django_db
def test_announcement_can_be_recalled_before_it_is_sent(programme: Programme, people: People, sink: Sink) -> None:
    series, (session,) = programme.open_series(sessions=1)
    rows = enroll(people.ama, series, session)
    announcement = write(session, rows, people)
    assert actions.recall_announcement(announcement=announcement, by=people.staff) == 1
    recalled = AuditEvent.objects.get(verb="recall-announcement")
    assert recalled.scope_id == series.hub_id
    Message.objects.filter(kind="announcement").update(due_at=Now())
    Message.objects.exclude(kind="announcement").delete()
    assert deliver_due() == {}
    with pytest.raises(Refusal):
        actions.recall_announcement(announcement=announcement, by=people.staff)


@given(st.text(max_size=80), st.text(max_size=80))
def test_placeholder_inside_a_value_is_not_replaced(name: str, session: str) -> None:
    assert fill("{name}|{session}", {"name": name, "session": session}) == f"{name}|{session}"
