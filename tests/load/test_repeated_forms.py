"""F14, double clicks and repetitions after a timeout: one registration, and the same response each time."""

import contextlib
import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import FormReceipt, Person
from registrations import rules
from registrations.models import Registration
from sessions.models import Session
from tests import messages
from tests.builders import Programme
from tests.load.conftest import FULL, LiveWeb, at_once
from tests.load.forms import form

REPEATS = 20
FORMS = 500 if FULL else 10


def test_form_sent_20_times_at_once_has_the_effect_of_one(live_web: LiveWeb, programme: Programme) -> None:
    series, sessions = programme.open_series()
    path = reverse("register", kwargs={"slug": series.slug})
    for number in range(FORMS):
        answers = live_web.post_at_once(path, [form(number, sessions[0])] * REPEATS)
        assert {answer.status for answer in answers} == {302}, number
        assert len({answer.location for answer in answers}) == 1, number
    assert (Person.objects.count(), Registration.objects.count()) == (FORMS, FORMS)
    assert (FormReceipt.objects.count(), messages.answers().count()) == (FORMS, FORMS)
    assert set(messages.answers().values_list("kind", flat=True)) == {"confirmation"}


def two_at_once(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """Send one form twice at the same time. Return the number of different responses and the number of messages."""
    series, sessions = programme.open_series()
    both_have_used_the_key = threading.Barrier(2)
    check = rules.check_series_open

    def check_and_pause(*arguments: Any) -> None:
        check(*arguments)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other thread waits for the key
            both_have_used_the_key.wait(1.5)

    monkeypatch.setattr(rules, "check_series_open", check_and_pause)
    path, same = reverse("register", kwargs={"slug": series.slug}), one_form(sessions[0])
    answers = at_once([lambda: Client().post(path, same)] * 2)
    return len({answer["Location"] for answer in answers}), messages.answers().count()


def one_form(session: Session) -> dict[str, Any]:
    return form(1, session) | {"form_key": str(uuid.uuid4())}


@pytest.mark.django_db(transaction=True)
def test_form_sent_twice_at_once_has_one_response_and_one_message(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert two_at_once(programme, monkeypatch) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_form_sent_twice_has_two_effects_without_the_unique_key(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without the receipt's unique key, the form has two effects."""
    with without_unique_key():
        assert two_at_once(programme, monkeypatch) == (2, 2)


class without_unique_key:  # noqa: N801 (reads as words where it is used)
    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, "accounts_formreceipt")
            (self.name,) = [name for name, row in constraints.items() if row["columns"] == ["key"] and row["unique"]]
            cursor.execute(f'ALTER TABLE accounts_formreceipt DROP CONSTRAINT "{self.name}"')

    def __exit__(self, *_failure: object) -> None:
        FormReceipt.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f'ALTER TABLE accounts_formreceipt ADD CONSTRAINT "{self.name}" UNIQUE (key)')
