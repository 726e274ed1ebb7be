"""People who want to be told when a series gets a date are told once, after they have proved their mailbox."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from echo_portal.outbox.models import Message
from proposals.actions import delete_old_watches, tell_of_dates
from proposals.links import WATCH
from proposals.models import DateWatch
from proposals.throttles import INQUIRIES_PER_MAILBOX
from registrations.models import Registration
from sessions.models import Series, Session
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.proposals.forms import email_of
from tests.refused import shown_again

pytestmark = pytest.mark.django_db

ZOE = {"email": "zoe@example.org"}


@pytest.fixture
def series(programme: Programme) -> Series:
    series = programme.series("rounds", ongoing=True)
    programme.session(series, 1, days=-7)
    return series


def ask(client: Client, series: Series, **form: str) -> int:
    return client.post(reverse("tell_me", kwargs={"slug": series.slug}), ZOE | form).status_code


def link_of(watch: DateWatch) -> str:
    token = WATCH.sign_object([watch.pk, watch.person.link_version])
    return reverse("date_watch", kwargs={"token": token})


def confirmed(client: Client, series: Series) -> DateWatch:
    assert ask(client, series) == 302
    watch = DateWatch.objects.select_related("person").get(told_at=None)
    client.post(link_of(watch), {"act": "confirm"})
    return watch


def add_date(programme: Programme, series: Series, **fields: str) -> Session:
    session = programme.session(series, 2, title_en="Delirium", **fields)
    Session.objects.filter(pk=session.pk).update(last_modified_at=timezone.now() - dt.timedelta(minutes=11))
    return session


def told() -> list[str]:
    return list(Message.objects.filter(kind="date-set").values_list("address", flat=True))


def test_person_is_told_once_and_registered_for_nothing(client: Client, series: Series, programme: Programme) -> None:
    confirmed(client, series)
    assert tell_of_dates(now=timezone.now()) == 0
    add_date(programme, series)
    assert [tell_of_dates(now=timezone.now()) for _time in range(2)] == [1, 0]
    assert told() == ["zoe@example.org"]
    email = email_of("date-set")
    assert "Series rounds" in email
    assert "Delirium" in email
    assert not Registration.objects.exists()


def test_email_to_confirm_does_not_say_that_its_reader_asked(
    client: Client, series: Series, programme: Programme
) -> None:
    assert ask(client, series) == 302
    email = email_of("date-watch")
    assert "Somebody gave this address in the form about the date of the series “Series rounds”." in email
    assert "You asked" not in email
    client.post(link_of(DateWatch.objects.select_related("person").get()), {"act": "confirm"})
    add_date(programme, series)
    tell_of_dates(now=timezone.now())
    assert "You asked to be told when the series “Series rounds” gets a date." in email_of("date-set")


def test_nobody_is_told_before_the_mailbox_is_proved(client: Client, series: Series, programme: Programme) -> None:
    ask(client, series)
    watch = DateWatch.objects.select_related("person").get()
    assert client.get(link_of(watch)).status_code == 200
    add_date(programme, series)
    assert tell_of_dates(now=timezone.now()) == 0
    client.post(link_of(watch), {"act": "confirm"})
    assert tell_of_dates(now=timezone.now()) == 1


def test_publication_of_the_last_ten_minutes_can_still_be_taken_back(
    client: Client, series: Series, programme: Programme
) -> None:
    confirmed(client, series)
    session = programme.session(series, 2)
    now = timezone.now()
    assert tell_of_dates(now=now + dt.timedelta(minutes=9)) == 0
    Session.objects.filter(pk=session.pk).update(state="draft")
    assert tell_of_dates(now=now + dt.timedelta(hours=1)) == 0
    Session.objects.filter(pk=session.pk).update(state="published")
    assert tell_of_dates(now=now + dt.timedelta(hours=1)) == 1


@pytest.mark.parametrize("fields", [{"state": "draft"}, {"state": "cancelled"}, {"on_date": None, "at": ""}], ids=str)
def test_session_that_gives_no_date_tells_nobody(
    client: Client, series: Series, programme: Programme, fields: dict[str, str]
) -> None:
    confirmed(client, series)
    add_date(programme, series, **fields)
    assert tell_of_dates(now=timezone.now()) == 0


def test_asking_twice_stores_one_request_and_writes_one_email(client: Client, series: Series) -> None:
    assert [ask(client, series) for _time in range(2)] == [302, 302]
    assert (DateWatch.objects.count(), Message.objects.filter(kind="date-watch").count()) == (1, 1)
    assert "Series rounds" in email_of("date-watch")


def test_signed_in_person_needs_no_email(client: Client, series: Series, people: People) -> None:
    client.force_login(people.ama)
    assert ask(client, series, email=people.ama.email) == 302
    watch = DateWatch.objects.get()
    assert (watch.person, watch.email, watch.confirmed_at is None) == (people.ama, people.ama.email, False)
    assert Message.objects.count() == 0


def test_series_with_a_date_takes_no_request(client: Client, series: Series, programme: Programme) -> None:
    Series.objects.update(ongoing=False)
    add_date(programme, series)
    url = reverse("tell_me", kwargs={"slug": series.slug})
    assert "This series has a date." in shown_again(client, client.post(url, ZOE)).content.decode()
    assert DateWatch.objects.count() == 0
    assert url not in client.get(reverse("series", kwargs={"slug": series.slug})).content.decode()


def test_open_ended_series_with_a_date_takes_requests_about_the_next_one(
    client: Client, series: Series, programme: Programme
) -> None:
    add_date(programme, series)
    url = reverse("tell_me", kwargs={"slug": series.slug})
    page = client.get(reverse("series", kwargs={"slug": series.slug})).content.decode()
    assert "This series is open-ended: more dates follow." in page
    assert f'<a href="{url}">Tell me of the next date</a>' in page
    assert "we write to you of the next one" in client.get(url).content.decode()
    confirmed(client, series)
    later = timezone.now() + dt.timedelta(hours=1)
    assert tell_of_dates(now=later) == 0, "they know the date of session 2"
    programme.session(series, 3, days=5, title_en="Earlier than session 2")
    assert tell_of_dates(now=later) == 0
    programme.session(series, 4, days=14, title_en="Nausea")
    assert [tell_of_dates(now=later) for _time in range(2)] == [1, 0]
    email = email_of("date-set")
    assert "has another date" in email
    assert "Nausea" in email
    assert "Delirium" not in email


def test_words_about_a_series_with_a_date_are_about_the_next_one(
    client: Client, series: Series, programme: Programme
) -> None:
    add_date(programme, series)
    url = reverse("tell_me", kwargs={"slug": series.slug})
    ask(client, series)
    watch = DateWatch.objects.select_related("person").get()
    email = email_of("date-watch")
    assert "Shall we tell you of the next date?" in email
    assert "about the next date of the series “Series rounds”" in email
    pages = [client.get(address).content.decode() for address in (f"{url}?sent=1", link_of(watch))]
    pages.append(client.post(link_of(watch), {"act": "confirm"}).content.decode())
    assert ["about the next date." in page for page in pages] == [True] * 3
    assert ["when there is a date" in page for page in pages] == [False] * 3
    titles = [" ".join(page.split("<title>")[1].partition("</title>")[0].split()) for page in pages]
    assert [title.startswith("Tell me of the next date – Series rounds") for title in titles] == [True] * 3
    programme.session(series, 4, days=14, title_en="Nausea")
    tell_of_dates(now=timezone.now() + dt.timedelta(hours=1))
    email = email_of("date-set")
    assert "There is another date" in email
    assert "You asked to be told of the next date of the series “Series rounds”." in email


def test_series_without_a_date_links_to_the_form(client: Client, series: Series) -> None:
    page = client.get(reverse("series", kwargs={"slug": series.slug})).content.decode()
    assert reverse("tell_me", kwargs={"slug": series.slug}) in page


def test_person_can_end_the_request_behind_the_link(client: Client, series: Series, programme: Programme) -> None:
    watch = confirmed(client, series)
    add_date(programme, series)
    tell_of_dates(now=timezone.now())
    client.post(link_of(watch), {"act": "end"})
    assert (DateWatch.objects.count(), Message.objects.get(kind="date-set").state) == (0, "cancelled")
    assert client.get(link_of(watch)).status_code == 410


def test_series_that_is_not_published_has_no_form(client: Client, programme: Programme) -> None:
    draft = programme.series("draft", state="draft")
    assert ask(client, draft) == 404


@pytest.mark.parametrize(
    "form", [{"email": ""}, {"email": "x"}, {"email": "zoe@gmial.com"}, {"website": "spam"}], ids=str
)
def test_impossible_request_is_refused(client: Client, series: Series, form: dict[str, str]) -> None:
    assert ask(client, series, **form) == 303
    assert (DateWatch.objects.count(), Message.objects.count()) == (0, 0)


def test_mailbox_beyond_its_limit_gets_no_more_emails(client: Client, series: Series) -> None:
    for _form in range(INQUIRIES_PER_MAILBOX.tries):
        INQUIRIES_PER_MAILBOX.reserve("zoe@example.org")
    assert (ask(client, series), DateWatch.objects.count()) == (303, 0)


def test_requests_about_a_date_are_deleted_after_two_weeks_or_a_month(
    client: Client, series: Series, programme: Programme
) -> None:
    now = timezone.now()
    confirmed(client, series)
    ask(client, series, email="b@example.org")
    add_date(programme, series)
    tell_of_dates(now=now)
    assert delete_old_watches(now + dt.timedelta(days=13)) == 0
    assert delete_old_watches(now + dt.timedelta(days=15)) == 1
    assert delete_old_watches(now + dt.timedelta(days=31)) == 1


def test_page_that_publishes_a_session_says_how_many_are_told(
    client: Client, series: Series, programme: Programme, people: People
) -> None:
    confirmed(client, series)
    draft = programme.session(series, 2, state="draft")
    desk = signed_in_client(people.coordinator(programme.national))
    page = desk.get(reverse("admin:echo_sessions_session_publish", args=(draft.pk,))).content.decode()
    assert "1 person asked to be told of a date." in page
