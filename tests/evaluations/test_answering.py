"""Answers are stored once, without any reference to the person. Opening the page never answers."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from evaluations.models import AnswerSheet, Invitation
from tests.evaluations.asked import Asked, answers, fields, path_of, sheets
from tests.tables import checksums


@pytest.mark.django_db
def test_answers_are_stored_once(asked: Asked) -> None:
    asked.ask()
    given_answers = {"worth_my_time": "5", "will_change": "2", "comment": "Plus de cas.\nMerci!"}
    assert answers(asked.luc, asked.session, "fr", **given_answers) == 302
    expected = [("fr", {"worth-my-time": 5, "will-change": 2, "comment": "Plus de cas.\nMerci!"})]
    assert sheets(asked.session) == expected
    before = checksums()
    assert answers(asked.luc, asked.session, "fr", relevant="1") == 200
    assert checksums() == before


@pytest.mark.django_db
def test_opening_the_page_changes_nothing(asked: Asked) -> None:
    asked.ask()
    before = checksums()
    for language in ("en", "fr"):
        response = Client().get(path_of(asked.ama, asked.session, language))
        assert (response.status_code, response["Cache-Control"]) == (200, "no-store, private")
        assert Client().head(path_of(asked.ama, asked.session, language)).status_code == 200
    assert checksums() == before


@pytest.mark.django_db
@pytest.mark.parametrize("values", [{}, {"relevant": "6"}, {"relevant": "0"}, {"relevant": "x"}, {"comment": "a\x00b"}])
def test_refused_form_stores_nothing(asked: Asked, values: dict[str, str]) -> None:
    asked.ask()
    client, path, before = Client(), path_of(asked.ama, asked.session), checksums()
    response = client.post(path, fields(asked.session, **values))
    assert response.status_code == 303
    assert "error-summary" in client.get(response["Location"]).content.decode()
    assert checksums() == before


@pytest.mark.django_db
def test_closed_evaluation_stores_nothing(asked: Asked) -> None:
    asked.ask()
    with time_machine.travel(asked.session.ends_at + dt.timedelta(days=14), tick=False):  # type: ignore[operator]
        assert answers(asked.ama, asked.session, relevant="4") == 410
        response = Client().get(path_of(asked.ama, asked.session, "fr"))
    assert response.status_code == 410
    assert "Cette évaluation est terminée" in response.content.decode()
    assert not AnswerSheet.objects.exists()


@pytest.mark.django_db
def test_forged_and_revoked_links_open_nothing(asked: Asked) -> None:
    asked.ask()
    path = path_of(asked.ama, asked.session)
    assert Client().get(f"{path[:-2]}x/").status_code == 404
    asked.ama.link_version += 1
    asked.ama.save()
    assert [Client().get(path).status_code, Client().post(path, {"q1": "3"}).status_code] == [410, 410]
    assert not AnswerSheet.objects.exists()


@pytest.mark.django_db
def test_text_that_may_identify_a_patient_is_kept_and_asked_about(asked: Asked) -> None:
    asked.ask()
    client, path = Client(), path_of(asked.luc, asked.session, "fr")
    typed = fields(asked.session, comment="Mme Roy, née le 3 mars 1941", relevant="4")
    page = client.get(client.post(path, typed)["Location"]).content.decode()
    assert "une date avec son jour, comme une date de naissance" in page
    assert "le nom d’une personne" in page
    assert "Mme Roy, née le 3 mars 1941" in page
    assert not AnswerSheet.objects.exists()
    assert client.post(path, {**typed, "as_written": "on"}).status_code == 302
    assert sheets(asked.session) == [("fr", {"relevant": 4, "comment": "Mme Roy, née le 3 mars 1941"})]


@pytest.mark.django_db
def test_wrong_answers_of_another_evaluation_are_not_stored(asked: Asked) -> None:
    """A field of a question that this evaluation does not ask is ignored."""
    asked.ask()
    path = path_of(asked.ama, asked.session)
    assert Client().post(path, {"q1": "5", "q99": "5", "person": "1"}).status_code == 302
    assert sheets(asked.session) == [("en", {"worth-my-time": 5})]
    assert Invitation.objects.filter(has_answered=True).count() == 1
