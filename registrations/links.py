"""Signed links for emails, calendars and pages, with which a person joins a session or opens "My sessions"."""

import datetime as dt
import uuid

from django.core import signing
from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from accounts.links import MANAGE, RevokedLinkError, absolute_url, token_for
from accounts.models import Person
from echo_portal.lib.addresses import slug_address
from echo_portal.lib.text import email_key
from echo_portal.outbox.personal_links import personal
from registrations.models import Registration, TeamInvitation
from sessions.models import EnrollmentKey, Series

JOIN = signing.Signer(salt="registrations.links.join", sep=".")
# The signer of join links on the done page, where the mailbox is not proved. Sign the random public id, because the
# primary key would reveal when the person registered.
JOIN_FROM_FORM = signing.Signer(salt="registrations.links.join-from-form", sep=".")
# The signer of links to a material on a page that was opened by a personal link, where nobody is signed in.
MATERIAL = signing.TimestampSigner(salt="registrations.links.material", sep=".")
# The signer of links of invitations, whose mailbox has no profile yet.
TEAM = signing.Signer(salt="registrations.links.team", sep=".")
MATERIAL_LINK_LASTS = dt.timedelta(hours=1)


def form_url(series: Series, key: EnrollmentKey | None, language: str) -> str:
    """Return the absolute URL of the registration form in this language, which fills in the key if one is given."""
    query = f"?{urlencode({'key': key.text})}" if key else ""
    return absolute_url("register", language, slug=series.slug) + query


def material_path(material: uuid.UUID, person: Person) -> str:
    """Return the path of a material for this person, which is valid for an hour and while they have a place."""
    token = personal(str(MATERIAL.sign_object([material.hex, person.pk, person.link_version])))
    return reverse("material_link", kwargs={"material": material, "token": token})


def person_of_material_link(token: str, material: uuid.UUID) -> Person | None:
    """Return the person of a link to this material, or None if the link is forged, is too old, or was revoked."""
    try:
        found, pk, version = MATERIAL.unsign_object(token, max_age=MATERIAL_LINK_LASTS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if found != material.hex:
        return None
    return Person.objects.filter(pk=pk, link_version=version, is_active=True).first()


def join_token(registration: Registration) -> str:
    return personal(JOIN.sign(str(registration.pk)))


def form_join_token(registration: Registration) -> str:
    """Return the token of the joining link on the page after the form, which only the browser of the form can open."""
    return JOIN_FROM_FORM.sign(registration.public_id.hex)


def is_form_join_token(token: str) -> bool:
    """Return whether the token is valid and comes from the page that confirms a form, not from an email."""
    return _signed(token, JOIN_FROM_FORM) is not None


def registration_of_join_token(token: str) -> Registration | None:
    """Return the registration with its session, series and person, or None if the token is forged."""
    rows = Registration.objects.select_related("session__series__hub", "person")
    if (public_id := _signed(token, JOIN_FROM_FORM)) is not None:
        return rows.filter(public_id=public_id).first()
    pk = _signed(token, JOIN)
    return rows.filter(pk=int(pk)).first() if pk is not None and pk.isdecimal() else None


def _signed(token: str, signer: signing.Signer) -> str | None:
    try:
        return str(signer.unsign(token))
    except signing.BadSignature:
        return None


def registration_address(slug: str, *, session: int | None = None, key: str = "") -> str:
    """Return the URL of a series' form in the active language, with a session selected and a key filled in if given."""
    query = {name: value for name, value in (("session", session), ("key", key)) if value}
    return f"{slug_address('register', slug)}{'?' if query else ''}{urlencode(query)}"


def team_address(slug: str, *, key: str = "") -> str:
    """Return the URL of the form that invites colleagues to a series, with a key filled in if given."""
    return slug_address("register_team", slug) + (f"?{urlencode({'key': key})}" if key else "")


def join_url(registration: Registration, language: str) -> str:
    return absolute_url("join", language, token=join_token(registration))


def manage_url(person: Person, language: str) -> str:
    """Return the link that opens "My sessions" without signing in. Use it only in emails to this person."""
    return absolute_url("my_sessions_link", language, token=token_for(person, MANAGE))


def confirm_url(person: Person, language: str) -> str:
    """Return the link to the page with the button that proves the mailbox. Use it only in emails to this person."""
    return absolute_url("confirm_address", language, token=token_for(person, MANAGE))


def team_url(invitation: TeamInvitation, language: str) -> str:
    """Return the link with which a colleague answers their invitation. Use it only in the email to them."""
    value = f"{invitation.public_id.hex}-{_version_at(invitation.email)}"
    return absolute_url("answer_team", language, token=personal(TEAM.sign(value)))


def invitation_of_link(token: str) -> TeamInvitation:
    """Return the invitation to which the link belongs.

    Raises Http404 for a forged link. Raises RevokedLinkError if the invitation was deleted, or if the owner of the
    address has revoked their links, because accepting leads to "My sessions".
    """
    signed = _signed(token, TEAM)
    if signed is None:
        raise Http404
    public_id, _dash, version = signed.partition("-")
    rows = TeamInvitation.objects.filter(public_id=public_id).select_related("series__hub", "lead")
    row = rows.first()
    if row is None or version != str(_version_at(row.email)):
        raise RevokedLinkError
    return row


def _version_at(address: str) -> int:
    """Return the link version of the profile with this address, or 1 if there is no such profile."""
    versions = Person.objects.filter(email_key=email_key(address)).values_list("link_version", flat=True)
    return next(iter(versions), 1)


def answer_url(person: Person, addition: uuid.UUID, language: str) -> str:
    """Return the link to the page on which a person says whether they take part. Use it only in emails to them."""
    return absolute_url("answer_addition", language, token=token_for(person, MANAGE), addition=addition)


def manage_path(person: Person) -> str:
    return reverse("my_sessions_link", kwargs={"token": token_for(person, MANAGE)})
