"""The URLs of all public pages of the portal, for tests that check all pages."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone, translation

from accounts.actions import Details
from accounts.links import MANAGE, token_for
from accounts.models import Person
from echo_portal.reports.selection import Selection, days
from echo_portal.reports.snapshot import snapshot
from evaluations.actions import open_evaluation
from evaluations.links import evaluation_url
from evaluations.models import Invitation
from hubs.models import Hub
from news.actions import ask_for_news
from news.links import choices_url, confirm_url, stop_url
from news.models import NewsRequest
from pages.actions import publish_report, store_report
from pages.models import Newsletter, Page, QuestionAndAnswer, Report
from proposals.actions import watch_series
from proposals.links import token_of, watch_url
from proposals.models import DateWatch, Inquiry
from registrations import actions
from registrations.links import join_token, team_url
from registrations.models import Addition, Registration, TeamInvitation
from sessions.models import Series, Session
from tests.builders import Programme
from tests.evaluations.asked import write_national_core
from tests.proposals.forms import sent_idea


@dataclass(frozen=True)
class Addresses:
    """Paths in one language, by name.

    `public` are public pages; `own` are pages that a personal link in an email opens.
    """

    public: dict[str, str]
    own: dict[str, str]


@dataclass(frozen=True)
class Content:
    """The rows that the pages display."""

    keyed: Series
    choice: Series
    sessions: list[Session]
    registration: Registration
    swappable: Registration
    receipt: uuid.UUID
    invitation: Invitation
    addition: Addition
    inquiry: Inquiry
    inquiry_receipt: uuid.UUID
    report: Report
    watch: DateWatch
    news_request: NewsRequest
    team: TeamInvitation


def fill(programme: Programme, person: Person) -> Content:
    keyed, sessions = programme.open_series("ltc-cop", sessions=3, registration_mode="key")
    programme.key(keyed, "LTC2122")
    choice, choices = programme.open_series("capaciti", sessions=2, choose_one=True)
    held = programme.session(keyed, 9, days=-9)
    open_series, open_sessions = programme.open_series("psw-cop", sessions=2)
    receipt = _enroll(person, open_series, open_sessions)
    inquiry, inquiry_receipt = _propose(person, programme)
    _enroll(person, choice, choices[:1])
    write_pages()
    return Content(
        keyed=keyed,
        choice=choice,
        sessions=sessions,
        registration=Registration.objects.get(person=person, session=open_sessions[0]),
        swappable=Registration.objects.get(person=person, session=choices[0]),
        receipt=receipt,
        invitation=_invite(person, held),
        addition=_add(person, programme),
        inquiry=inquiry,
        inquiry_receipt=inquiry_receipt,
        report=_report(person, held),
        watch=watch_series(
            series=programme.series("rounds", ongoing=True), email=person.email, signed_in=None, network="192.0.2.1"
        ),
        news_request=_ask_for_news(person),
        team=_invite_colleague(person, open_series, open_sessions),
    )


def _invite_colleague(lead: Person, series: Series, sessions: list[Session]) -> TeamInvitation:
    form = actions.TeamForm(
        form_key=uuid.uuid4(),
        series=series,
        session_ids=(sessions[0].pk,),
        whole_series=False,
        colleagues=(("Nia", "nia@example.org"),),
        network="192.0.2.1",
    )
    actions.invite_team(form=form, key=None, lead=lead)
    return TeamInvitation.objects.get(email="nia@example.org")


def _ask_for_news(person: Person) -> NewsRequest:
    row = ask_for_news(email=person.email, language="en", topics=["PAIN"], signed_in=None, network="192.0.2.1")
    assert row is not None
    return row


def write_pages() -> None:
    """Create a page in both languages, and a page, a question and a newsletter that are not translated."""
    Page.objects.create(
        slug="about-echo",
        place="about",
        is_published=True,
        title_en="About ECHO",
        title_fr="À propos d’ECHO",
        body_en="## Why\n\n- **One**\n- [Two](/en/)",
        body_fr="## Pourquoi\n\n- **Un**\n- [Deux](/fr/)",
    )
    Page.objects.create(
        slug="how-it-works", place="about", is_published=True, is_sample=True, title_en="How it works", body_en="So."
    )
    QuestionAndAnswer.objects.create(
        slug="cost", is_published=True, question_en="What does it cost?", question_fr="Combien?", answer_en="Nothing."
    )
    Newsletter.objects.create(
        slug="2022-01", published_on=dt.date(2022, 1, 10), is_published=True, title_en="News", summary_en="New."
    )


def _propose(person: Person, programme: Programme) -> tuple[Inquiry, uuid.UUID]:
    """Send an idea that its sender has not confirmed."""
    Hub.objects.filter(pk=programme.bc.pk).update(accepts_proposals=True, accepts_partners=True)
    receipt = sent_idea(programme.bc, email=person.email)
    return Inquiry.objects.get(pk=receipt.answer["inquiry"]), receipt.public_id


def _report(person: Person, held: Session) -> Report:
    assert held.on_date is not None
    first, last = held.on_date - dt.timedelta(days=20), held.on_date + dt.timedelta(days=5)
    figures = snapshot(Selection(days(first, last)), timezone.now())
    report = store_report(first_on=first, last_on=last, figures=figures, allowed=(), by=person)
    return publish_report(report=report, sha256=report.sha256, by=person)


def _invite(person: Person, held: Session) -> Invitation:
    write_national_core()
    evaluation = open_evaluation(session=held, certified=True, now=timezone.now())
    assert evaluation is not None
    return Invitation.objects.create(evaluation=evaluation, person=person)


def _add(person: Person, programme: Programme) -> Addition:
    series, (session,) = programme.open_series("added", sessions=1, title_fr="")
    details = Details(name=person.name, email=person.email, language=person.language)
    return actions.add_people(
        series=series,
        session_ids=[session.pk],
        whole_series=False,
        people=[details],
        note_en="You asked for it.",
        note_fr="",
        by=person,
    ).addition


def _enroll(person: Person, series: Series, sessions: list[Session]) -> uuid.UUID:
    return actions.enroll(
        application=actions.Application(
            form_key=uuid.uuid4(),
            details=Details(name=person.name, email=person.email, language=person.language),
            series=series,
            session_ids=tuple(row.pk for row in sessions),
            whole_series=not series.choose_one,
            typed_key="",
            news=False,
            page_language="en",
        ),
        key=None,
        signed_in=person,
    ).public_id


def addresses(content: Content, person: Person, language: str) -> Addresses:
    token = token_for(person, MANAGE)
    with translation.override(language):
        slug, session = content.keyed.slug, content.sessions[0].public_id
        return Addresses(
            public={
                "home": reverse("catalogue"),
                "filters": f"{reverse('catalogue')}?profession=RN&hub=national&credits=1",
                "series": reverse("series", kwargs={"slug": slug}),
                "choose one": reverse("series", kwargs={"slug": content.choice.slug}),
                "session": reverse("session", kwargs={"session": session}),
                "register": f"{reverse('register', kwargs={'slug': slug})}?key=LTC2122",
                "key": reverse("have_key"),
                "calendars": reverse("calendars"),
                "search": f"{reverse('search')}?q=ltc",
                "library": f"{reverse('library')}?q=ltc&language=en",
                "hubs": reverse("hubs"),
                "public data": reverse("public_data"),
                "hub": reverse("hub", kwargs={"slug": "bc"}),
                "about": reverse("about"),
                "page": reverse("page", kwargs={"slug": "how-it-works"}),
                "accessibility": reverse("accessibility"),
                "questions": reverse("questions"),
                "newsletters": reverse("newsletters"),
                "newsletter": reverse("newsletter", kwargs={"slug": "2022-01"}),
                "contact": reverse("contact"),
                "privacy": reverse("privacy"),
                "earlier privacy policy": reverse("privacy_version", kwargs={"version": "2026-11-22"}),
                "kit": reverse("kit"),
                "kit template": reverse("kit_template", kwargs={"slug": "shaping-objectives"}),
                "tell me": reverse("tell_me", kwargs={"slug": "rounds"}),
                "propose": reverse("propose"),
                "partner": reverse("partner"),
                "interest": reverse("interest"),
                "inquiry sent": reverse("inquiry_sent", kwargs={"receipt": content.inquiry_receipt}),
                "reports": reverse("reports"),
                "report": reverse("report", kwargs={"period": content.report.period_code}),
                "verify file": reverse("verify_file"),
                "sign in": f"{reverse('sign_in')}?next=/en/",
                "done": reverse("registered", kwargs={"receipt": content.receipt}),
                "not found": f"{reverse('catalogue')}no-such-page/",
            },
            own={
                "my sessions": reverse("my_sessions_link", kwargs={"token": token}),
                "confirm": reverse("confirm_address", kwargs={"token": token}),
                "answer": reverse("answer_addition", kwargs={"token": token, "addition": content.addition.public_id}),
                "leave": reverse("leave_session", kwargs=_of(token, content.registration)),
                "leave series": reverse("leave_series", kwargs={"token": token, "slug": "psw-cop"}),
                "swap": reverse("swap_session", kwargs=_of(token, content.swappable)),
                "join": reverse("join", kwargs={"token": join_token(content.registration)}),
                "session code": reverse("session_code", kwargs={"token": join_token(content.registration)}),
                "date watch": urlsplit(watch_url(content.watch, language)).path,
                "team answer": urlsplit(team_url(content.team, language)).path,
                "news confirm": urlsplit(confirm_url(content.news_request, language)).path,
                "news choices": urlsplit(choices_url(person, language)).path,
                "news stop": urlsplit(stop_url(person.pk, language)).path,
                "inquiry": reverse("inquiry", kwargs={"token": token_of(content.inquiry, content.inquiry.person)}),
                "evaluate": urlsplit(evaluation_url(content.invitation, language)).path,
            },
        )


def _of(token: str, row: Registration) -> dict[str, object]:
    return {"token": token, "registration": row.public_id}
