"""The desk of a series: what is displayed first when a series is opened, its tabs, and what has to be done."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Person
from echo_portal.outbox.models import Message
from registrations.actions import NewTime, reschedule_session
from registrations.models import Enrollment, Registration
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.pages import NEW_SESSION, address, posted_fields, says
from tests.admin.two_hubs import HubRows
from tests.builders import Programme, enroll
from tests.people import People

pytestmark = pytest.mark.django_db
DESK = 13


def says_of(html: str) -> str:
    return " ".join(html.split())


def tab(name: str, series: Series) -> str:
    return reverse(f"admin:echo_sessions_series_{name}", args=(series.pk,))


def points(answer: Any, name: str = "points") -> list[tuple[str, str]]:
    return [(point.text, point.button) for point in answer.context[name]]


def test_list_and_settings_lead_to_the_desk(coordinator_client: Client, own: HubRows, other: HubRows) -> None:
    other[Series].partner_hubs.add(own.hub)
    page = coordinator_client.get(address(Series, "changelist")).content.decode()
    assert f'href="{tab("desk", own[Series])}"' in page
    assert f'href="{tab("change", other[Series])}' in page
    assert tab("desk", other[Series]) + '"' not in page
    desk = coordinator_client.get(tab("desk", own[Series]))
    assert [(str(label), is_current) for label, _url, is_current in desk.context["tabs"]] == [
        ("Sessions", True),
        ("Registrants", False),
        ("Messages", False),
        ("Feedback", False),
        ("Settings", False),
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            [
                ("The joining link is missing.", "Add the link"),
                ("The hour is not known yet.", "Set the hour"),
                ("The title in French is missing.", "Translate"),
                ("No presenter is named.", "Name one"),
                ("Reminders are set: a day before, an hour before.", "Hold them"),
            ],
        ),
        (
            "fr",
            [
                ("Le lien de participation manque.", "Ajouter le lien"),
                ("L’heure n’est pas encore connue.", "Fixer l’heure"),
                ("Le titre en français manque.", "Traduire"),
                ("Aucun nom n’est indiqué pour la présentation.", "Indiquer un nom"),
                ("Rappels prévus\u00a0: la veille, une heure avant.", "Les retenir"),
            ],
        ),
    ],
)
def test_next_session_displays_what_is_missing(
    coordinator_client: Client, programme: Programme, own: HubRows, language: str, expected: list[tuple[str, str]]
) -> None:
    series = programme.series("later", hub=own.hub)
    programme.session(series, 1, days=-7, join_url="")
    programme.session(series, 2, days=20, state="cancelled")
    programme.session(series, 3, days=5, state="draft")
    coming = programme.session(series, 4, days=9, at="")
    programme.session(series, 5, days=30)
    answer = coordinator_client.get(tab("desk", series), headers={"accept-language": language})
    assert answer.context["next"] == coming
    assert points(answer) == expected
    complete = {"join_url": "https://example.org/1", "title_fr": "Titre", "presenters": ["Dr. One"]}
    Session.objects.filter(pk=coming.pk).update(**complete)
    coming.refresh_from_db()
    coming.start_time, coming.end_time = dt.time(12), dt.time(13)
    coming.save()
    answer = coordinator_client.get(tab("desk", series))
    assert [point.is_done for point in answer.context["points"]] == [True, True]


@pytest.mark.parametrize(
    ("language", "one", "two"),
    [
        ("en", "1 draft waits to be published", "2 drafts wait to be published"),
        ("fr", "1 brouillon attend d’être publié", "2 brouillons attendent d’être publiés"),
    ],
)
def test_drafts_to_come_wait_to_be_published(
    coordinator_client: Client, programme: Programme, own: HubRows, language: str, one: str, two: str
) -> None:
    none = {"en": "No session is to come", "fr": "Aucune séance à venir"}[language]

    def desk() -> str:
        answer = coordinator_client.get(tab("desk", series), headers={"accept-language": language})
        return answer.content.decode().partition('id="next-session"')[2].partition("</section>")[0]

    series = programme.series("later", hub=own.hub)
    programme.session(series, 1, days=-7, state="draft")
    programme.session(series, 2, days=-6)
    assert none in says_of(desk())
    programme.session(series, 3, days=5, state="draft")
    assert (one in says_of(desk()), none in says_of(desk())) == (True, False)
    assert f'href="{tab("publish", series)}"' in desk()
    programme.session(series, 4, on_date=None, at="", state="draft")
    assert two in says_of(desk())
    programme.session(series, 5, days=9)
    assert (two in says_of(desk()), none in says_of(desk())) == (False, False)


def test_points_of_the_series_are_listed(coordinator_client: Client, programme: Programme, own: HubRows) -> None:
    series = programme.series("waits", hub=own.hub, registration_mode="key", title_fr="")
    held = programme.session(series, 1, days=-7)
    programme.session(series, 2, days=20, state="draft")
    now = timezone.now()
    Registration.objects.create(person=own[Person], session=held, state="registered", registered_at=now, changed_at=now)
    expected = [
        ("The attendance report of session 1 is not imported.", "Import"),
        ("No enrollment key is valid now, so nobody can register.", "Add a key"),
        ("The title or the summary of the series is missing in French.", "Translate"),
    ]
    assert points(coordinator_client.get(tab("desk", series)), "waits") == expected
    programme.key(series, "NOW1", campaign="A conference")  # a key of a campaign opens the series, too
    assert points(coordinator_client.get(tab("desk", series)), "waits") == [expected[0], expected[2]]


def test_drafts_are_counted_once_on_the_desk(coordinator_client: Client, programme: Programme, own: HubRows) -> None:
    series = programme.series("drafts", hub=own.hub)
    programme.session(series, 1, days=20, state="draft")
    panel, point = "1 draft waits to be published", "1 session is a draft: the public does not see it."

    def said() -> tuple[bool, bool]:
        text = says(coordinator_client.get(tab("desk", series)))
        return panel in text, point in text

    assert said() == (True, False)
    programme.session(series, 2, days=9)
    assert said() == (False, True)


def test_saving_a_session_leads_to_the_desk_which_its_page_links(
    coordinator_client: Client, own: HubRows, other: HubRows
) -> None:
    session, desk = own[Session], tab("desk", own[Series])
    here = address(Session, "change", session.pk)
    assert f'<li><a href="{desk}">' in coordinator_client.get(here).content.decode()
    saved = coordinator_client.post(here, {**posted_fields(coordinator_client, here), "title_en": "Pain"}, follow=True)
    assert saved.redirect_chain == [(desk, 302)]
    assert "was changed" in says(saved)
    new = {**NEW_SESSION, "series": own[Series].pk}
    added = coordinator_client.post(address(Session, "add"), new, follow=True)
    assert added.redirect_chain == [(desk, 302)]
    other[Series].partner_hubs.add(own.hub)
    readable = coordinator_client.get(address(Session, "change", other[Session].pk))
    assert readable.status_code == 200
    assert f'href="{tab("desk", other[Series])}"' not in readable.content.decode()


def test_certificates_are_linked_once_a_session_was_held(
    coordinator_client: Client, programme: Programme, own: HubRows
) -> None:
    """Certificates of attendance are issued for a series without credits too."""
    series = programme.series("attended", hub=own.hub)
    programme.session(series, 1, days=9)
    link = f'href="{reverse("admin:credits_certificate_issue", args=(series.pk,))}"'
    assert link not in coordinator_client.get(tab("desk", series)).content.decode()
    programme.session(series, 2, days=-9)
    assert link in coordinator_client.get(tab("desk", series)).content.decode()
    assert coordinator_client.get(link[6:-1]).status_code == 200


@pytest.mark.parametrize(
    ("language", "held", "to_come", "hour"),
    [
        ("en", "Held; date not recorded", "Date to be announced", "Hour not recorded"),
        ("fr", "Séance tenue; date non consignée", "Date à confirmer", "Heure non consignée"),
    ],
)
def test_held_session_without_a_date_is_not_to_be_announced(
    coordinator_client: Client, programme: Programme, own: HubRows, language: str, held: str, to_come: str, hour: str
) -> None:
    series = programme.series("undated", hub=own.hub)
    session = programme.session(series, 1, held_by=timezone.localdate() - dt.timedelta(days=9), at="")
    programme.session(series, 2, on_date=None, at="")
    hourless = programme.session(series, 3, days=-3, at="")
    answer = coordinator_client.get(tab("desk", series), headers={"accept-language": language})
    assert [row.when for row in answer.context["rows"]][:2] == [held, to_come]
    assert hour in answer.context["rows"][2].when
    with translation.override(language):
        pages = [reverse("session", args=(session.public_id,)), reverse("series", args=(series.slug,))]
    for page in pages:
        assert held in says(Client().get(page)), page
    assert to_come not in says(Client().get(pages[0]))
    with translation.override(language):
        assert hour in says(Client().get(reverse("session", args=(hourless.public_id,))))


def test_registration_link_contains_the_printed_key(coordinator_client: Client, own: HubRows) -> None:
    series = own[Series]
    (way,) = coordinator_client.get(tab("desk", series)).context["registration_links"].ways
    assert [url.partition("/en/")[2] or url.partition("/fr/")[2] for _language, url in way.urls] == [
        f"series/{series.slug}/register/",
        f"series/{series.slug}/inscription/",
    ]
    Series.objects.update(registration_mode="key")
    EnrollmentKey.objects.filter(series=series).update(text="OWN KEY")
    answer = coordinator_client.get(tab("desk", series))
    (way,) = answer.context["registration_links"].ways
    assert [url.endswith("?key=OWN+KEY") for _language, url in way.urls] == [True, True]
    assert "Published: register with a key" in says(answer)
    Series.objects.update(state="draft")
    draft = coordinator_client.get(tab("desk", series))
    assert (draft.context["registration_links"], draft.context["public_url"]) == (None, "")
    assert "Draft: the public does not see it" in says(draft)


@pytest.mark.usefixtures("luc_registered", "no_suppression")
def test_desk_counts_people_and_professions_as_their_forms_said(
    coordinator_client: Client, own: HubRows, people: People, programme: Programme
) -> None:
    now = timezone.now()
    form = {"form_name": "Typed", "form_profession": "RN", "form_language": "en"}
    programme.session(own[Series], 2, days=14)
    for session in Session.objects.filter(series=own[Series]):
        Registration.objects.create(
            person=people.stranger, session=session, state="registered", registered_at=now, changed_at=now, **form
        )
    people.stranger.profession = "FP"
    people.stranger.save()
    Registration.objects.filter(person=people.luc).update(registered_at=now - dt.timedelta(days=8))
    context = coordinator_client.get(tab("desk", own[Series])).context
    assert (context["people"], context["new_people"]) == (3, 2)
    assert sorted((bar.label, bar.count) for bar in context["bars"]) == [
        ("Not said", 1),
        ("Personal support worker, health care aide or care assistant", 1),
        ("Registered nurse", 1),
    ]


@pytest.mark.usefixtures("no_suppression")
def test_move_can_be_taken_back_on_the_desk(coordinator_client: Client, own: HubRows) -> None:
    session = own[Session]
    time = NewTime(session.on_date, dt.time(15), dt.time(16), "America/Toronto")
    change = reschedule_session(session=session, new_time=time, by=own.coordinator)
    answer = coordinator_client.get(tab("desk", own[Series]))
    assert [(row, found.pk) for row, found in answer.context["recallable"]] == [(session, change.pk)]
    assert reverse("admin:echo_sessions_session_recall", args=(session.pk, change.pk)) in answer.content.decode()
    Message.objects.update(state="sent", sent_at=timezone.now())
    assert coordinator_client.get(tab("desk", own[Series])).context["recallable"] == []


def test_messages_of_the_series_only_are_listed(
    coordinator_client: Client, own: HubRows, programme: Programme, people: People
) -> None:
    other = programme.series("another", hub=own.hub)
    session = programme.session(other, 1)
    now = timezone.now()
    Registration.objects.create(
        person=people.luc, session=session, state="registered", registered_at=now, changed_at=now
    )
    time = NewTime(session.on_date, dt.time(15), dt.time(16), "America/Toronto")
    reschedule_session(session=session, new_time=time, by=own.coordinator)
    enroll(people.ama, other, session)
    assert [row[0].about for row in coordinator_client.get(tab("messages", own[Series])).context["rows"]] == [
        f"registration:{own[Registration].pk}"
    ]
    moved = coordinator_client.get(tab("messages", other))
    abouts = [row[0].about.partition(":")[0] for row in moved.context["rows"]]
    assert sorted(abouts) == ["change", "registration", "registration", "registration", "registration", "series"]
    assert [(name, count) for name, _label, count, _chosen in moved.context["filters"]] == [
        ("", None),
        ("sent", 0),
        ("waiting", 6),
        ("no", 0),
    ]
    assert coordinator_client.get(tab("messages", other) + "?arrival=no").context["rows"] == []


@pytest.mark.parametrize("number", [1, 300])
def test_desk_makes_the_same_number_of_queries(
    coordinator_client: Client, own: HubRows, people: People, programme: Programme, number: int
) -> None:
    series = programme.series("long", hub=own.hub)
    rows = [programme.new_session(series, at, days=at - number // 2) for at in range(1, number + 1)]
    Session.objects.bulk_create(rows)
    crowd = [Person(email=f"p{at}@example.org", email_key=f"p{at}@example.org", name=f"P {at}") for at in range(number)]
    Person.objects.bulk_create(crowd)
    now = timezone.now()
    Registration.objects.bulk_create(
        Registration(person=one, session=rows[0], state="registered", registered_at=now, changed_at=now)
        for one in crowd
    )
    Enrollment.objects.bulk_create(Enrollment(person=one, series=series, enrolled_at=now) for one in crowd)
    coordinator_client.get(tab("desk", series))
    with CaptureQueriesContext(connection) as asked:
        assert coordinator_client.get(tab("desk", series)).status_code == 200
    assert len(asked) == DESK, [query["sql"][:90] for query in asked]
