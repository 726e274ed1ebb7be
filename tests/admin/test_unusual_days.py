"""For a session on a weekend or a holiday, a warning is displayed before emails are written, or after it was saved."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sessions.models import Series, Session
from tests.admin.desk_table import name_of, save
from tests.admin.pages import NEW_SESSION, address, says
from tests.admin.session_changes import commit, page, preview
from tests.admin.two_hubs import HubRows
from tests.builders import Programme

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("luc_registered", "no_suppression")]

BC_DAY, SATURDAY, TUESDAY = dt.date(2030, 8, 5), dt.date(2030, 8, 3), dt.date(2030, 8, 6)
HOLIDAY = "Monday, August 5, 2030 is a statutory holiday: British Columbia Day."
WEEKEND = "Saturday, August 3, 2030 is on a weekend."
IN_FRENCH = ("lundi 5 août 2030", "jour férié")


@pytest.mark.parametrize(("day", "expected"), [(BC_DAY, HOLIDAY), (SATURDAY, WEEKEND), (TUESDAY, "")])
def test_move_preview_warns_of_the_day(coordinator_client: Client, own: HubRows, day: dt.date, expected: str) -> None:
    warnings = preview(coordinator_client, own[Session], on_date=day).context["day_warnings"]
    assert warnings == ([expected] if expected else [])
    own[Session].on_date = day
    own[Session].save()
    assert preview(coordinator_client, own[Session], on_date=day).context["day_warnings"] == []


def test_move_preview_warns_in_french(coordinator_client: Client, own: HubRows) -> None:
    shown = coordinator_client.post(
        page(own[Session], "move"),
        {
            "on_date": BC_DAY,
            "start_time": "15:00",
            "end_time": "16:00",
            "time_zone": "America/Toronto",
            "step": "preview",
        },
        headers={"accept-language": "fr"},
    )
    assert [words for words in IN_FRENCH if words not in says(shown).lower()] == []


def test_holiday_of_another_province_has_no_warning(coordinator_client: Client, own: HubRows) -> None:
    own.hub.province = "QC"
    own.hub.save()
    assert preview(coordinator_client, own[Session], on_date=BC_DAY).context["day_warnings"] == []


def test_table_warns_in_the_preview_or_after_it_saved(
    coordinator_client: Client, own: HubRows, programme: Programme
) -> None:
    first, second = own[Session], programme.session(own[Series], 2, days=14)
    shown = save(coordinator_client, own[Series], **{name_of(first, "on_date"): BC_DAY})
    assert shown.context["day_warnings"] == [f"{first}: {HOLIDAY}"]
    saved = says(save(coordinator_client, own[Series], **{name_of(second, "on_date"): SATURDAY}))
    assert "1 session is saved." in saved
    assert f"{second}: {WEEKEND}" in saved


def test_added_session_has_a_warning(coordinator_client: Client, own: HubRows) -> None:
    new = {**NEW_SESSION, "series": own[Series].pk, "on_date": BC_DAY}
    assert HOLIDAY in says(coordinator_client.post(address(Session, "add"), new, follow=True))


def test_sentence_about_emails_says_when_they_are_sent(coordinator_client: Client, own: HubRows) -> None:
    """The message and the notice below it contain the same time.

    Within two hours of the start, emails are due immediately.
    """
    text = says(commit(coordinator_client, own[Session]))
    (said, noticed) = [part.partition(".")[0] for part in text.split("2 emails wait until ")[1:]]
    assert said == noticed
    assert "on their way" not in text
    Session.objects.filter(pk=own[Session].pk).update(state="published")
    soon = timezone.localtime() + dt.timedelta(minutes=50)
    later = soon + dt.timedelta(minutes=30)
    if later.date() == soon.date():
        times: dict[str, Any] = {"on_date": soon.date(), "start_time": f"{soon:%H:%M}", "end_time": f"{later:%H:%M}"}
        text = says(commit(coordinator_client, own[Session], revision=1, **times))
        assert "The session is moved. 2 emails are sent now." in text
