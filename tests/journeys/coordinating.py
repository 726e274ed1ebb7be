"""Build a series and the browser session of its coordinator."""

import uuid

from hubs.models import Hub, Membership
from sessions.models import Series, Session
from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.journeys.own_places import enroll, somebody


def a_series_to_coordinate(language: str) -> tuple[Series, str]:
    """Create a series of 13 sessions with three enrolled people; return it and its coordinator's browser session."""
    word = uuid.uuid4().hex[:8]
    host = Hub.objects.get(slug="national").host
    hub = Hub.objects.create(slug=f"desk-{word}", host=host, scope="provincial", province="ON", name_en=f"Hub {word}")
    person = somebody(language, is_staff=True)
    Membership.objects.create(person=person, hub=hub, role=Membership.Role.COORDINATOR)
    series = Programme.new_series(f"desk-{word}", hub=hub, title_en=f"Desk {word}", title_fr=f"Bureau {word}")
    series.save()
    sessions = [Programme.new_session(series, number, days=14 * number) for number in range(1, 14)]
    Session.objects.bulk_create(sessions)
    for _number in range(3):
        enroll(somebody(language), series, sessions, whole=True)
    return series, signed_in_client(person).cookies["session"].value
