"""Rules about the hosts at which a session may meet: the portal sends registrants to no other site (ADR 40)."""

import re
from functools import cached_property

from django.utils.translation import gettext as _

from echo_portal.lib.forms import ascii_host
from echo_portal.lib.refusals import Refusal
from hubs.queries import meeting_hosts
from sessions.models import Session
from sessions.models.public_address import PUBLIC_ADDRESS

# The fields whose addresses lead people into a meeting.
MEETING_FIELDS = ("join_url", "host_url")


class MeetingHosts:
    """The hosts at which sessions may meet, read from the database when they are first needed, and only then.

    Code that checks several addresses shares an instance.
    """

    @cached_property
    def names(self) -> list[str]:
        return meeting_hosts()

    def check(self, address: str, *, field: str) -> None:
        """Raise Refusal if the host of an address is neither on the programme's list nor a subdomain of a listed host.

        Addresses that are not public are not checked here, because a constraint of the field refuses them.
        """
        if not re.fullmatch(PUBLIC_ADDRESS, address):
            return
        written = re.split(r"[/?#:]", address.removeprefix("https://"), maxsplit=1)[0]
        host = ascii_host(written)
        if any(host == one or host.endswith(f".{one}") for one in self.names):
            return
        sentence = _(
            "Sessions do not meet at “%(host)s”, only at: %(hosts)s. Check the link. If it is right, ask Pallium staff "
            "to add the site to the list, on the page “Programme”."
        )
        words = {"host": written, "hosts": ", ".join(self.names)}
        raise Refusal(sentence % words, code="meeting-host", field=field)

    def check_session(self, session: Session, *, before: Session | None) -> None:
        """Check each address of a meeting that differs from the one in `before`.

        Raises Refusal if its host is not accepted.
        """
        for field in MEETING_FIELDS:
            address = getattr(session, field)
            if address and (before is None or address != getattr(before, field)):
                self.check(address, field=field)
