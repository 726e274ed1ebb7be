"""Every write about people that has a consequence: proving a mailbox, agreeing, the audit trail."""

import dataclasses
import datetime as dt
import secrets
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import AuditEvent, Consent, ConsentKind, FormReceipt, Person, SignInCode
from accounts.policies import current_policy
from accounts.throttles import CODES_PER_MAILBOX, forget_old_windows
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.logs import current_request_id
from echo_portal.lib.sealed import keyed_hash
from echo_portal.lib.text import email_key, fold
from echo_portal.outbox.actions import write_in_language, write_message

log = structlog.get_logger(__name__)

CODE_LIFETIME = dt.timedelta(minutes=10)
MOST_TRIES = 3
SIGN_IN_KIND = "sign-in-code"


def record(
    verb: str,
    *,
    about: str,
    by: Person | None,
    scope_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """One line of the audit trail, in the caller's transaction. `details` holds ids and states, no personal values."""
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


@dataclasses.dataclass(frozen=True)
class Details:
    """What a registration form says about a person; empty strings mean "not asked here"."""

    name: str
    email: str
    language: str
    profession: str = ""
    province: str = ""
    time_zone: str = ""


@transaction.atomic(savepoint=False)
def person_for_form(*, details: Details, signed_in: Person | None) -> tuple[Person, bool]:
    """The one person of that address, locked; says whether the row is new.

    A form never overwrites a proved person's profile unless that person sent it; an unproved profile takes the
    latest values (PRODUCT.md 1).
    """
    if signed_in is not None:
        person = Person.objects.select_for_update().get(pk=signed_in.pk)
        _take(person, details)
        return person, False
    fresh = Person(**dataclasses.asdict(details))
    fresh.set_unusable_password()
    fresh.email = fresh.email.strip()
    fresh.email_key = email_key(fresh.email)
    fresh.sort_key = fold(fresh.name)
    if insert_unless_there(fresh):
        return fresh, True
    person = Person.objects.select_for_update().get(email_key=fresh.email_key)
    if not person.is_proved:
        _take(person, details)
    return person, False


def _take(person: Person, details: Details) -> None:
    """What the form says, where it says something; the address stays. Letters that wait follow the language."""
    said = {name: getattr(details, name) for name in ("name", "language", "profession", "province", "time_zone")}
    changed = {name: value for name, value in said.items() if value and value != getattr(person, name)}
    if not changed:
        return
    for name, value in changed.items():
        setattr(person, name, value)
    person.save()
    if "language" in changed:
        write_in_language(person_id=person.pk, language=person.language)


def give_consent(*, person: Person, kind: ConsentKind, language: str, source: str, at: dt.datetime) -> None:
    """The version in force, once while it is open; a second consent to the same text changes nothing."""
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
    """The key of this form was used already; `same` tells whether its content was the same."""

    def __init__(self, receipt: FormReceipt, *, same: bool) -> None:
        super().__init__(receipt.pk)
        self.receipt = receipt
        self.same = same


def claim_form_key(*, key: Any, form: str, content: str) -> FormReceipt:
    """Uses an idempotency key up, inside the caller's transaction, or raises RepeatedForm.

    Parallel repeats wait here for the first to commit, and then get its answer; where the first is rolled back
    (a refused form), the next one goes on.
    """
    fingerprint = keyed_hash(content, purpose=f"form.{form}")
    receipt = FormReceipt(key=key, form=form, fingerprint=fingerprint)
    if insert_unless_there(receipt):
        return receipt
    stored = FormReceipt.objects.get(key=key)
    raise RepeatedForm(stored, same=stored.fingerprint == fingerprint and stored.form == form)


def request_sign_in_code(*, email: str, language: str, next_path: str = "") -> str:
    """Writes a code and a link to this mailbox, known or not, and returns the key this browser proves itself with.

    Past the mailbox's limit nothing is written and the answer is the same, so that nobody learns anything.
    """
    request_key = secrets.token_urlsafe(24)
    if not CODES_PER_MAILBOX.reserve(email_key(email)):
        log.info("sign_in.code_limit")
        return request_key
    code = f"{secrets.randbelow(1_000_000):06d}"
    link = secrets.token_urlsafe(32)
    now = timezone.now()
    with transaction.atomic(), override(language):
        row = SignInCode.objects.create(
            email=email.strip(),
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


def use_code(*, request_key: str, typed: str) -> SignInCode | None:
    """The row when the typed code is right; used up by it. Three tries in all, exact under any concurrency."""
    waiting = SignInCode.objects.filter(
        request_key_hash=keyed_hash(request_key, purpose="sign-in.request"),
        used_at__isnull=True,
        expires_at__gt=timezone.now(),
        tries__lt=MOST_TRIES,
    )
    # The try is counted in the same statement that checks the limit; only then is the code looked at.
    if not waiting.update(tries=F("tries") + 1):
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


def tries_left(request_key: str) -> int:
    """How often another code may still be typed in this browser; 0 when its code is used, over or spent."""
    waiting = SignInCode.objects.filter(
        request_key_hash=keyed_hash(request_key, purpose="sign-in.request"),
        used_at__isnull=True,
        expires_at__gt=timezone.now(),
        tries__lt=MOST_TRIES,
    )
    tries = waiting.values_list("tries", flat=True).first()
    return 0 if tries is None else MOST_TRIES - tries


def find_link(link: str) -> SignInCode | None:
    """Looks and changes nothing: hospital scanners open links."""
    return SignInCode.objects.filter(
        link_hash=keyed_hash(link, purpose="sign-in.link"),
        used_at__isnull=True,
        expires_at__gt=timezone.now(),
    ).first()


def use_link(link: str) -> SignInCode | None:
    """The row when the link still works; used up by it."""
    row = find_link(link)
    if row and SignInCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=timezone.now()):
        return row
    return None


@transaction.atomic
def prove_mailbox(*, code: SignInCode) -> Person:
    """The person of the code's address, proved now; made here when the address was never seen."""
    person, created = person_for_form(
        details=Details(name="", email=code.email, language=code.language), signed_in=None
    )
    if not person.is_proved:
        person.mailbox_proved_at = timezone.now()
        person.save()
    record("sign-in", about=f"person:{person.pk}", by=person, details={"new": created})
    return person


@transaction.atomic
def change_profile(*, person: Person, by: Person, values: dict[str, Any]) -> None:
    """Saves what a person changed about herself; the trail names the fields, not the values.

    Letters that wait follow her language. Those that depend on her clock are the concern of the room that wrote them.
    """
    person = Person.objects.select_for_update().get(pk=person.pk)
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
    """Every link and feed sent to this person so far stops working."""
    Person.objects.filter(pk=person.pk).update(link_version=F("link_version") + 1)
    record("links-revoked", about=f"person:{person.pk}", by=by)


RECEIPTS_KEPT = dt.timedelta(days=7)  # SAFETY.md 7, goal 6


def forget_expired() -> dict[str, int]:
    """Removes codes an hour after their end, answers of forms after seven days, counters of past windows."""
    now = timezone.now()
    return {
        "codes": SignInCode.objects.filter(expires_at__lt=now - dt.timedelta(hours=1)).delete()[0],
        "receipts": FormReceipt.objects.filter(created_at__lt=now - RECEIPTS_KEPT).delete()[0],
        "counters": forget_old_windows(now),
    }
