"""The start page displays first what is due first, also if a kind has more rows than are displayed (docs/adr/0053)."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Person
from credits.models import CreditEntry
from credits.queries.waiting import series_waiting
from echo_portal.admin.start_page import SHOWN, what_needs_doing
from echo_portal.outbox.models import Suppression
from registrations.models import Registration
from sessions.models import Series
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.credits.ltc import LongTermCare
from tests.people import People

pytestmark = pytest.mark.django_db


def test_late_row_is_above_the_missing_link_of_tomorrow(programme: Programme, people: People) -> None:
    series = programme.series("late", hub=programme.bc)
    programme.session(series, 1, days=1, join_url="", title_fr="Titre")
    held = programme.session(series, 2, days=-40, join_url="https://zoom.us/j/1", title_fr="Titre")
    Registration.objects.create(
        person=people.ama, session=held, state="registered", registered_at=timezone.now(), changed_at=timezone.now()
    )
    page = signed_in_client(people.coordinator(programme.bc)).get(reverse("admin:index"))
    rows = [row for row in page.context["to_do"] if row.row.act_by is not None]
    assert [(row.due.split()[0], row.row.button, row.presses) for row in rows] == [
        ("Late", "Import", True),
        ("Tomorrow", "Add the link", True),
    ]


def test_address_that_fails_longest_is_displayed_first(programme: Programme, people: People) -> None:
    now = timezone.now()
    session = programme.session(
        programme.series("full", hub=programme.bc), 1, join_url="https://zoom.us/j/1", title_fr="Titre"
    )
    persons = Person.objects.bulk_create(
        Person(email=f"p{one}@example.org", email_key=f"p{one}@example.org", name="P", sort_key="p", password="!")
        for one in range(SHOWN + 2)
    )
    Registration.objects.bulk_create(
        Registration(person=person, session=session, state="registered", registered_at=now, changed_at=now)
        for person in persons
    )
    Suppression.objects.bulk_create(
        Suppression(
            address_key=person.email_key,
            scope_id=programme.bc.pk,
            reason="hard-bounce",
            detail="550",
            since_at=now - dt.timedelta(days=days),
        )
        for days, person in enumerate(persons)
    )
    (kind,) = [one for one in what_needs_doing(people.coordinator(programme.bc), now) if "Emails to" in one.sentence]
    assert (kind.count, len(kind.rows)) == (SHOWN + 2, SHOWN)
    assert f"p{SHOWN + 1}@example.org" in kind.rows[0].sentence


def test_list_says_how_many_rows_it_leaves_out_and_leads_to_all(programme: Programme, people: People) -> None:
    series = programme.series("untranslated", hub=programme.bc)
    for number in range(SHOWN + 3):
        programme.session(series, number, days=30 + number, join_url="https://zoom.us/j/1", title_en="Only English")
    client = signed_in_client(people.coordinator(programme.bc))
    page = client.get(reverse("admin:index"))
    (more,) = [dated.row for dated in page.context["to_do"] if dated.row.button == "See all"]
    assert more.sentence == "and 3 more"
    assert more.detail == next(kind.sentence for kind in page.context["to_do_kinds"] if kind.count == SHOWN + 3)
    assert client.get(more.url).context["cl"].result_count == SHOWN + 3
    rows = [dated.row for dated in page.context["to_do"]]
    assert rows[rows.index(more) - 1].button == "Translate"


def test_credits_that_wait_longest_are_first(programme: Programme, people: People) -> None:
    ltc = LongTermCare(programme, people, sessions=1)
    ltc.attend_all(ltc.ama)
    entry = CreditEntry.objects.get(person=ltc.ama)
    later = programme.session(programme.series("a-series-with-an-earlier-name"), 1, days=-5)
    entry.pk, entry.session, entry.written_at = None, later, entry.written_at + dt.timedelta(days=1)
    entry._state.adding = True
    CreditEntry.objects.bulk_create([entry])
    slugs = [row.series.slug for row in series_waiting(people.staff)]
    assert slugs == ["ltc-cop", "a-series-with-an-earlier-name"]
    assert slugs != sorted(Series.objects.filter(slug__in=slugs).values_list("slug", flat=True))
