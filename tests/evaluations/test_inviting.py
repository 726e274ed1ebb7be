"""Participants of a session are asked to evaluate it once, in their language (PRODUCT.md 7)."""

import datetime as dt
from email.message import EmailMessage

import pytest
from django.db import IntegrityError
from django.utils import timezone

from accounts.models import AuditEvent
from attendance.actions import take_roll_call
from credits.models import Accreditation
from echo_portal.outbox.delivery import deliver_due
from echo_portal.outbox.models import Message
from evaluations.models import Evaluation, Invitation, Question
from evaluations.schedule import OPEN_FOR
from hubs.models import Organisation
from sessions.models import SessionRole
from tests.evaluations.asked import Asked, answers
from tests.smtp_server import Sink

pytestmark = pytest.mark.django_db


def invited(asked: Asked) -> set[str]:
    return {row.person.name for row in Invitation.objects.filter(evaluation__session=asked.session)}


def text_of(email: EmailMessage) -> str:
    body = email.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def codes(asked: Asked) -> list[str]:
    rows = Evaluation.objects.get(session=asked.session).asked.select_related("question")
    return [row.question.code for row in rows]


def test_people_who_took_part_are_asked_once(asked: Asked) -> None:
    assert asked.ask() == 2
    assert asked.ask() == 0
    assert invited(asked) == {asked.ama.name, asked.luc.name}
    rows = Message.objects.filter(kind__startswith="evaluation").order_by("person_id", "due_at")
    assert [(row.person_id, row.kind, row.language) for row in rows] == [
        (person.pk, kind, person.language)
        for person in (asked.ama, asked.luc)
        for kind in ("evaluation", "evaluation-nudge", "evaluation-nudge")
    ]
    events = AuditEvent.objects.filter(verb="evaluation-opened")
    assert [(row.about, row.scope_id) for row in events] == [(f"session:{asked.session.pk}", asked.series.hub_id)]


def test_people_of_a_later_roll_call_are_asked_too_and_leaders_are_not(asked: Asked) -> None:
    now = timezone.now()
    SessionRole.objects.create(
        session=asked.session, person=asked.luc, role="presenter", name="Luc", address=asked.luc.email, given_at=now
    )
    assert asked.ask() == 1
    by = asked.people.coordinator(asked.programme.national)
    take_roll_call(session=asked.session, present=[asked.people.stranger.pk], by=by)
    assert asked.ask() == 1
    assert invited(asked) == {asked.ama.name, asked.people.stranger.name}


def test_nobody_is_asked_before_the_end_nor_after_two_weeks(asked: Asked) -> None:
    assert asked.session.ends_at is not None
    assert asked.ask(asked.session.ends_at - dt.timedelta(minutes=1)) == 0
    assert asked.ask(asked.session.ends_at + OPEN_FOR) == 0
    assert not Evaluation.objects.exists()
    assert asked.ask(asked.session.ends_at + dt.timedelta(minutes=1)) == 2


def test_cancelled_session_has_no_evaluation_email(asked: Asked) -> None:
    asked.session.state = "cancelled"
    asked.session.save()
    assert asked.ask() == 0


def test_sessions_ask_the_core_and_the_questions_of_their_hub(asked: Asked) -> None:
    own = {"kind": "agree", "text_en": "The case helped me.", "text_fr": "Le cas m’a aidé."}
    Question.objects.create(hub=asked.programme.national, code="case", **own)
    Question.objects.create(hub=asked.programme.bc, code="other-hub", **own)
    asked.ask()
    assert codes(asked) == ["worth-my-time", "relevant", "will-change", "case", "comment"]


def test_certified_sessions_also_ask_about_objectives_and_bias(asked: Asked) -> None:
    day = timezone.localdate()
    Accreditation.objects.create(
        series=asked.series,
        certifier=Organisation.objects.create(slug="cfpc", name_en="College", name_fr="Collège"),
        programme="Mainpro+",
        category="Certified Activity",
        max_credits=5,
        statement_en="Certified.",
        statement_fr="Certifiée.",
        valid_from=day - dt.timedelta(days=30),
        valid_to=day + dt.timedelta(days=30),
    )
    asked.ask()
    assert codes(asked) == ["worth-my-time", "relevant", "will-change", "objectives-met", "balanced", "comment"]


def test_question_is_frozen_once_it_is_asked(asked: Asked) -> None:
    question = Question.objects.get(code="relevant")
    question.text_en = "It was useful."
    question.save()
    asked.ask()
    question.text_en = "Was it useful?"
    with pytest.raises(IntegrityError, match="frozen"):
        question.save()


def test_email_is_in_french_and_says_until_when(asked: Asked, sink: Sink) -> None:
    asked.ask()
    Message.objects.exclude(kind="evaluation", person_id=asked.luc.pk).delete()
    Message.objects.update(due_at=timezone.now())  # it may be night for Luc, when no email leaves
    assert deliver_due() == {"sent": 1}
    (email,) = sink.emails
    text = text_of(email)
    assert "rappel" not in text
    assert email["Subject"] == "Qu’avez-vous pensé de «\u00a0cœur 1\u00a0»?"
    assert "/fr/evaluer/" in text
    assert "sans votre nom" in text


def test_nudges_come_after_three_and_nine_days_and_stop_after_an_answer(asked: Asked, sink: Sink) -> None:
    now = timezone.now()
    asked.ask(now)
    first, second = Message.objects.filter(kind="evaluation-nudge", person_id=asked.ama.pk).order_by("due_at")
    night = dt.timedelta(hours=10)
    assert dt.timedelta(days=3) <= first.due_at - now <= dt.timedelta(days=3) + night
    assert dt.timedelta(days=9) <= second.due_at - now <= dt.timedelta(days=9) + night
    assert answers(asked.ama, asked.session, relevant=4) == 302
    Message.objects.filter(kind="evaluation").delete()
    Message.objects.exclude(kind="evaluation-nudge").delete()
    Message.objects.update(due_at=now)
    result = deliver_due()
    # Luc’s second nudge is part of the same email.
    assert result == {"dropped": 2, "sent": 1}
    assert [email["To"] for email in sink.emails] == [asked.luc.email]
    assert sink.emails[0]["Subject"] == "Rappel\u00a0: qu’avez-vous pensé de «\u00a0cœur 1\u00a0»?"
    assert "C’est un rappel\u00a0: nous n’avons pas encore reçu vos réponses." in text_of(sink.emails[0])


def test_nudges_about_two_sessions_share_one_email(asked: Asked, sink: Sink) -> None:
    second = asked.ended_session(2)
    asked.join(second, asked.ama)
    asked.ask()
    nudges = Message.objects.filter(kind="evaluation-nudge", person_id=asked.ama.pk)
    nudges.filter(due_at__gt=timezone.now() + dt.timedelta(days=5)).delete()
    Message.objects.exclude(pk__in=nudges.values("pk")).delete()
    due = nudges.order_by("pk").first()
    assert due is not None
    Message.objects.filter(pk=due.pk).update(due_at=timezone.now())
    Message.objects.exclude(pk=due.pk).update(due_at=timezone.now() + dt.timedelta(days=1))
    assert deliver_due() == {"sent": 1}
    (email,) = sink.emails
    assert email["Subject"] == "Reminder: how were your last 2 sessions?"
    assert text_of(email).count("/en/evaluate/") == 2
    assert sorted(nudges.values_list("state", flat=True)) == ["carried", "sent"]
