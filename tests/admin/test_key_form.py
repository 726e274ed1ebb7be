"""A key is added where a coordinator needs it: from the desk of its series, or with a pasted schedule."""

import datetime as dt
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from sessions.models import EnrollmentKey, Series
from tests.admin.drafts import accept, paste
from tests.admin.pages import says
from tests.admin.two_hubs import HubRows

ADD = reverse("admin:echo_sessions_enrollmentkey_add")
EASTERN = ZoneInfo("America/Toronto")
SAID = "Register with the enrolment key LTC-2728."


def schedule() -> str:
    year = timezone.localdate().year + 2
    return f"Grief Series\n{SAID}\n\nSession 1: Grief\nJanuary 14, {year}, 12:00-1:00 pm ET\n"


def test_key_that_is_added_for_a_series_leads_back_to_its_desk(coordinator_client: Client, own: HubRows) -> None:
    series = own[Series]
    added = coordinator_client.post(f"{ADD}?series={series.pk}", {"series": series.pk, "text": "NEW-KEY"})
    assert added.status_code == 302
    assert added["Location"] == reverse("admin:echo_sessions_series_desk", args=(series.pk,))
    listed = coordinator_client.post(ADD, {"series": series.pk, "text": "OTHER-KEY"})
    assert listed["Location"] == reverse("admin:echo_sessions_enrollmentkey_changelist")
    stays = {"series": series.pk, "text": "THIRD-KEY", "_continue": "1"}
    key = coordinator_client.post(f"{ADD}?series={series.pk}", stays)
    assert f"/{EnrollmentKey.objects.get(text='THIRD-KEY').pk}/" in key["Location"]


def test_publishing_leads_to_the_form_of_a_missing_key_and_back(coordinator_client: Client, own: HubRows) -> None:
    series = own[Series]
    series.registration_mode, series.state = Series.RegistrationMode.KEY, Series.State.DRAFT
    series.save()
    series.sessions.update(state="draft")
    EnrollmentKey.objects.filter(series=series).update(closes_at=timezone.now())
    publish = reverse("admin:echo_sessions_series_publish", args=(series.pk,))
    form = f"{ADD}?series={series.pk}&then=publish"
    assert f'href="{form.replace("&", "&amp;")}"' in coordinator_client.get(publish).content.decode()
    added = coordinator_client.post(form, {"series": series.pk, "text": "NEW-KEY"})
    assert added["Location"] == publish


def test_days_without_times_are_valid_from_their_start_to_their_end(coordinator_client: Client, own: HubRows) -> None:
    days = {"opens_at_0": "2030-01-10", "closes_at_0": "2030-03-31"}
    answer = coordinator_client.post(ADD, {"series": own[Series].pk, "text": "DAYS", **days})
    assert answer.status_code == 302
    key = EnrollmentKey.objects.get(text="DAYS")
    assert key.opens_at == dt.datetime(2030, 1, 10, tzinfo=EASTERN)
    assert key.closes_at == dt.datetime(2030, 3, 31, 23, 59, tzinfo=EASTERN)
    assert "Without a time, the key is valid from the beginning of its first day" in says(coordinator_client.get(ADD))


def test_time_without_a_day_is_refused(coordinator_client: Client, own: HubRows) -> None:
    answer = coordinator_client.post(ADD, {"series": own[Series].pk, "text": "HOUR", "closes_at_1": "12:00"})
    assert "Give the date and the time together." in says(answer)
    assert not EnrollmentKey.objects.filter(text="HOUR").exists()


def test_key_in_a_pasted_schedule_is_added_with_its_series(coordinator_client: Client, own: HubRows) -> None:
    answer = paste(coordinator_client, schedule())
    assert answer.context["head"]["key_text"].value() == "LTC-2728"
    accept(coordinator_client, answer, **{"series-key_text": "LTC-2829"})
    key = EnrollmentKey.objects.get(series__title_en="Grief Series")
    assert key.text == "LTC-2829"
    event = AuditEvent.objects.get(verb="enrollmentkey-added", about=f"enrollmentkey:{key.pk}")
    assert (event.actor_id, event.scope_id) == (own.coordinator.pk, own.hub.pk)


def test_key_is_ignored_if_people_register_without_one(coordinator_client: Client, own: HubRows) -> None:
    accept(coordinator_client, paste(coordinator_client, schedule()), **{"series-registration_mode": "open"})
    assert Series.objects.get(title_en="Grief Series").enrollment_keys.count() == 0


def test_key_of_another_series_is_refused_and_saves_nothing(coordinator_client: Client, own: HubRows) -> None:
    EnrollmentKey.objects.create(series=own[Series], text="ltc2728")
    answer = accept(coordinator_client, paste(coordinator_client, schedule()))
    assert "There is a key already that is typed like this one. Choose another." in says(answer)
    assert not Series.objects.filter(title_en="Grief Series").exists()
