"""Sign in with a code or a link that was sent to a mailbox. Using either proves the mailbox."""

import datetime as dt
import secrets

import structlog
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.actions.audit import record
from accounts.actions.consents import confirm_consents
from accounts.actions.people import Details, person_for_form
from accounts.models import Person, SignInCode
from accounts.throttles import (
    CODES_PER_MAILBOX,
    CODES_PER_MAILBOX_AND_DAY,
    CODES_PER_MAILBOX_AND_DAY_IN_KNOWN_BROWSERS,
    CODES_PER_MAILBOX_AND_NETWORK,
    CODES_PER_MAILBOX_IN_KNOWN_BROWSERS,
    LINKS_BEYOND_THE_DAY,
    LINKS_BEYOND_THE_LIMIT,
    LINKS_BEYOND_THE_LIMIT_AND_DAY,
    mailbox_of,
)
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.sealed import keyed_hash
from echo_portal.outbox.actions import write_message

log = structlog.get_logger(__name__)
CODE_LIFETIME = dt.timedelta(minutes=10)
MAX_TRIES = 3
SIGN_IN_KIND = "sign-in-code"


def request_sign_in_code(
    *, email: str, language: str, next_path: str = "", network: str = "", in_known_browser: bool = False
) -> str:
    """Queue an email with a sign-in code and a link, and return the key that binds the code to this browser.

    If the owner has proved the mailbox, the email is sent to the address as it is spelled in their profile, because
    some mail servers distinguish capitals.

    The result is the same for known and unknown addresses. Raises Refusal if the limit of codes is exceeded; then the
    previous codes and links still work, and `_keep_one_link` queues an email if none of them does.
    """
    person = Person.objects.at_address(email).first()
    if not _may_have_code(mailbox_of(email), network, in_known_browser=in_known_browser):
        log.info("sign_in.code_limit")
        _keep_one_link(person, language)
        raise Refusal(
            _(
                "No new code was sent, because many were asked for at this address. Open our newest email: its button "
                "works in any browser. If there is none, ask again in 15 minutes."
            ),
            code="code-limit",
            field="email",
        )
    address = person.email if person and person.is_proved else email.strip()
    return _write_code(address=address, language=language, next_path=next_path)


def _write_code(*, address: str, language: str, next_path: str = "", link_only: bool = False) -> str:
    """Save a code, queue its email, and return the key that binds the code to a browser.

    With `link_only`, the email has no code, and its link works for an hour.
    """
    request_key = secrets.token_urlsafe(24)
    code = f"{secrets.randbelow(1_000_000):06d}"
    link = secrets.token_urlsafe(32)
    with transaction.atomic(), override(language):
        row = SignInCode.objects.create(
            email=address,
            language=language,
            request_key_hash=keyed_hash(request_key, purpose="sign-in.request"),
            code_hash=keyed_hash(code, purpose="sign-in.code"),
            link_hash=keyed_hash(link, purpose="sign-in.link"),
            next_path=next_path,
            expires_at=timezone.now() + (LINKS_BEYOND_THE_DAY.window if link_only else CODE_LIFETIME),
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
            payload={"link_only": True} if link_only else {},
        )
    return request_key


def _may_have_code(mailbox: str, network: str, *, in_known_browser: bool) -> bool:
    """Count a request for a code, and return whether it is within the limits for known browsers or those for others."""
    if in_known_browser:
        limits = (CODES_PER_MAILBOX_IN_KNOWN_BROWSERS, CODES_PER_MAILBOX_AND_DAY_IN_KNOWN_BROWSERS)
        return all(limit.reserve(mailbox) for limit in limits)
    return CODES_PER_MAILBOX_AND_NETWORK.reserve(f"{mailbox} {network}") and all(
        limit.reserve(mailbox) for limit in (CODES_PER_MAILBOX, CODES_PER_MAILBOX_AND_DAY)
    )


def _keep_one_link(person: Person | None, language: str) -> None:
    """Queue an email for a person who proved their mailbox, if none of the emails that were sent to it works any more.

    Requests of others cannot keep the owner from signing in in a new browser, because the link in an email works in any
    browser; and they cause one email in ten minutes at most, and one in an hour after 60 in a day. The browser that
    asked cannot use the code, because the response must not depend on whether there is a person.
    """
    if person is None or not person.is_proved:
        return
    still_works = SignInCode.objects.filter(
        email=person.email, used_at__isnull=True, expires_at__gt=timezone.now()
    ).exists()
    if still_works:
        return
    mailbox = mailbox_of(person.email)
    if LINKS_BEYOND_THE_LIMIT.reserve(mailbox):
        if LINKS_BEYOND_THE_LIMIT_AND_DAY.reserve(mailbox):
            _write_code(address=person.email, language=language)
        elif LINKS_BEYOND_THE_DAY.reserve(mailbox):
            _write_code(address=person.email, language=language, link_only=True)


def use_code(*, request_key: str, typed: str) -> SignInCode | None:
    """Mark the typed code as used and return its row, or return None if it is wrong, used or expired.

    Each call is counted as one of three attempts before the code is compared, so the limit also holds for concurrent
    requests.
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
    """Return how many attempts are left for the code that this browser requested; 0 if it was used or has expired."""
    tries = _open_codes(request_key).values_list("tries", flat=True).first()
    return 0 if tries is None else MAX_TRIES - tries


def find_link(link: str) -> SignInCode | None:
    """Return the row of a sign-in link that is neither used nor expired, else None. This changes nothing."""
    return SignInCode.objects.filter(
        link_hash=keyed_hash(link, purpose="sign-in.link"),
        used_at__isnull=True,
        expires_at__gt=timezone.now(),
    ).first()


def use_link(link: str) -> SignInCode | None:
    """Mark a sign-in link as used and return its row, or return None if it was used before or has expired."""
    row = find_link(link)
    if row and SignInCode.objects.filter(pk=row.pk, used_at__isnull=True).update(used_at=timezone.now()):
        return row
    return None


@transaction.atomic
def prove_mailbox(*, code: SignInCode) -> Person:
    """Mark the mailbox of the code's address as proved, and return its person, who is created if needed.

    Raises Refusal, and changes nothing, if the person's account is closed.
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
    confirm_consents(person=person, at=person.mailbox_used_at)
    record("sign-in", about=f"person:{person.pk}", by=person, details={"new": created})
    return person
