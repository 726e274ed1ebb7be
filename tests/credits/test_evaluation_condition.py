"""A certificate waits for an evaluation if the accreditation requires it (ADR 41).

Answers stay without a trace of the person (ADR 24).
"""

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts.links import MANAGE, token_for
from accounts.models import AuditEvent, Person
from attendance import actions as attending
from credits import actions
from credits.actions.rendering import render_certificates
from credits.models import Accreditation, Certificate
from credits.own_credits import WAITS, own_credits
from credits.queries.waiting import series_waiting
from credits.tasks import issue_answered
from echo_portal.outbox.kinds import kind_of
from echo_portal.outbox.models import Message
from evaluations.models import AnswerSheet, Evaluation, Invitation
from evaluations.schedule import OPEN_FOR
from sessions.models import Session, SessionRole
from tests.admin.two_hubs import signed_in_client
from tests.credits.gated import Gated
from tests.evaluations.asked import answers, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def adds() -> type[Gated]:
    return Gated


@pytest.fixture
def gated(added: Gated) -> Gated:
    return added


def respond(person: Person, session: Session) -> None:
    assert answers(person, session, objectives_met=4) == 302


def printed(person: Person) -> dict[int | None, list[int]]:
    """Return the numbers of the sessions that the person's valid certificates print.

    The keys are the number of the session that the certificate is about, or None for a certificate of the series.
    """
    rows = Certificate.objects.valid().filter(person=person)
    return {row.session.number if row.session else None: [line["number"] for line in row.printed] for row in rows}


def test_certificates_wait_for_no_evaluation_by_default(gated: Gated) -> None:
    assert Accreditation().evaluation_required is False
    Accreditation.objects.update(evaluation_required=False)
    gated.ask()
    assert not Evaluation.objects.filter(is_condition=True).exists()
    plan = gated.issue()
    assert (len(plan.new), plan.blocked, plan.waiting) == (2, {}, 0)


def test_certificate_of_a_session_is_issued_once_answered(gated: Gated) -> None:
    gated.ask()
    respond(gated.luc, gated.session)
    plan = gated.issue(gated.session)
    assert ([draft.person for draft in plan.new], plan.blocked) == ([gated.luc], {"no-evaluation": 1})
    issue_answered()
    assert (printed(gated.ama), printed(gated.luc)) == ({}, {1: [1]})
    events = AuditEvent.objects.count()
    respond(gated.ama, gated.session)
    # Answering itself writes nothing but the answers.
    assert (printed(gated.ama), AuditEvent.objects.count()) == ({}, events)
    issue_answered()
    assert (printed(gated.ama), Certificate.objects.get(person=gated.ama).issued_by) == ({1: [1]}, None)
    before = Certificate.objects.count()
    issue_answered()
    assert Certificate.objects.count() == before


def test_failing_series_raises_no_error_and_is_tried_again(gated: Gated) -> None:
    gated.ask()
    respond(gated.luc, gated.session)
    gated.issue(gated.session)
    respond(gated.ama, gated.session)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;"
            "CREATE TRIGGER refuse BEFORE INSERT ON credits_certificate FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
        issue_answered()
        assert printed(gated.ama) == {}
        cursor.execute("DROP TRIGGER refuse ON credits_certificate")
    issue_answered()
    assert printed(gated.ama) == {1: [1]}


def test_certificate_that_somebody_revoked_is_not_issued_again(gated: Gated) -> None:
    gated.ask()
    for person in (gated.ama, gated.luc):
        respond(person, gated.session)
    gated.issue(gated.session)
    actions.revoke_certificate(certificate=Certificate.objects.get(person=gated.ama), because="Fraud", by=gated.by)
    issue_answered()
    assert (printed(gated.ama), printed(gated.luc)) == ({}, {1: [1]})


def test_attendance_newer_than_the_ledger_waits_for_its_evaluation_too(gated: Gated) -> None:
    gated.ask()
    for person, session in ((gated.ama, gated.session), (gated.luc, gated.session), (gated.luc, gated.second)):
        respond(person, session)
    for seconds in (0, 3600):
        attending.correct_attendance(
            session=gated.second, person=gated.ama, seconds=seconds, reason="List", by=gated.by
        )
        if not seconds:
            actions.update_ledger(series_id=gated.series.pk)
            actions.issue_certificates(series=gated.series, by=gated.by)
            Certificate.objects.filter(person=gated.ama).update(state="replaced", replaced_at=timezone.now())
    issue_answered()
    assert printed(gated.ama) == {None: [1]}


def test_credits_left_out_of_a_certificate_wait_for_the_coordinator(gated: Gated) -> None:
    gated.ask()
    respond(gated.luc, gated.session)
    gated.issue()
    waiting = [[row.people for row in series_waiting(gated.by)]]
    respond(gated.luc, gated.second)
    waiting.append([row.people for row in series_waiting(gated.by)])
    assert (printed(gated.luc), waiting) == ({None: [1]}, [[], [1]])


def test_other_credits_of_a_session_that_waits_are_not_listed(gated: Gated) -> None:
    other = Accreditation.objects.get(pk=gated.record.pk)
    other.pk, other.scheme, other.programme, other.evaluation_required = None, "moc", "MOC", False
    other.save(force_insert=True)
    actions.update_ledger(series_id=gated.series.pk)
    gated.ask()
    assert series_waiting(gated.by) == []


def test_certificate_of_a_series_leaves_out_what_is_not_answered(gated: Gated) -> None:
    gated.ask()
    for person, session in ((gated.ama, gated.session), (gated.luc, gated.session), (gated.luc, gated.second)):
        respond(person, session)
    plan = gated.issue()
    assert (len(plan.new), plan.blocked, plan.waiting) == (2, {}, 1)
    assert (printed(gated.ama), printed(gated.luc)) == ({None: [1]}, {None: [1, 2]})
    assert gated.issue().count == 0
    respond(gated.ama, gated.second)
    issue_answered()
    assert printed(gated.ama) == {None: [1, 2]}
    assert list(Certificate.objects.filter(person=gated.ama).order_by("pk").values_list("state", flat=True)) == [
        "replaced",
        "valid",
    ]


def test_nothing_is_issued_before_a_coordinator_issues(gated: Gated) -> None:
    gated.ask()
    respond(gated.ama, gated.session)
    respond(gated.luc, gated.session)
    issue_answered()
    assert not Certificate.objects.exists()
    gated.issue()
    respond(gated.ama, gated.second)
    issue_answered()  # nobody's certificate has the second session yet
    assert printed(gated.ama) == {None: [1]}


def test_existing_certificates_stay(gated: Gated) -> None:
    Accreditation.objects.update(evaluation_required=False)
    gated.ask()
    gated.issue()
    Accreditation.objects.update(evaluation_required=True)
    Evaluation.objects.update(is_condition=True)
    actions.update_ledger(series_id=gated.series.pk)
    attending.correct_attendance(session=gated.session, person=gated.ama, seconds=2700, reason="Late", by=gated.by)
    actions.update_ledger(series_id=gated.series.pk)
    assert (printed(gated.ama), printed(gated.luc)) == ({None: [1, 2]}, {None: [1, 2]})
    assert Certificate.objects.valid().get(person=gated.ama).printed[0]["minutes"] == 45


def test_sessions_before_the_box_was_ticked_have_no_condition(gated: Gated) -> None:
    Accreditation.objects.update(evaluation_required=False)
    gated.ask()
    Accreditation.objects.update(evaluation_required=True)
    assert len(gated.issue().new) == 2


def test_condition_ends_with_the_box(gated: Gated) -> None:
    gated.ask()
    assert gated.issue().blocked == {"no-evaluation": 2}
    Accreditation.objects.update(evaluation_required=False)
    assert len(gated.issue().new) == 2


def test_people_who_are_never_asked_have_no_condition(gated: Gated) -> None:
    leads = {"role": "presenter", "name": "Luc", "address": gated.luc.email, "given_at": timezone.now()}
    for session in (gated.session, gated.second):
        SessionRole.objects.create(session=session, person=gated.luc, **leads)
    gated.ask()
    assert [draft.person for draft in gated.issue().new] == [gated.luc]


def test_people_who_are_asked_in_a_minute_wait_already(gated: Gated) -> None:
    gated.ask()
    gated.attend(gated.people.stranger)
    assert gated.issue().blocked == {"no-evaluation": 3}


def test_attendance_without_credits_waits_for_nothing(gated: Gated) -> None:
    Accreditation.objects.update(professions=["PHARM"])
    actions.update_ledger(series_id=gated.series.pk)
    gated.ask()
    assert len(gated.issue().new) == 2


def test_credits_that_wait_are_nothing_to_do_for_the_hub(gated: Gated) -> None:
    gated.ask()
    assert series_waiting(gated.by) == []
    respond(gated.ama, gated.session)
    assert [(row.series, row.people) for row in series_waiting(gated.by)] == [(gated.series, 1)]


@pytest.mark.parametrize(
    ("language", "waits", "missed"),
    [
        (
            "en",
            "This session is on your certificate once you have answered its evaluation.",
            "This session is not on your certificate: its evaluation closed without your answers.",
        ),
        (
            "fr",
            "Cette séance figure sur votre attestation dès que vous avez répondu à son évaluation.",
            "Cette séance ne figure pas sur votre attestation\u00a0: son évaluation a pris fin sans vos réponses.",
        ),
    ],
)
def test_my_sessions_leads_to_the_evaluation(gated: Gated, language: str, waits: str, missed: str) -> None:
    gated.ask()
    respond(gated.ama, gated.second)
    client = Client()
    client.force_login(gated.ama)
    address = {"en": "/en/my-sessions/", "fr": "/fr/mes-seances/"}[language]
    page = client.get(address).content.decode()
    assert (page.count(waits), page.count(missed)) == (1, 0)
    assert path_of(gated.ama, gated.session, language) in page
    assert path_of(gated.luc, gated.session, language) not in page
    with time_machine.travel(timezone.now() + OPEN_FOR, tick=False):
        client.force_login(gated.ama)
        page = client.get(address).content.decode()
        assert (page.count(waits), page.count(missed)) == (0, 1)
        assert path_of(gated.ama, gated.session, language) not in page
    respond(gated.ama, gated.session)
    assert waits not in client.get(address).content.decode()


def test_my_sessions_says_nothing_about_printed_sessions(gated: Gated) -> None:
    Accreditation.objects.update(evaluation_required=False)
    gated.issue()
    gated.ask()
    Accreditation.objects.update(evaluation_required=True)
    Evaluation.objects.update(is_condition=True)
    own = own_credits(gated.ama, [gated.session.pk, gated.second.pk], "en")
    assert [str(WAITS) in row.sentences for row in own.by_session.values()] == [False, False]


def test_every_open_evaluation_is_on_my_sessions_until_it_is_answered(gated: Gated) -> None:
    gated.ask()
    Evaluation.objects.update(is_condition=False)
    link = reverse("my_sessions_link", kwargs={"token": token_for(gated.ama, MANAGE)})
    own = path_of(gated.ama, gated.session, "en")
    assert own in Client().get(link).content.decode()
    assert path_of(gated.luc, gated.session, "en") not in Client().get(link).content.decode()
    respond(gated.ama, gated.session)
    assert own not in Client().get(link).content.decode()


@pytest.mark.parametrize(
    ("language", "condition", "missing"),
    [
        (
            "en",
            "Credits that depend on an evaluation are on your certificate once you answer it.",
            "Not on it yet: “heart 2”. It is added once you have answered its evaluation.",
        ),
        (
            "fr",
            "Les crédits qui dépendent d’une évaluation figurent sur votre attestation dès que vous y avez répondu.",
            "N’y figure pas encore\u00a0: «\u00a0cœur 2\u00a0». La séance est ajoutée dès que vous avez répondu à son",
        ),
    ],
)
def test_emails_say_what_is_missing(gated: Gated, language: str, condition: str, missing: str) -> None:
    Person.objects.filter(pk=gated.ama.pk).update(language=language)
    gated.ask()
    gated.ama.refresh_from_db()
    assert condition in text_of("evaluation", gated.ama)
    Evaluation.objects.update(is_condition=False)
    assert condition not in text_of("evaluation", gated.ama)
    Evaluation.objects.update(is_condition=True)
    respond(gated.ama, gated.session)
    gated.issue()
    render_certificates()
    text = text_of("certificate", gated.ama)
    assert missing in text
    assert (path_of(gated.ama, gated.second, language) in text, text.count("N’y figure"), text.count("Not on it")) == (
        True,
        *((1, 0) if language == "fr" else (0, 1)),
    )
    respond(gated.ama, gated.second)
    assert missing not in text_of("certificate", gated.ama)


def text_of(kind: str, person: Person) -> str:
    message = Message.objects.filter(kind=kind, person_id=person.pk).order_by("pk").first()
    assert message is not None
    with translation.override(message.language):
        return kind_of(message).render(message).text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Credits for this session are on your certificate once you have answered."),
        ("fr", "Les crédits de cette séance figurent sur votre attestation dès que vous avez répondu."),
    ],
)
def test_page_of_the_questions_says_what_depends_on_them(gated: Gated, language: str, sentence: str) -> None:
    gated.ask()
    address = path_of(gated.ama, gated.session, language)
    assert sentence in Client().get(address).content.decode()
    Evaluation.objects.update(is_condition=False)
    assert sentence not in Client().get(address).content.decode()


def test_certificates_share_no_key_and_no_time_with_answers(gated: Gated) -> None:
    gated.ask()
    respond(gated.luc, gated.session)
    respond(gated.ama, gated.session)
    gated.issue(gated.session)
    issue_answered()
    values = str(list(Certificate.objects.values_list("values", flat=True)))
    assert not [sheet for sheet in AnswerSheet.objects.all() if str(sheet.pk) in values]
    assert {field.name for field in AnswerSheet._meta.get_fields()} == {"id", "evaluation", "language", "answers"}
    names = {"id", "evaluation", "person", "has_answered"}
    assert {field.name for field in Invitation._meta.get_fields()} == names


@pytest.mark.parametrize(
    ("language", "blocked", "waiting"),
    [
        (
            "en",
            "1 person: They have not answered the evaluation yet.",
            "1 person has not answered an evaluation yet: their certificate is issued without that session.",
        ),
        (
            "fr",
            "1 personne : Ces personnes n’ont pas encore répondu à l’évaluation.",
            "1 personne n’a pas encore répondu à une évaluation : son attestation est délivrée sans cette séance.",
        ),
    ],
)
def test_page_that_issues_counts_who_has_not_answered(gated: Gated, language: str, blocked: str, waiting: str) -> None:
    gated.ask()
    respond(gated.ama, gated.second)
    client = signed_in_client(gated.by)
    client.cookies["language"] = language
    page = client.get(reverse("admin:credits_certificate_issue", args=(gated.series.pk,)))
    text = " ".join(page.content.decode().split())
    assert (blocked in text, waiting in text) == (True, True)
    assert gated.luc.name not in text
