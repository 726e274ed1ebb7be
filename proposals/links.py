"""Signed links for following an inquiry and for requests about dates, without signing in."""

import dataclasses

from django.core import signing

from accounts.links import RevokedLinkError, absolute_url, values_of_link
from accounts.models import Person
from echo_portal.outbox.personal_links import personal
from proposals.models import CoAuthor, DateWatch, Inquiry

WATCH = signing.Signer(salt="proposals.links.watch", sep=".")
FOLLOW = signing.Signer(salt="proposals.links.follow", sep=".")


@dataclasses.dataclass(frozen=True)
class Reader:
    """The person to whom a link belongs: the sender (then `co_author` is None) or a co-author of the inquiry."""

    inquiry: Inquiry
    person: Person
    co_author: CoAuthor | None

    @property
    def is_sender(self) -> bool:
        return self.co_author is None

    @property
    def has_confirmed(self) -> bool:
        return self.inquiry.is_proved and (self.co_author is None or self.co_author.joined_at is not None)


def token_of(inquiry: Inquiry, person: Person) -> str:
    return personal(str(FOLLOW.sign_object([inquiry.pk, person.pk, person.link_version])))


def follow_url(inquiry: Inquiry, person: Person, language: str) -> str:
    """Return the link for an email to this author. It becomes invalid when their links are revoked."""
    return absolute_url("inquiry", language, token=token_of(inquiry, person))


def reader_of_link(token: str) -> Reader:
    """Return the person to whom the link belongs, with the inquiry and its hub.

    Raises Http404 if the link is incomplete or forged. Raises RevokedLinkError if the person's links were revoked, if
    they are no longer an author, or if the inquiry was deleted.
    """
    pk, person_id, version = values_of_link(token, FOLLOW)
    person = Person.objects.filter(pk=person_id, link_version=version, is_active=True).first()
    inquiry = Inquiry.objects.filter(pk=pk).select_related("hub", "person").first()
    if person is None or inquiry is None:
        raise RevokedLinkError
    if person.pk == inquiry.person_id:
        return Reader(inquiry, person, None)
    co_author = inquiry.co_authors.filter(person=person).select_related("inquiry", "person").first()
    if co_author is None:
        raise RevokedLinkError
    return Reader(inquiry, person, co_author)


def watch_url(watch: DateWatch, language: str) -> str:
    """Return the link with which a person confirms or ends a request. It may be used only in emails to that person."""
    token = personal(str(WATCH.sign_object([watch.pk, watch.person.link_version])))
    return absolute_url("date_watch", language, token=token)


def watch_of_link(token: str) -> DateWatch:
    """Return the request to which the link belongs.

    Raises Http404 for a forged link, and RevokedLinkError if the link was revoked or the request was deleted.
    """
    pk, version = values_of_link(token, WATCH)
    rows = DateWatch.objects.filter(pk=pk, person__link_version=version, person__is_active=True)
    row = rows.select_related("series__hub", "person").first()
    if row is None:
        raise RevokedLinkError
    return row
