"""The desk names only the reminders whose time has not passed."""

import datetime as dt

import pytest
import time_machine

from echo_portal.admin.desk.to_do import points_of
from tests.builders import Programme

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("starts_in", "said", "act"),
    [
        (dt.timedelta(days=3), "Reminders are set: a day before, an hour before.", "hold"),
        (dt.timedelta(hours=20), "Still to come: an hour before.", "hold"),
        (dt.timedelta(minutes=50), "No reminder is to come: the session starts too soon.", ""),
        (dt.timedelta(minutes=-10), "No reminder is to come: the session has started.", ""),
    ],
)
def test_desk_names_the_reminders_that_are_still_to_come(
    programme: Programme, starts_in: dt.timedelta, said: str, act: str
) -> None:
    series = programme.series("near")
    session = programme.session(series, 1, days=3)
    session.registered = session.waiting = 0  # type: ignore[attr-defined]
    assert session.starts_at is not None
    with time_machine.travel(session.starts_at - starts_in):
        (point,) = [point for point in points_of(session) if "eminder" in point.text or "to come" in point.text]
    assert (point.text, point.act) == (said, act)
