"""Pallium staff edit the national core, and coordinators up to three questions of their hub. Asked words are kept."""

import pytest
from django.test import Client
from django.urls import reverse

from evaluations.models import AnswerSheet, Question
from tests.admin.pages import posted_fields
from tests.admin.two_hubs import signed_in_client
from tests.evaluations.asked import Asked, answers, sheets

pytestmark = pytest.mark.django_db
ADD = reverse("admin:evaluations_question_add")
PREVIEW = reverse("admin:evaluations_question_preview")


def values(**changed: object) -> dict[str, object]:
    return {
        "code": "case",
        "kind": "agree",
        "position": 1,
        "text_en": "The case helped me.",
        "text_fr": "Le cas m'a aidé.",
        "choices_en": "",
        "choices_fr": "",
        "is_asked_now": "on",
        "moore_level": "",
        **changed,
    }


def change(client: Client, question: Question, **changed: object) -> int:
    url = reverse("admin:evaluations_question_change", args=(question.pk,))
    data = posted_fields(client, url) | changed
    if not data.get("is_asked_now"):
        data.pop("is_asked_now", None)
    return client.post(url, data).status_code


def test_other_words_for_a_question_that_was_asked_become_its_next_version(asked: Asked) -> None:
    asked.ask()
    question = Question.objects.get(code="relevant")
    client = signed_in_client(asked.people.staff)
    text = {"text_en": "It was useful in my practice.", "text_fr": "Elle m’a servi dans ma pratique."}
    assert change(client, question, **text) == 302
    rows = Question.objects.filter(code="relevant").order_by("version")
    assert [(row.version, row.text_en, row.retired_at is None) for row in rows] == [
        (1, "It was relevant to my practice.", False),
        (2, "It was useful in my practice.", True),
    ]
    assert answers(asked.ama, asked.session, relevant=4) == 302
    assert sheets(asked.session) == [("en", {"relevant": 4})]
    second = asked.ended_session(2)
    asked.join(second, asked.ama)
    asked.ask()
    assert [row.version for row in Question.objects.filter(evaluations__session=second, code="relevant")] == [2]


def test_question_that_was_not_asked_yet_is_changed_in_place(asked: Asked) -> None:
    question = Question.objects.get(code="relevant")
    client = signed_in_client(asked.people.staff)
    assert change(client, question, text_en="It helped.", text_fr="C’était utile.") == 302
    assert [(row.version, row.text_en) for row in Question.objects.filter(code="relevant")] == [(1, "It helped.")]


def test_coordinator_asks_three_questions_and_reads_the_national_core(asked: Asked) -> None:
    hub = asked.programme.national
    client = signed_in_client(asked.people.coordinator(hub))
    for number in (1, 2, 3):
        assert client.post(ADD, values(hub=hub.pk, code=f"own-{number}")).status_code == 302
    refused = client.post(ADD, values(hub=hub.pk, code="own-4"))
    assert "This hub asks three questions already. Stop asking one of them first." in refused.content.decode()
    core = Question.objects.get(code="relevant")
    url = reverse("admin:evaluations_question_change", args=(core.pk,))
    assert [client.get(url).status_code, client.post(url, values()).status_code] == [200, 403]
    own = Question.objects.filter(hub=hub).order_by("code")
    assert [(row.code, row.text_fr) for row in own] == [(f"own-{number}", "Le cas m’a aidé.") for number in (1, 2, 3)]
    assert change(client, own[0], is_asked_now="") == 302
    assert client.post(ADD, values(hub=hub.pk, code="own-4")).status_code == 302


def test_question_of_a_hub_is_not_for_certified_sessions_only(asked: Asked) -> None:
    own = Question.objects.create(hub=asked.programme.national, code="own", text_en="Own?", text_fr="À nous?")
    client = signed_in_client(asked.people.staff)
    assert change(client, own, only_certified="on") == 200
    assert client.post(ADD, values(hub=own.hub_id, code="other", only_certified="on")).status_code == 200
    assert [(row.code, row.only_certified) for row in Question.objects.filter(hub=own.hub)] == [("own", False)]


def test_coordinator_adds_no_question_to_the_core_nor_to_another_hub(asked: Asked) -> None:
    client = signed_in_client(asked.people.coordinator(asked.programme.bc))
    for hub in ("", asked.programme.national.pk):
        assert client.post(ADD, values(hub=hub)).status_code == 200
    assert not Question.objects.filter(code="case").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"text_fr": ""},
        {"text_en": "\u200b"},
        {"kind": "choice", "choices_en": "Yes\nNo", "choices_fr": "Oui"},
        {"kind": "choice", "choices_en": "", "choices_fr": ""},
        {"choices_en": "Yes\nNo", "choices_fr": "Oui\nNon"},
        {"moore_level": 8},
        {"code": "relevant", "hub": ""},
        {"position": 40_000},
    ],
)
def test_impossible_question_is_refused(asked: Asked, wrong: dict[str, object]) -> None:
    count = Question.objects.count()
    response = signed_in_client(asked.people.staff).post(ADD, values(**wrong))
    assert (response.status_code, "errornote" in response.content.decode()) == (200, True)
    assert Question.objects.count() == count


def test_choices_are_answered_by_their_position(asked: Asked) -> None:
    choices = {"kind": "choice", "choices_en": "Yes\nPartly\nNo", "choices_fr": "Oui\nEn partie\nNon"}
    client = signed_in_client(asked.people.staff)
    assert client.post(ADD, values(hub=asked.programme.national.pk, code="useful", **choices)).status_code == 302
    asked.ask()
    assert answers(asked.luc, asked.session, "fr", useful="2") == 302
    assert sheets(asked.session) == [("fr", {"useful": 2})]


def test_preview_shows_the_form_in_both_languages_and_stores_nothing(asked: Asked) -> None:
    hub, other = asked.programme.national, asked.programme.bc
    for one in (hub, other):
        Question.objects.create(hub=one, code="case", text_en=f"{one.slug} case?", text_fr=f"Cas {one.slug}?")
    client = signed_in_client(asked.people.coordinator(hub))
    page = client.get(PREVIEW).content.decode()
    for words in ("This session was worth my time.", "national case?", "Cas national?", "Fortement d’accord", "fr-CA"):
        assert words in page, words
    assert "bc case?" not in page
    assert [client.get(PREVIEW, {"hub": other.slug}).status_code, client.post(PREVIEW).status_code] == [404, 405]
    certified = Question.objects.filter(only_certified=True)[0]
    shown = [certified.text_en in client.get(PREVIEW, query).content.decode() for query in ({}, {"certified": "on"})]
    assert shown == [False, True]
    assert PREVIEW in client.get(reverse("admin:evaluations_question_changelist")).content.decode()
    tab = reverse("admin:echo_sessions_series_feedback", args=(asked.series.pk,))
    assert f"{PREVIEW}?hub=national" in client.get(tab).content.decode()
    assert signed_in_client(asked.people.stranger).get(PREVIEW).status_code in (302, 404)
    assert not AnswerSheet.objects.exists()
