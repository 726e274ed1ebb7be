"""Reminders that were edited, held or cancelled are sent separately, and bundled reminders are not lost."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from echo_portal.outbox import actions as outbox
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from echo_portal.outbox.transports import SmtpTransport
from registrations.actions import leave_session
from registrations.models import Registration
from sessions.models import Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def near(programme: Programme, people: People) -> tuple[Message, Message]:
    """Return two one-day reminders that would be bundled.

    The reminder of session 4 of "heart" is due now; that of session 5 of "community" is due in an hour.
    """
    heart, community = programme.series("heart"), programme.series("community")
    enroll(people.ama, heart, first := programme.session(heart, 4, days=10, at="12:00"))
    enroll(people.ama, community, second := programme.session(community, 5, days=10, at="13:00"))
    Message.objects.exclude(kind="reminder-day").delete()
    rows = (reminder_of(first), reminder_of(second))
    Message.objects.filter(pk=rows[0].pk).update(due_at=Now())
    Message.objects.filter(pk=rows[1].pk).update(due_at=timezone.now() + dt.timedelta(hours=1))
    return rows


def reminder_of(session: Session) -> Message:
    return Message.objects.get(kind="reminder-day", payload__registration=Registration.objects.get(session=session).pk)


def now_due(message: Message) -> None:
    Message.objects.filter(pk=message.pk).update(due_at=Now())


def edit(message: Message, words: str) -> None:
    outbox.edit_message(message=message, subject="", text=f"{words}\n\nBring your questions.")


def contents_of(sink: Sink) -> list[tuple[str, bool, bool, bool]]:
    """Return, for each email, its subject and whether it contains heart 4, community 5 and the edited text."""
    found = []
    for email in sink.emails:
        body = email.get_body(("plain",))
        assert body is not None
        text = body.get_content().partition("Why you get this")[0]
        subject = str(email["Subject"]).partition(",")[0]
        found.append((subject, "heart 4" in text, "community 5" in text, "Bring your questions." in text))
    return found


def states(*rows: Message) -> list[str]:
    return [Message.objects.get(pk=row.pk).state for row in rows]


def test_edited_reminder_is_sent_without_other_reminders(near: tuple[Message, Message], sink: Sink) -> None:
    first, second = near
    edit(first, "About heart 4")
    assert deliver_due() == {"sent": 1}
    assert states(*near) == ["sent", "queued"]
    now_due(second)
    assert deliver_due() == {"sent": 1}
    assert contents_of(sink) == [
        ("Reminder: heart 4", True, False, True),
        ("Reminder: community 5", False, True, False),
    ]


def test_edited_reminder_is_not_added_to_another_reminder(near: tuple[Message, Message], sink: Sink) -> None:
    _first, second = near
    edit(second, "About community 5")
    assert deliver_due() == {"sent": 1}
    now_due(second)
    assert deliver_due() == {"sent": 1}
    assert states(*near) == ["sent", "sent"]
    assert contents_of(sink) == [
        ("Reminder: heart 4", True, False, False),
        ("Reminder: community 5", False, True, True),
    ]


class InterruptedTransport(SmtpTransport):
    """A transport that calls `interrupt` once, after an email was rendered and before it is sent."""

    def __init__(self, url: str, interrupt: Callable[[], object]) -> None:
        super().__init__(url, timeout_seconds=5)
        self.interrupt: Callable[[], object] | None = interrupt

    def send(self, **parts: Any) -> str:
        if self.interrupt is not None:
            interrupt, self.interrupt = self.interrupt, None
            interrupt()
        return super().send(**parts)


@pytest.mark.parametrize(
    ("act", "state"),
    [
        (lambda message: outbox.hold_message(message=message), "held"),
        (lambda message: edit(message, "About community 5"), "queued"),
    ],
)
def test_bundle_is_rendered_again_without_a_reminder_that_was_held_or_edited(
    near: tuple[Message, Message], sink: Sink, settings: Settings, act: Callable[[Message], object], state: str
) -> None:
    transport = InterruptedTransport(settings.EMAIL_URL, lambda: act(near[1]))
    assert deliver_due(transport=transport) == {"queued": 1, "sent": 1}
    assert states(*near) == ["sent", state]
    assert contents_of(sink) == [("Reminder: heart 4", True, False, False)]


def test_held_reminder_is_not_bundled_and_is_sent_after_its_release(near: tuple[Message, Message], sink: Sink) -> None:
    _first, second = near
    outbox.hold_message(message=second)
    assert deliver_due() == {"sent": 1}
    assert states(*near) == ["sent", "held"]
    now_due(second)
    outbox.release_message(message=second)
    assert deliver_due() == {"sent": 1}
    assert [email[:3] for email in contents_of(sink)] == [
        ("Reminder: heart 4", True, False),
        ("Reminder: community 5", False, True),
    ]


@pytest.mark.parametrize(
    ("act", "left"),
    [
        (lambda message: edit(message, "About heart 4"), ["deferred", "queued"]),
        (lambda message: outbox.hold_message(message=message), ["held", "queued"]),
        (lambda message: outbox.cancel_message(message=message), ["cancelled", "queued"]),
    ],
)
def test_bundled_reminder_is_queued_again_if_the_email_that_carries_it_is_changed(
    near: tuple[Message, Message], act: Callable[[Message], object], left: list[str]
) -> None:
    first, second = near
    Message.objects.filter(pk=first.pk).update(state="deferred")
    Message.objects.filter(pk=second.pk).update(state="carried", carried_by=first)
    act(first)
    assert states(*near) == left
    assert Message.objects.get(pk=second.pk).carried_by_id is None


def test_text_to_edit_is_about_one_session(near: tuple[Message, Message]) -> None:
    first = Message.objects.get(pk=near[0].pk)
    shown, to_edit = (preview(first, "en", scope_ids=None, to_edit=choice) for choice in (False, True))
    assert shown.subject.startswith("Reminder: 2 sessions")
    assert to_edit.subject.startswith("Reminder: heart 4")
    assert ("community 5" in shown.text, "community 5" in to_edit.text) == (True, False)


@pytest.mark.parametrize(
    ("language", "heading", "kicker", "subject"),
    [
        ("en", "Your session is tomorrow", "Tomorrow", "Tomorrow: ltc 1"),
        ("fr", "Votre séance a lieu demain", "Demain", "Demain"),
    ],
)
@pytest.mark.parametrize("to_edit", [False, True])
def test_queued_reminder_is_previewed_as_of_its_due_time(
    programme: Programme, people: People, language: str, heading: str, kicker: str, subject: str, to_edit: bool
) -> None:
    series = programme.series("ltc")
    enroll(people.ama, series, programme.session(series, 1, days=8))
    shown = preview(Message.objects.get(kind="reminder-day"), language, scope_ids=None, to_edit=to_edit)
    assert shown.text.splitlines()[0] == heading
    assert shown.text.splitlines()[4] == kicker
    assert shown.subject.startswith(subject)


@pytest.mark.parametrize(
    ("language", "why"),
    [
        ("en", "You registered for “heart 4”, “community 5”."),
        ("fr", "Ce courriel fait suite à votre inscription à «\xa0heart 4\xa0», «\xa0community 5\xa0»."),
    ],
)
def test_reason_of_a_bundled_reminder_names_each_session(
    near: tuple[Message, Message], language: str, why: str
) -> None:
    shown = preview(Message.objects.get(pk=near[0].pk), language, scope_ids=None)
    assert why in shown.text.replace("\n", " ")
    assert shown.content is not None
    assert shown.content.why == why


@pytest.mark.parametrize(("answer", "left"), [("data:451 later", "deferred"), ("data:554 5.7.1 policy", "failed")])
def test_bundled_reminder_is_sent_after_the_email_that_carried_it_was_refused(
    near: tuple[Message, Message], sink: Sink, people: People, answer: str, left: str
) -> None:
    first, second = near
    sink.answers[people.ama.email] = answer
    deliver_due()
    assert states(first, second) == [left, "queued"]
    registration = Registration.objects.select_related("person").get(pk=first.payload["registration"])
    leave_session(registration=registration, by=people.ama)
    Message.objects.filter(kind="left").delete()
    sink.answers.clear()
    now_due(second)
    deliver_due()
    assert contents_of(sink) == [("Reminder: community 5", False, True, False)]
