"""If a person's evaluation form is sent twice at the same time, it is stored once."""

import contextlib
import functools
import threading
from typing import Any

import pytest

from evaluations.actions import answering
from evaluations.models import AnswerSheet, Evaluation
from tests.builders import Programme
from tests.evaluations.asked import Asked, answers
from tests.load.conftest import at_once
from tests.people import People


def two_forms_at_once(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> int:
    """Send two forms of one person, and return the number of sheets.

    Without a lock, both forms are checked before either is stored.
    """
    asked.ask()
    both_have_checked = threading.Barrier(2)
    has_answered = answering.has_answered

    def check_and_pause(*arguments: Any) -> Any:
        found = has_answered(*arguments)
        with contextlib.suppress(threading.BrokenBarrierError):  # the other thread waits for the lock
            both_have_checked.wait(1.5)
        return found

    monkeypatch.setattr(answering, "has_answered", check_and_pause)
    statuses = at_once([functools.partial(answers, asked.ama, asked.session, relevant=number) for number in (1, 2)])
    assert statuses == [302, 302]
    return AnswerSheet.objects.count()


@pytest.mark.django_db(transaction=True)
def test_form_sent_twice_is_stored_once(programme: Programme, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    assert two_forms_at_once(Asked(programme, people), monkeypatch) == 1


@pytest.mark.django_db(transaction=True)
def test_form_sent_twice_is_stored_twice_without_the_lock(
    programme: Programme, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without the lock, both forms are stored."""
    monkeypatch.setattr(answering, "lock_evaluation", lambda pk: Evaluation.objects.get(pk=pk))
    assert two_forms_at_once(Asked(programme, people), monkeypatch) == 2
