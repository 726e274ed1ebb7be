"""A lead invites colleagues. Until a colleague accepts, nothing is stored about them and only one email is sent."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import revoke_links
from accounts.models import AuditEvent, Consent, Person
from accounts.throttles import TEAM_FORMS_IN_ALL, TEAM_FORMS_PER_NETWORK, TEAM_INVITATIONS_PER_MAILBOX
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from echo_portal.outbox.previews import preview
from registrations.actions import accept_invitation, delete_old_invitations
from registrations.links import team_url
from registrations.models import Enrollment, Registration, TeamInvitation
from registrations.rules import MOST_INVITED_A_DAY
from sessions.models import EnrollmentKey, Series, Session
from tests.builders import Programme, enroll
from tests.people import People
from tests.refused import shown_again

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(programme: Programme) -> Series:
    return programme.open_series("psw-cop", sessions=3)[0]


@pytest.fixture
def lead(client: Client, people: People) -> Person:
    client.force_login(people.ama)
    return people.ama


def url_of(series: Series) -> str:
    return reverse("register_team", kwargs={"slug": series.slug})


def form(series: Series, *emails: str, **changes: Any) -> dict[str, Any]:
    people: dict[str, Any] = {}
    for number, email in enumerate(emails or ("nia@example.org", "zoe@example.org"), start=1):
        people |= {f"name_{number}": f"Colleague {number}", f"email_{number}": email}
    sessions = list(series.sessions.order_by("number").values_list("pk", flat=True)[:2])
    return {"form_key": str(uuid.uuid4()), "sessions": sessions, **people, **changes}


def invite(client: Client, series: Series, *emails: str, **changes: Any) -> Any:
    answer = client.post(url_of(series), form(series, *emails, **changes))
    assert answer.status_code == 302, answer.content.decode()
    return answer


def link_of(row: TeamInvitation) -> str:
    return urlsplit(team_url(row, "en")).path


def answer(row: TeamInvitation, word: str) -> Any:
    return Client().post(link_of(row), {"answer": word})


def email_of(row: TeamInvitation) -> str:
    message = Message.objects.get(kind="team-invitation", about=row.about)
    rendered = preview(message, "en", scope_ids=None)
    return f"{rendered.subject}\n{rendered.text}"


def written() -> list[tuple[str, str]]:
    return sorted(Message.objects.values_list("kind", "address"))


def test_each_colleague_gets_one_email_and_nothing_else_is_stored(client: Client, series: Series, lead: Person) -> None:
    before = Person.objects.count()
    invite(client, series)
    assert written() == [("team-invitation", "nia@example.org"), ("team-invitation", "zoe@example.org")]
    counts = [model.objects.count() for model in (Registration, Enrollment, Consent)]
    assert (counts, Person.objects.count()) == ([0, 0, 0], before)


def test_email_names_the_lead_and_no_word_that_was_typed(client: Client, series: Series, lead: Person) -> None:
    invite(client, series, "nia@example.org", name_1="Buy pills now")
    email = email_of(TeamInvitation.objects.get())
    assert "Ama Okpik (ama@example.org) would like to register you" in email
    assert "pills" not in email
    assert "Series psw-cop" in email


def test_name_of_a_lead_that_is_an_advertisement_is_not_mailed(client: Client, series: Series, lead: Person) -> None:
    Person.objects.filter(pk=lead.pk).update(name="Pills at pills.example/now")
    invite(client, series, "nia@example.org")
    email = email_of(TeamInvitation.objects.get())
    assert "pills" not in email.lower()
    assert "ama@example.org would like to register you" in email


def test_invited_colleague_can_choose_the_time_zone_of_the_hours(client: Client, series: Series, lead: Person) -> None:
    invite(client, series)
    link, guest = link_of(TeamInvitation.objects.get(email="nia@example.org")), Client()
    assert f'action="{reverse("set_time_zone")}"' in guest.get(link).content.decode()
    answer = guest.post(reverse("set_time_zone"), {"zone": "America/Regina", "next": link})
    assert answer["Location"] == link
    assert "Saskatchewan time" in guest.get(link).content.decode().split("<main")[1].split("</ul>")[0]


def test_yes_registers_the_colleague_with_their_own_consent(client: Client, series: Series, lead: Person) -> None:
    invite(client, series)
    row = TeamInvitation.objects.get(email="nia@example.org")
    assert Client().get(link_of(row)).status_code == 200
    assert Registration.objects.count() == 0, "opening the link answers nothing"
    assert answer(row, "yes").status_code == 302
    nia = Person.objects.get(email="nia@example.org")
    assert (nia.name, nia.is_proved, Registration.objects.filter(person=nia).count()) == ("Colleague 1", True, 2)
    consent = Consent.objects.get()
    assert (consent.person, consent.kind, consent.confirmed_at is None) == (nia, "privacy", False)
    assert ("confirmation", "nia@example.org") in written()
    assert not Registration.objects.exclude(person=nia).exists()


def test_second_yes_changes_nothing(client: Client, series: Series, lead: Person) -> None:
    invite(client, series, "nia@example.org")
    row = TeamInvitation.objects.get()
    answer(row, "yes")
    before = written()
    assert answer(row, "yes").status_code == 200
    assert accept_invitation(invitation=row, page_language="en").email == "nia@example.org", "two tabs at once"
    assert (written(), Registration.objects.count()) == (before, 2)


def test_no_ends_the_invitation_and_creates_no_profile(client: Client, series: Series, lead: Person) -> None:
    invite(client, series, "nia@example.org")
    row = TeamInvitation.objects.get()
    page = answer(row, "no").content.decode()
    assert "You are not registered" in page
    answer(row, "yes")
    assert (Registration.objects.count(), Message.objects.get().state) == (0, "cancelled")
    assert not Person.objects.filter(email="nia@example.org").exists()


def test_lead_learns_nothing_about_the_colleagues(client: Client, series: Series, lead: Person, people: People) -> None:
    enroll(people.luc, series, *series.sessions.all())
    pages = [client.get(invite(client, series, email)["Location"]) for email in (people.luc.email, "new@example.org")]
    texts = {page.content.decode().partition("<main")[2] for page in pages}
    assert len(texts) == 1
    answer(TeamInvitation.objects.get(email="new@example.org"), "yes")
    assert client.get(url_of(series)).content.decode().count("new@example.org") == 0


def test_profile_of_a_known_colleague_stays_as_it_is(
    client: Client, series: Series, lead: Person, people: People
) -> None:
    invite(client, series, people.luc.email, name_1="Somebody else")
    message = Message.objects.get()
    assert message.language == "fr", "the language of the profile"
    answer(TeamInvitation.objects.get(), "yes")
    luc = Person.objects.get(pk=people.luc.pk)
    assert (luc.name, luc.language, Registration.objects.filter(person=luc).count()) == ("Luc Bélanger", "fr", 2)


def test_all_sessions_cover_those_that_are_added_later(client: Client, series: Series, lead: Person) -> None:
    everything = list(series.sessions.values_list("pk", flat=True))
    invite(client, series, "nia@example.org", sessions=everything)
    answer(TeamInvitation.objects.get(), "yes")
    assert Enrollment.objects.get().covers_later_sessions is True


def test_invitation_keeps_no_place_in_a_full_session(
    client: Client, programme: Programme, lead: Person, people: People
) -> None:
    full = programme.session(programme.series("small"), 1, days=3, capacity=1)
    invite(client, full.series, "nia@example.org", sessions=[full.pk])
    enroll(people.luc, full.series, full)
    answer(TeamInvitation.objects.get(), "yes")
    states = Registration.objects.order_by("pk").values_list("person__email", "state")
    assert list(states) == [("luc@example.org", "registered"), ("nia@example.org", "waiting")]


def test_session_that_was_cancelled_meanwhile_is_left_out(client: Client, series: Series, lead: Person) -> None:
    invite(client, series, "nia@example.org")
    row = TeamInvitation.objects.get()
    first, second = row.sessions.order_by("number")
    Session.objects.filter(pk=first.pk).update(state="cancelled")
    answer(row, "yes")
    assert list(Registration.objects.values_list("session", flat=True)) == [second.pk]


def test_yes_to_sessions_that_are_all_cancelled_is_refused(client: Client, series: Series, lead: Person) -> None:
    invite(client, series, "nia@example.org")
    Session.objects.update(state="cancelled")
    page = answer(TeamInvitation.objects.get(), "yes")
    assert (page.status_code, "held or cancelled" in page.content.decode()) == (422, True)
    assert not Person.objects.filter(email="nia@example.org").exists()


def test_yes_after_a_no_in_another_tab_creates_no_profile(client: Client, series: Series, lead: Person) -> None:
    invite(client, series, "nia@example.org")
    row = TeamInvitation.objects.get()
    answer(row, "no")
    with pytest.raises(Refusal, match="has been answered or has expired"):
        accept_invitation(invitation=row, page_language="en")
    assert not Person.objects.filter(email="nia@example.org").exists()


def test_link_of_an_invitation_ends_when_the_colleague_revokes_their_links(
    client: Client, series: Series, lead: Person, people: People
) -> None:
    invite(client, series, people.luc.email)
    link = link_of(TeamInvitation.objects.get())
    assert Client().get(link).status_code == 200
    revoke_links(person=people.luc, by=people.luc)
    assert Client().get(link).status_code == 410
    assert Client().post(link, {"answer": "yes"}).status_code == 410
    assert not Registration.objects.filter(person=people.luc).exists()


def test_unanswered_invitation_expires_and_is_deleted(client: Client, series: Series, lead: Person) -> None:
    invite(client, series, "nia@example.org")
    row = TeamInvitation.objects.get()
    assert delete_old_invitations(timezone.now() + dt.timedelta(days=13)) == 0
    TeamInvitation.objects.update(invited_at=timezone.now() - dt.timedelta(days=15), expires_at=timezone.now())
    assert "This invitation has expired" in Client().get(link_of(row)).content.decode()
    answer(row, "yes")
    assert Registration.objects.count() == 0
    assert delete_old_invitations(timezone.now()) == 1
    assert Client().get(link_of(row)).status_code == 410


def test_keyed_series_needs_a_valid_key_from_the_lead_only(client: Client, programme: Programme, lead: Person) -> None:
    series, _sessions = programme.open_series("ltc", sessions=2, registration_mode="key")
    key = programme.key(series, "LTC2122", max_uses=1)
    refused = client.post(url_of(series), form(series, enrollment_key="WRONG"))
    assert "No series has this key" in shown_again(client, refused).content.decode()
    invite(client, series, "nia@example.org", "zoe@example.org", enrollment_key="ltc 2122")
    first, second = TeamInvitation.objects.order_by("email")
    answer(first, "yes")
    assert Enrollment.objects.get().enrollment_key == key
    page = answer(second, "yes").content.decode()
    assert "used as many times as it can be" in page
    EnrollmentKey.objects.update(max_uses=2)
    assert answer(second, "yes").status_code == 302


def test_page_of_the_series_leads_to_the_form_with_the_printed_key(client: Client, programme: Programme) -> None:
    series, _sessions = programme.open_series("ltc", sessions=2, registration_mode="key")
    programme.key(series, "LTC2122")
    page = client.get(reverse("series", kwargs={"slug": "ltc"})).content.decode()
    assert f'href="{url_of(series)}?key=LTC2122"' in page


def test_nobody_is_invited_twice_to_a_series(client: Client, series: Series, lead: Person) -> None:
    invite(client, series, "nia@example.org")
    invite(client, series, "NIA@example.org ", "zoe@example.org")
    assert [address for _kind, address in written()] == ["nia@example.org", "zoe@example.org"]


def test_form_sent_twice_invites_once(client: Client, series: Series, lead: Person) -> None:
    values = form(series)
    locations = {client.post(url_of(series), values)["Location"] for _time in range(2)}
    assert (len(locations), TeamInvitation.objects.count()) == (1, 2)
    assert client.post(url_of(series), values | {"name_1": "Other"}).status_code == 409


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name_1": "", "email_1": ""}, "Write the email address."),
        ({"name_2": "x", "email_2": ""}, "Write the email address."),
        ({"email_1": ""}, "Write the email address."),
        ({"name_1": ""}, "Write the name."),
        ({"email_1": "nia"}, "Write an email address like"),
        ({"email_1": "nia@gmial.com"}, "Did you mean nia@gmail.com?"),
        ({"email_1": "zoe@example.org"}, "This address is in the form twice."),
        ({"email_1": "ama@example.org"}, "This is your own address."),
        ({"sessions": []}, "Choose at least one session."),
        ({"sessions": ["999999"]}, "Choose sessions from the list."),
        ({"form_key": "x"}, "This page is too old."),
    ],
)
def test_impossible_form_is_refused_with_a_sentence(
    client: Client, series: Series, lead: Person, changes: dict[str, Any], sentence: str
) -> None:
    page = shown_again(client, client.post(url_of(series), form(series) | changes))
    assert sentence in page.content.decode()
    assert (TeamInvitation.objects.count(), Message.objects.count()) == (0, 0)


def test_doubtful_addresses_are_accepted_when_the_form_is_sent_again(
    client: Client, series: Series, lead: Person
) -> None:
    doubtful = ["nia@gmial.com", "zoe@gmial.com"]
    values = form(series, *doubtful)
    page = shown_again(client, client.post(url_of(series), values)).content.decode()
    assert [f'name="doubted" value="{email}"' in page for email in doubtful] == [True, True]
    assert client.post(url_of(series), values | {"doubted": doubtful}).status_code == 302


def test_lead_without_a_name_is_asked_for_it(client: Client, series: Series, lead: Person) -> None:
    Person.objects.filter(pk=lead.pk).update(name="")
    opened = client.get(url_of(series)).content.decode()
    assert (f"({lead.email})" in opened, 'name="lead_name"' in opened) == (True, True)
    page = shown_again(client, client.post(url_of(series), form(series)))
    assert "Write your name." in page.content.decode()
    invite(client, series, "nia@example.org", lead_name="  Ama  Owusu ")
    assert Person.objects.get(pk=lead.pk).name == "Ama Owusu"
    assert "Ama Owusu" in email_of(TeamInvitation.objects.get())


def test_lead_with_a_name_is_not_asked_and_keeps_it(client: Client, series: Series, lead: Person) -> None:
    assert 'name="lead_name"' not in client.get(url_of(series)).content.decode()
    invite(client, series, lead_name="Somebody else")
    assert Person.objects.get(pk=lead.pk).name == lead.name


def test_guest_is_asked_to_sign_in(series: Series) -> None:
    answered = Client().post(url_of(series), form(series))
    assert answered["Location"].startswith(reverse("sign_in"))
    assert TeamInvitation.objects.count() == 0


def test_lead_beyond_thirty_colleagues_a_day_is_refused(client: Client, series: Series, lead: Person) -> None:
    now = timezone.now()
    TeamInvitation.objects.bulk_create(
        TeamInvitation(series=series, lead=lead, name="X", email=f"x{n}@example.org", email_key=f"x{n}@example.org",
                       invited_at=now, expires_at=now + dt.timedelta(days=1))
        for n in range(MOST_INVITED_A_DAY - 1)
    )  # fmt: skip
    page = shown_again(client, client.post(url_of(series), form(series)))
    assert "You can invite 30 colleagues a day; you invited 29 today." in page.content.decode()
    invite(client, series, "nia@example.org")


@pytest.mark.parametrize(
    ("limit", "subject"), [(TEAM_FORMS_PER_NETWORK, "127.0.0.1"), (TEAM_FORMS_IN_ALL, "all")], ids=["network", "all"]
)
def test_forms_beyond_a_limit_are_refused(
    client: Client, series: Series, lead: Person, limit: Any, subject: str
) -> None:
    for _form in range(limit.tries):
        limit.reserve(subject)
    assert (client.post(url_of(series), form(series)).status_code, Message.objects.count()) == (303, 0)


def test_mailbox_with_many_invitations_today_gets_no_more(client: Client, series: Series, lead: Person) -> None:
    for _form in range(TEAM_INVITATIONS_PER_MAILBOX.tries):
        TEAM_INVITATIONS_PER_MAILBOX.reserve("nia@example.org")
    invite(client, series, "nia+team@example.org", "zoe@example.org")
    assert written() == [("team-invitation", "zoe@example.org")]


def test_every_answer_is_in_the_history_without_names(client: Client, series: Series, lead: Person) -> None:
    invite(client, series)
    answer(TeamInvitation.objects.get(email="nia@example.org"), "yes")
    answer(TeamInvitation.objects.get(email="zoe@example.org"), "no")
    events = AuditEvent.objects.filter(verb__startswith="team-").order_by("pk")
    assert [(event.verb, event.details) for event in events] == [
        ("team-invited", {"people": 2}),
        ("team-accepted", {}),
        ("team-declined", {}),
    ]


def test_series_that_is_not_published_has_no_form(client: Client, programme: Programme, lead: Person) -> None:
    assert client.get(url_of(programme.series("draft", state="draft"))).status_code == 404
