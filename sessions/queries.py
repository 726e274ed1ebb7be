"""Questions about the programme."""

import datetime as dt

from echo_portal.lib.zones import PROVINCE_ZONES
from sessions.models import Series, Session, SessionQuerySet


def published_series(slug: str) -> Series | None:
    """A series a visitor may see, with its hub; None for drafts and strangers alike."""
    return Series.objects.published().select_related("hub").filter(slug=slug).first()


def sessions_open_for_registration(series: Series, now: dt.datetime) -> list[Session]:
    """What can be chosen now, in order of time; each knows its series without another query."""
    sessions = list(Session.objects.filter(series=series).open_for_registration(now).in_order_of_time())
    for session in sessions:
        session.series = series
    return sessions


def province_of_zone(zone: str | None) -> str:
    """The one province whose usual zone this is; empty where several share it or none does."""
    provinces = [province for province, usual in PROVINCE_ZONES.items() if usual == zone]
    return provinces[0] if len(provinces) == 1 else ""


CANCELLED_KEPT = dt.timedelta(days=30)
HELD_KEPT = dt.timedelta(days=90)


def sessions_for_feed(now: dt.datetime) -> SessionQuerySet:
    """What public feeds carry: sessions with an hour, to come or held lately, and for 30 days what was cancelled."""
    return (
        Session.objects.public()
        .filter(starts_at__isnull=False, ends_at__gt=now - HELD_KEPT)
        .exclude(state=Session.State.CANCELLED, last_modified_at__lt=now - CANCELLED_KEPT)
    )
