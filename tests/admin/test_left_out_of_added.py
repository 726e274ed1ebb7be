"""The table of sessions says how many people an added session leaves out."""

import datetime as dt

import pytest
from django.test import Client

from registrations.models import Enrollment
from sessions.models import Series, Session
from tests.admin.desk_table import commit, posted, save, table_of
from tests.admin.pages import says
from tests.admin.two_hubs import HubRows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_suppression", "luc_registered")]
LEFT_OUT = {
    "en": "{} of the series chose single sessions: they are not registered for this one, and not told.",
    "fr": "{} de la série",
}


def new_row(own: HubRows, state: str) -> dict[str, object]:
    day = (own[Session].on_date or dt.date.max) + dt.timedelta(days=60)
    return {"new-title_en": "Added", "new-on_date": day, "new-state": state, "new-join_url": ""}


@pytest.mark.parametrize(("language", "count"), [("en", "1 person"), ("fr", "1 personne")])
def test_preview_of_an_added_session_counts_the_people_it_leaves_out(
    coordinator_client: Client, own: HubRows, language: str, count: str
) -> None:
    series = own[Series]
    Enrollment.objects.filter(series=series).update(covers_later_sessions=True)
    data = posted(coordinator_client, series, **new_row(own, "published"))
    preview = coordinator_client.post(table_of(series), data, headers={"accept-language": language})
    assert LEFT_OUT[language].format(count) in says(preview)
    assert "1 session is saved." in says(commit(coordinator_client, series, preview))


def test_page_after_saving_says_who_is_left_out_if_nobody_gets_an_email(
    coordinator_client: Client, own: HubRows
) -> None:
    Enrollment.objects.filter(series=own[Series]).update(covers_later_sessions=False)
    answer = save(coordinator_client, own[Series], **new_row(own, "published"))
    assert "1 session is saved." in says(answer)
    assert LEFT_OUT["en"].format("2 people") in says(answer)


def test_draft_leaves_nobody_out(coordinator_client: Client, own: HubRows) -> None:
    page = says(save(coordinator_client, own[Series], **new_row(own, "draft")))
    assert ("1 session is saved." in page, "chose single sessions" in page) == (True, False)
