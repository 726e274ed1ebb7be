"""Actions that write people: proving a mailbox, consent, sign-in codes, profiles and the audit trail."""

import dataclasses
import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import F, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import AuditEvent, Consent, ConsentKind, FormReceipt, Person, SignInCode
from accounts.policies import current_policy
from accounts.throttles import (
    CODES_PER_MAILBOX,
    CODES_PER_MAILBOX_AND_NETWORK,
    CODES_PER_MAILBOX_IN_KNOWN_BROWSERS,
    delete_old_windows,
    mailbox_of,
)
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.logs import current_request_id
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.sealed import keyed_hash
from echo_portal.lib.text import email_key, may_be_one_name, sort_key_of
from echo_portal.lib.zones import zone_within
from echo_portal.outbox.actions import hand_over, write_in_language, write_message

log = structlog.get_logger(__name__)

CODE_LIFETIME = dt.timedelta(minutes=10)
MAX_TRIES = 3
SIGN_IN_KIND = "sign-in-code"


def record(
    verb: str,
    *,
    about: str,
    by: Person | None,
    scope_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add an audit event in the caller's transaction. `details` contains ids and states, never personal values."""
    insert_unless_there(
        AuditEvent(
            actor_id=by.pk if by else None,
            verb=verb,
            about=about,
            scope_id=scope_id,
            details=details or {},
            request_id=current_request_id(),
        )
    )


def changed_values(before: Model, after: Model, names: Iterable[str]) -> dict[str, list[Any]]:
    """Return the stored values of these fields before and after a change, for the details of an audit event."""
    values = {name: [getattr(row, name) for row in (before, after)] for name in names}
    return {
        name: [one if one is None or isinstance(one, bool | int) else str(one) for one in pair]
        for name, pair in values.items()
    }


@dataclasses.dataclass(frozen=True)
class Details:
    """The values of a form about a person. An empty string means that the form had no such field."""

    name: str
    email: str
    language: str
    profession: str = ""
    province: str = ""
    time_zone: str = ""


@transaction.atomic(savepoint=False)
def person_for_form(*, details: Details, signed_in: Person | None) -> tuple[Person, bool]:
    """Return the person with this address, with their row locked, and whether the row is new.

    If `signed_in` is given, that person is updated and returned. A form never changes the profile of a person who has
    proved their mailbox, unless they sent it themselves. An unproved profile gets the latest values (PRODUCT.md 1). It
    keeps its own if the form has the name of another person, because two people may share a mailbox.
    """
    if signed_in is not None:
        person = Person.objects.select_for_update(no_key=True).get(pk=signed_in.pk)
        _apply_details(person, details)
        return person, False
    new_person = Person(**dataclasses.asdict(details))
    new_person.set_unusable_password()
    new_person.email = new_person.email.strip()
    new_person.email_key = email_key(new_person.email)
    new_person.sort_key = sort_key_of(new_person.name)
    if insert_unless_there(new_person):
        return new_person, True
    person = Person.objects.at_address(new_person.email).select_for_update(no_key=True).get()
    if not person.is_proved and may_be_one_name(person.name, details.name):
        _apply_details(person, details)
    return person, False


@transaction.atomic(savepoint=False)
def person_at_address(*, email: str, name: str, language: str) -> Person:
    """Return the person with this address. If there is none, create an unproved profile with this name and language.

    An existing profile is never changed.
    """
    person = Person(name=name, email=email.strip(), email_key=email_key(email), language=language)
    person.sort_key = sort_key_of(name)
    person.set_unusable_password()
    return person if insert_unless_there(person) else Person.objects.at_address(email).get()


@transaction.atomic(savepoint=False)
def people_at_addresses(details: Sequence[Details]) -> list[Person]:
    """Return the people with these addresses, in the same order; create unproved profiles for those that are missing.

    An existing profile is never changed. The number of SQL statements does not depend on the number of people.
    """
    fresh = [Person(**dataclasses.asdict(one)) for one in details]
    for person in fresh:
        person.set_unusable_password()
        person.email = person.email.strip()
        person.email_key = email_key(person.email)
        person.sort_key = sort_key_of(person.name)
    in_order = sorted(
        fresh, key=lambda person: person.email_key
    )  # as in any other call, so that none waits for another
    Person.objects.bulk_create(in_order, ignore_conflicts=True)
    found = Person.objects.select_related("merged_into").filter(email_key__in=[one.email_key for one in fresh])
    by_key = {person.email_key: person.merged_into or person for person in found}
    return [by_key[person.email_key] for person in fresh]


def _apply_details(person: Person, details: Details) -> None:
    """Save the form's non-empty values, except the address. Queued messages are rewritten if the language changes.

    A stored time zone that the given province does not have is replaced or removed (ADR 7).
    """
    given = {name: getattr(details, name) for name in ("name", "language", "profession", "province", "time_zone")}
    changed = {name: value for name, value in given.items() if value and value != getattr(person, name)}
    if details.province:
        zone = zone_within(details.time_zone or person.time_zone, details.province)
        changed |= {"time_zone": zone} if zone != person.time_zone else {}
    if not changed:
        return
    for name, value in changed.items():
        setattr(person, name, value)
    person.save()
    if "language" in changed:
        write_in_language(person_id=person.pk, language=person.language)


def give_consent(*, person: Person, kind: ConsentKind, language: str, source: str, at: dt.datetime) -> None:
    """Record consent to the current version of a policy. A second call changes nothing until it is withdrawn."""
    insert_unless_there(
        Consent(
            person=person,
            kind=kind,
            text_version=current_policy(kind).version,
            text_language=language,
            source=source,
            given_at=at,
        )
    )


class RepeatedForm(Exception):
    """The idempotency key of this form was used before. `same` is whether the content was the same."""

    def __init__(self, receipt: FormReceipt, *, same: bool) -> None:
        super().__init__(receipt.pk)
        self.receipt = receipt
        self.same = same


def claim_form_key(*, key: Any, form: str, content: str) -> FormReceipt:
    """Claim an idempotency key in the caller's transaction and return its receipt.

    Raises RepeatedForm if the key was used before. Concurrent calls with the same key wait for the first transaction:
    if it commits, they raise RepeatedForm with its receipt; if it rolls back (a refused form), the next one proceeds.
    """
    fingerprint = keyed_hash(content, purpose=f"form.{form}")
    receipt = FormReceipt(key=key, form=form, fingerprint=fingerprint)
    if insert_unless_there(receipt):
        return receipt
    stored = FormReceipt.objects.get(key=key)
    raise RepeatedForm(stored, same=stored.fingerprint == fingerprint and stored.form == form)


def request_sign_in_code(
    *, email: str, language: str, next_path: str = "", network: str = "", in_known_browser: bool = False
) -> str:
    """Queue an email with a code and a link to this mailbox, and return the key that binds the code to this browser.

    It goes to the spelling that its owner has proved, if any: some mail servers distinguish capitals.

    The result is the same for known and unknown addresses. Raises Refusal beyond the mailbox's limit. Then nothing is
    queued, and the previous code still works.
    """
    if not _may_have_code(mailbox_of(email), network, in_known_browser=in_known_browser):
        log.info("sign_in.code_limit")
        raise Refusal(
            _(
                "No new code was sent: %(count)d were asked for at this address within a quarter of an hour. "
                "Use the newest one, or wait 15 minutes."
            )
            % {"count": CODES_PER_MAILBOX_AND_NETWORK.tries},
            code="code-limit",
            field="email",
        )
    request_key = secrets.token_urlsafe(24)
    code = f"{secrets.randbelow(1_000_000):06d}"
    link = secrets.token_urlsafe(32)
    now = timezone.now()
    person = Person.objects.at_address(email).first()
    with transaction.atomic(), override(language):
        row = SignInCode.objects.create(
            email=person.email if person and person.is_proved else email.strip(),
            language=language,
            request_key_hash=keyed_hash(request_key, purpose="sign-in.request"),
            code_hash=keyed_hash(code, purpose="sign-in.code"),
            link_hash=keyed_hash(link, purpose="sign-in.link"),
            next_path=next_path,
            expires_at=now + CODE_LIFETIME,
        )
        write_message(
            kind=SIGN_IN_KIND,
            dedupe_key=f"{SIGN_IN_KIND}:{row.pk}",
            address=row.email,
            language=language,
            about=f"sign-in:{row.pk}",
            why=lambda: _("Somebody asked for a sign-in code for this address."),
            secret=f"{code} {link}",
            expires_at=row.expires_at,
        )
    return request_key


def _may_have_code(mailbox: str, network: str, *, in_known_browser: bool) -> bool:
    """Count the request, and return whether it is within the limit that applies to it."""
    if in_known_browser:
        return CODES_PER_MAILBOX_IN_KNOWN_BROWSERS.reserve(mailbox)
    return CODES_PER_MAILBOX_AND_NETWORK.reserve(f"{mailbox} {network}") and CODES_PER_MAILBOX.reserve(mailbox)


def use_code(*, request_key: str, typed: str) -> SignInCode | None:
    """Mark the typed code as used and return its row, or return None if it is wrong or no longer works.

    Each call counts as one of three attempts before the code is compared, so the limit is exact under concurrency.
    """
    # One statement checks the limit and counts the attempt.
    if not _open_codes(request_key).update(tries=F("tries") + 1):
        return None
    hashed = keyed_hash(typed, purpose="sign-in.code")
    rows = SignInCode.objects.filter(
        request_key_hash=keyed_hash(request_key, purpose="sign-in.request"),
        code_hash=hashed,
        used_at__isnull=True,
    )
    with transaction.atomic():
        row = rows.filter(expires_at__gt=timezone.now()).select_for_update().first()
        if row is not None:
            row.used_at = timezone.now()
            row.save(update_fields=["used_at"])
    return row


def _open_codes(request_key: str) -> QuerySet[SignInCode]:
    return SignInCode.objects.filter(
        request_key_hash=keyed_hash(request_key, purpose="sign-in.request"),
        used_at__isnull=True,
        expires_at__gt=timezone.now(),
        tries__lt=MAX_TRIES,
    )


def tries_left(request_key: str) -> int:
    """Return how many attempts this browser has left; 0 if its code was used or has expired."""
    tries = _open_codes(request_key).values_list("tries", flat=True).first()
    return 0 if tries is None else MAX_TRIES - tries


def find_link(link: str) -> SignInCode | None:
    """Return the row of a sign-in link that still works, or None. Changes nothing, because mail scanners open links."""
    return SignInCode.objects.filter(
        link_hash=keyed_hash(link, purpose="sign-in.link"),
        used_at__isnull=True,
        expires_at__gt=timezone.now(),
    ).first()


def use_link(link: str) -> SignInCode | None:
    """Mark a sign-in link that still works as used and return its row, or return None."""
    row = find_link(link)
    if row and SignInCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=timezone.now()):
        return row
    return None


@transaction.atomic
def prove_mailbox(*, code: SignInCode) -> Person:
    """Return the person with the code's address, creating them if needed, and mark their mailbox as proved.

    Raises Refusal, and changes nothing, for a closed account.
    """
    person, created = person_for_form(
        details=Details(name="", email=code.email, language=code.language), signed_in=None
    )
    if not person.is_active:
        raise Refusal(_("This account is closed. Write to us if that is a mistake."), code="closed")
    person.mailbox_used_at = timezone.now()
    if not person.is_proved:
        person.email, person.mailbox_proved_at = code.email, person.mailbox_used_at  # the spelling that was proved
    person.save()
    record("sign-in", about=f"person:{person.pk}", by=person, details={"new": created})
    return person


@transaction.atomic
def mark_mailbox_used(*, person: Person) -> Person:
    """Record that the mailbox's owner used a link that was sent to it, which proves it; return the current row.

    Call it only for a POST, because mail scanners open links. Locks the person's row.
    """
    row = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    row.mailbox_used_at = timezone.now()
    if not row.is_proved:
        row.mailbox_proved_at = row.mailbox_used_at
        record("mailbox-proved", about=f"person:{row.pk}", by=row)
    row.save(update_fields=["mailbox_proved_at", "mailbox_used_at"])
    return row


@transaction.atomic
def change_profile(*, person: Person, by: Person, values: dict[str, Any]) -> None:
    """Save the given profile values. The audit event contains the names of the changed fields, not the values.

    Queued messages are rewritten if the language changes. Messages that depend on the person's time zone are updated by
    the app that wrote them. Locks the person's row. If no value differs, nothing is written.
    """
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    changed = [name for name, value in values.items() if getattr(person, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(person, name, values[name])
    person.save()
    if "language" in changed:
        write_in_language(person_id=person.pk, language=person.language)
    record("profile-changed", about=f"person:{person.pk}", by=by, details={"fields": changed})


@transaction.atomic
def revoke_links(*, person: Person, by: Person | None) -> None:
    """Revoke every personal link and feed that was sent to this person so far."""
    Person.objects.filter(pk=person.pk).update(link_version=F("link_version") + 1)
    record("links-revoked", about=f"person:{person.pk}", by=by)


@transaction.atomic
def close_merged(*, person: Person, into: Person, by: Person) -> None:
    """Close a duplicate profile: revoke its links, end its sessions, and send its unsent emails to the other person.

    An address that was used keeps leading to that person. Another one is freed, because a stranger may own it. The
    caller must lock both.
    """
    revoke_links(person=person, by=by)
    person.refresh_from_db(fields=["link_version"])
    end_sessions(person=person)
    hand_over(from_person=person.pk, to_person=into.pk, address=into.email)
    Person.objects.filter(merged_into=person).update(merged_into=into)
    person.is_active, person.merged_into = False, into
    if not person.is_proved:
        person.email = f"{person.public_id}@merged.invalid"
    person.save()
    record("profile-merged", about=f"person:{person.pk}", by=by, details={"into": into.pk})


def end_sessions(*, person: Person, except_key: str | None = None) -> int:
    """End the person's sessions in every browser, except the one with this session key; return how many ended."""
    sessions = UserSession.objects.filter(user=person)
    if except_key is not None:
        sessions = sessions.exclude(session_key=except_key)
    ended = 0
    for session in sessions:
        session.end()
        ended += 1
    return ended


RECEIPTS_KEPT = dt.timedelta(days=7)  # SAFETY.md 7, goal 6


def delete_expired() -> dict[str, int]:
    """Delete codes an hour after they expire, form receipts after seven days, and counters of past windows.

    Return the number of deleted rows of each kind. A second call is safe.
    """
    now = timezone.now()
    return {
        "codes": SignInCode.objects.filter(expires_at__lt=now - dt.timedelta(hours=1)).delete()[0],
        "receipts": FormReceipt.objects.filter(created_at__lt=now - RECEIPTS_KEPT).delete()[0],
        "counters": delete_old_windows(now),
    }
