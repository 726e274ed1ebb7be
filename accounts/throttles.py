"""Rate limits. Attempts are counted before they are checked, so that concurrent attempts cannot exceed a limit."""

import dataclasses
import datetime as dt
import ipaddress
from collections.abc import Iterable, Iterator

import structlog
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import RateCounter
from echo_portal.lib.sealed import keyed_hash
from echo_portal.lib.text import email_key

log = structlog.get_logger(__name__)


@dataclasses.dataclass(frozen=True)
class Limit:
    """A limit of `tries` attempts for each subject in each window of length `window`."""

    name: str
    tries: int
    window: dt.timedelta

    def reserve(self, subject: str) -> bool:
        """Count one attempt and return whether it is within the limit."""
        return self.count(subject) <= self.tries

    def count(self, subject: str) -> int:
        """Count one attempt and return how many there are in this window.

        A single SQL statement does both, so that no concurrent attempt is lost.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_ratecounter (subject, window_start, tries) VALUES (%s, %s, 1) "
                "ON CONFLICT (subject, window_start) DO UPDATE SET tries = accounts_ratecounter.tries + 1 "
                "RETURNING tries",
                [self._key(subject), self._window_start()],
            )
            return int(cursor.fetchone()[0])

    def over(self, subjects: Iterable[str]) -> set[str]:
        """Count one attempt for each subject, in one SQL statement, and return the subjects that exceed the limit."""
        by_key = {self._key(subject): subject for subject in subjects}
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO accounts_ratecounter (subject, window_start, tries) "
                "SELECT key, %s, 1 FROM unnest(%s::text[]) key "
                "ON CONFLICT (subject, window_start) DO UPDATE SET tries = accounts_ratecounter.tries + 1 "
                "RETURNING subject, tries",
                [self._window_start(), sorted(by_key)],
            )
            return {by_key[key] for key, tries in cursor.fetchall() if tries > self.tries}

    def has_room(self, subject: str) -> bool:
        """Return whether the subject has not exceeded the limit, without counting an attempt."""
        row = RateCounter.objects.filter(subject=self._key(subject), window_start=self._window_start()).first()
        return row is None or row.tries <= self.tries

    def _key(self, subject: str) -> str:
        return keyed_hash(subject, purpose=f"throttle.{self.name}")

    def _window_start(self) -> dt.datetime:
        seconds = int(self.window.total_seconds())
        return dt.datetime.fromtimestamp(int(timezone.now().timestamp()) // seconds * seconds, dt.UTC)


# Providers often assign a /56 or /48 to one customer, so these have a limit, too: a multiple of that of one /64.
WIDER_NETWORKS = {56: 2, 48: 4}


@dataclasses.dataclass(frozen=True)
class NetworkLimit(Limit):
    """A limit for each network of `client_network`, with ceilings for the /56 and the /48 that contain an IPv6 /64.

    `among` separates attempts of several kinds, each of which has the limit. Attempts that one network may not make are
    not counted for the wider ones.
    """

    def reserve(self, subject: str, *, among: str = "") -> bool:
        return all(limit.count(one) <= limit.tries for limit, one in self._ceilings(subject, among))

    def has_room(self, subject: str, *, among: str = "") -> bool:
        return all(Limit.has_room(limit, one) for limit, one in self._ceilings(subject, among))

    def _ceilings(self, network: str, among: str) -> Iterator[tuple[Limit, str]]:
        for one, times in ((network, 1), *((wider, WIDER_NETWORKS[bits]) for bits, wider in wider_networks(network))):
            yield dataclasses.replace(self, tries=self.tries * times), f"{among}:{one}" if among else one


DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
KEY_FAILURES_PER_NETWORK = NetworkLimit("key-failure-ip", 30, HOUR)
KEY_FAILURES_PER_PERSON = Limit("key-failure-browser", 10, HOUR)
# The same wrong key from one network counts once, however often it is checked and submitted.
SAME_WRONG_KEY = Limit("key-failure-same", 1, HOUR)
# Many wrong keys in the form of one series, or on the page "I have a key", are the sign of a misprinted poster, or of
# somebody who guesses. All networks count together, and an error is logged. Nothing is refused.
KEY_FAILURES_IN_ONE_PLACE = Limit("key-failure-place", 50, HOUR)
# Sign-in codes for one mailbox, requested from one network and from all networks. Browsers that signed in to it before
# have their own limit, so that other people cannot use up the owner's.
QUARTER = dt.timedelta(minutes=15)
CODES_PER_MAILBOX_AND_NETWORK = Limit("code-mailbox-ip", 5, QUARTER)
CODES_PER_MAILBOX = Limit("code-mailbox", 15, QUARTER)
CODES_PER_MAILBOX_AND_DAY = Limit("code-mailbox-day", 40, DAY)
CODES_PER_MAILBOX_IN_KNOWN_BROWSERS = Limit("code-mailbox-known", 5, QUARTER)
CODES_PER_MAILBOX_AND_DAY_IN_KNOWN_BROWSERS = Limit("code-mailbox-known-day", 60, DAY)
# Beyond these limits, a mailbox gets an email if none of the former ones works any more. Its link works in any browser.
LINKS_BEYOND_THE_LIMIT = Limit("code-mailbox-beyond", 1, dt.timedelta(minutes=10))
LINKS_BEYOND_THE_LIMIT_AND_DAY = Limit("code-mailbox-beyond-day", 60, DAY)
# Beyond these limits too, an email an hour, whose link works for the whole hour (ADR 60).
LINKS_BEYOND_THE_DAY = Limit("code-mailbox-beyond-all", 1, HOUR)
CODES_PER_NETWORK = NetworkLimit("code-ip", 60, HOUR)
CODE_TRIES_PER_NETWORK = NetworkLimit("code-try-ip", 120, HOUR)
CODE_TRIES_IN_KNOWN_BROWSERS = Limit("code-try-known", 60, HOUR)  # per mailbox: three tries of each code
# Additions of one mailbox by one hub: each is an email to somebody who did not ask for it.
ADDITIONS_PER_MAILBOX = Limit("added-mailbox", 5, DAY)
# Invitations of colleagues: each is an email to somebody who did not ask for it.
TEAM_INVITATIONS_PER_MAILBOX = Limit("team-mailbox", 3, DAY)
TEAM_FORMS_PER_NETWORK = NetworkLimit("team-ip", 20, HOUR)
TEAM_FORMS_IN_ALL = Limit("team-all", 100, HOUR)
ALARMS = Limit("alarm", 1, HOUR)


def alarm_is_due(name: str) -> bool:
    """Return whether the error `name` may be logged, which is true once an hour.

    Do not call this in a transaction that is rolled back, which would undo the counting.
    """
    return ALARMS.reserve(name)


def client_network(request: HttpRequest) -> str:
    """Return the network that a request comes from: a single IPv4 address, or the /64 of an IPv6 address.

    Only addresses that the portal's own proxies have added to the headers are trusted (SAFETY.md V4). Ports are removed
    and IPv4 addresses that are mapped into IPv6 are converted, so that these variants do not count as other networks.
    If there are fewer addresses than TRUSTED_PROXY_COUNT, an error is logged once an hour.
    """
    proxies = settings.TRUSTED_PROXY_COUNT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if len(forwarded) < proxies and alarm_is_due("proxy-count"):  # all clients would share the limits of one network
        log.error("accounts.proxy_count", counted=proxies, forwarded=len(forwarded))
    given = forwarded[-proxies] if proxies and len(forwarded) >= proxies else request.META.get("REMOTE_ADDR", "")
    return network_of(str(given))


def network_of(given: str) -> str:
    """Return the network of an address, which may contain a port. An invalid address is returned unchanged."""
    bare = given[1:].partition("]")[0] if given.startswith("[") else given
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return given
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return str(address)


def wider_networks(network: str) -> list[tuple[int, str]]:
    """Return the networks around an IPv6 /64 that have a ceiling of their own, with the lengths of their prefixes."""
    try:
        inner = ipaddress.IPv6Network(network)
    except ValueError:  # an IPv4 address, or a value that is no address
        return []
    return [(bits, str(inner.supernet(new_prefix=bits))) for bits in WIDER_NETWORKS]


def mailbox_of(address: str) -> str:
    """Return the key that identifies a mailbox in rate limits.

    Addresses that differ only in a plus tag have the same key.
    """
    local, at, server = email_key(address).rpartition("@")
    return f"{local.partition('+')[0]}{at}{server}"


def delete_old_windows(now: dt.datetime) -> int:
    """Delete the counters of windows that began more than a day ago, and return how many were deleted."""
    return RateCounter.objects.filter(window_start__lt=now - dt.timedelta(days=1)).delete()[0]
