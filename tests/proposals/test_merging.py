"""When two profiles are merged, the kept person has the inquiries of both, each of them once."""

import pytest
from django.test import Client
from django.utils import timezone

from credits.actions import merge_people
from proposals.actions import comment, confirm_inquiry, invite_author, join_idea, watch_series
from proposals.models import CoAuthor, DateWatch, Inquiry, InquiryEntry
from tests.builders import Programme, enroll
from tests.people import People
from tests.proposals.forms import link_of, sent_idea

pytestmark = pytest.mark.django_db


def confirmed(programme: Programme, email: str) -> Inquiry:
    receipt = sent_idea(programme.bc, email=email)
    return confirm_inquiry(inquiry=Inquiry.objects.get(pk=receipt.answer["inquiry"]))


def test_what_the_closed_profile_confirmed_stays_confirmed(programme: Programme, people: People) -> None:
    kept, gone = people.ama, people.make("ama.work@example.org", "Ama Okpik")
    idea, series = confirmed(programme, "zoe@example.org"), programme.series("undated")
    for person in (kept, gone):
        author = invite_author(inquiry=idea, name="Ama", email=person.email, by=idea.person)
        watch_series(series=series, email=person.email, signed_in=None, network="192.0.2.1")
    join_idea(author=author)
    DateWatch.objects.filter(person=gone).update(confirmed_at=timezone.now())
    merge_people(kept=kept, gone=gone, by=people.staff)
    assert (CoAuthor.objects.joined().get().person, DateWatch.objects.get().person) == (kept, kept)
    assert DateWatch.objects.get().confirmed_at is not None


def test_kept_person_has_the_inquiries_of_both_profiles_once(
    client: Client, programme: Programme, people: People
) -> None:
    kept, gone = people.ama, people.make("ama.work@example.org", "Ama Okpik")
    series, (session,) = programme.open_series(sessions=1)
    enroll(kept, series, session)
    own, other = confirmed(programme, gone.email), confirmed(programme, "zoe@example.org")
    comment(inquiry=own, text="Mine", by=gone)
    invite_author(inquiry=own, name="Ama", email=kept.email, by=gone)
    for email in (kept.email, gone.email):
        invite_author(inquiry=other, name="Ama", email=email, by=other.person)
    undated = programme.series("undated")
    for email in (kept.email, gone.email):
        watch_series(series=undated, email=email, signed_in=None, network="192.0.2.1")
    merge_people(kept=kept, gone=gone, by=people.staff)
    own.refresh_from_db()
    assert (own.person, InquiryEntry.objects.get().by) == (kept, kept)
    assert list(CoAuthor.objects.values_list("inquiry", "person")) == [(other.pk, kept.pk)]
    assert list(DateWatch.objects.values_list("person", flat=True)) == [kept.pk]
    assert (client.get(link_of(own, kept)).status_code, client.get(link_of(own, gone)).status_code) == (200, 410)
