"""Signed links of one registration: its join link, used in emails and calendars."""

from django.core import signing
from django.urls import reverse

from accounts.links import MANAGE, absolute_url, token_for
from accounts.models import Person
from echo_portal.outbox.personal_links import personal
from registrations.models import Registration

JOIN = signing.Signer(salt="registrations.links.join", sep=".")


def join_token(registration: Registration) -> str:
    return personal(JOIN.sign(str(registration.pk)))


def registration_of_join_token(token: str) -> Registration | None:
    """Return the registration with session, series and person; None for a forged token."""
    try:
        pk = int(JOIN.unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    return Registration.objects.select_related("session__series__hub", "person").filter(pk=pk).first()


def join_url(registration: Registration, language: str) -> str:
    return absolute_url("join", language, token=join_token(registration))


def manage_url(person: Person, language: str) -> str:
    """Return the link to "my sessions" without signing in; only for emails to this person."""
    return absolute_url("my_sessions_link", language, token=token_for(person, MANAGE))


def confirm_url(person: Person, language: str) -> str:
    """Return the link to the page with the button that proves the mailbox; only for emails to this person."""
    return absolute_url("confirm_address", language, token=token_for(person, MANAGE))


def manage_path(person: Person) -> str:
    return reverse("my_sessions_link", kwargs={"token": token_for(person, MANAGE)})
