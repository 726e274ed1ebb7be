"""Write the emails about a certificate."""

import datetime as dt

from django.utils.translation import gettext as _

from credits.models import Certificate
from echo_portal.outbox.actions import write_message


def write_about(certificate: Certificate, *, kind: str, language: str, due_at: dt.datetime | None = None) -> None:
    """Write the message of this kind about a certificate to its owner, once. It is sent at `due_at`, or at once."""
    person, series = certificate.person, certificate.series
    write_message(
        kind=kind,
        dedupe_key=f"{kind}:{certificate.pk}",
        address=person.email,
        language=language,
        about=f"certificate:{certificate.pk}",
        why=lambda: _("You took part in “%(series)s”.") % {"series": series.title},
        person_id=person.pk,
        scope_id=series.hub_id,
        payload={"certificate": certificate.pk},
        due_at=due_at,
    )
