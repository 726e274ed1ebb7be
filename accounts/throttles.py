"""Rate limits. An attempt is counted before it is checked, so that concurrent attempts cannot exceed the limit."""

import dataclasses
import datetime as dt

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import RateCounter
from echo_portal.lib.sealed import keyed_hash


@dataclasses.dataclass(frozen=True)
class Limit:
    """At most `tries` attempts per subject in each window of length `window`."""

    name: str
    tries: int
    window: dt.timedelta

    def reserve(self, subject: str) -> bool:
        """Count one attempt and return whether it is within the limit. One statement, exact under concurrency."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_ratecounter (subject, window_start, tries) VALUES (%s, %s, 1) "
                "ON CONFLICT (subject, window_start) DO UPDATE SET tries = accounts_ratecounter.tries + 1 "
                "RETURNING tries",
                [self._key(subject), self._window_start()],
            )
            (tries,) = cursor.fetchone()
        return bool(tries <= self.tries)

    def give_back(self, subject: str) -> None:
        """Uncount one attempt that succeeded, where only failures count."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_ratecounter SET tries = tries - 1 "
                "WHERE subject = %s AND window_start = %s AND tries > 0",
                [self._key(subject), self._window_start()],
            )

    def _key(self, subject: str) -> str:
        return keyed_hash(subject, purpose=f"throttle.{self.name}")

    def _window_start(self) -> dt.datetime:
        seconds = int(self.window.total_seconds())
        return dt.datetime.fromtimestamp(int(timezone.now().timestamp()) // seconds * seconds, dt.UTC)


HOUR = dt.timedelta(hours=1)
KEY_FAILURES_PER_ADDRESS = Limit("key-failure-ip", 30, HOUR)
KEY_FAILURES_PER_BROWSER = Limit("key-failure-browser", 10, HOUR)
CODES_PER_MAILBOX = Limit("code-mailbox", 5, dt.timedelta(minutes=15))
CODES_PER_ADDRESS = Limit("code-ip", 60, HOUR)
CODE_TRIES_PER_ADDRESS = Limit("code-try-ip", 120, HOUR)
REGISTRATIONS_PER_MAILBOX = Limit("registration-mailbox", 40, HOUR)


def client_address(request: HttpRequest) -> str:
    """Return the client's network address.

    Only the last TRUSTED_PROXY_COUNT entries of X-Forwarded-For are trusted, so a forged header has no effect
    (SAFETY.md V4).
    """
    proxies = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and len(forwarded) >= proxies:
        return str(forwarded[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))


def delete_old_windows(now: dt.datetime) -> int:
    """Delete the counters of windows that began more than a day ago, and return how many were deleted."""
    return RateCounter.objects.filter(window_start__lt=now - dt.timedelta(days=1)).delete()[0]
