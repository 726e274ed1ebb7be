"""Lists of registrations and attendances offer the sessions of the selected series, not those of all series."""

import re

import pytest

from tests.admin.two_hubs import signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.reports.held import Held

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_sessions(programme: Programme, people: People) -> Held:
    held = Held(programme, people)
    held.came(held.programme.session(held.national.series, 2, days=-9), held.people.ama)
    return held


def offered(page: str) -> list[str]:
    """Return the primary keys of the sessions that the filter offers."""
    return re.findall(r"[?&;]session__id__exact=(\d+)", page)


@pytest.mark.parametrize("path", ["registrations/registration", "attendance/attendance"])
def test_sessions_of_the_chosen_series_are_offered(two_sessions: Held, path: str) -> None:
    client = signed_in_client(two_sessions.people.staff)
    assert offered(client.get(f"/admin/{path}/").content.decode()) == []
    series = two_sessions.national.series
    page = client.get(f"/admin/{path}/?session__series__id__exact={series.pk}").content.decode()
    assert offered(page) == [str(pk) for pk in series.sessions.order_by("-on_date").values_list("pk", flat=True)]
    for chosen in ("x", "0", "99999999999999999999"):
        assert client.get(f"/admin/{path}/?session__series__id__exact={chosen}").status_code in (200, 302)


@pytest.mark.parametrize("path", ["attendance/attendancecorrection", "attendance/attendancerequest"])
def test_lists_of_corrections_and_requests_offer_series_first(two_sessions: Held, path: str) -> None:
    page = signed_in_client(two_sessions.people.staff).get(f"/admin/{path}/")
    assert offered(page.content.decode()) == []
    assert [str(column) for column in page.context["cl"].list_display][:3] == ["person_name", "series", "session"]


@pytest.mark.parametrize("path", ["registrations/registration", "attendance/attendance"])
def test_coordinator_is_offered_no_session_of_another_hub(two_sessions: Held, path: str) -> None:
    client = signed_in_client(two_sessions.people.coordinator(two_sessions.programme.bc))
    series = two_sessions.national.series
    answer = client.get(f"/admin/{path}/?session__series__id__exact={series.pk}")
    assert offered(answer.content.decode()) == []
