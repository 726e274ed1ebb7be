"""Invalid values are refused with a sentence. No form of the administration returns status 500."""

import copy
import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignInCode
from echo_portal.outbox.webhooks import signature
from hubs.models import Hub
from registrations.models import Registration
from sessions.models import EnrollmentKey, Material, Series, Session
from tests.admin.pages import address, fields_of, posted_fields, request_of
from tests.admin.two_hubs import HubRows, signed_in_client
from tests.builders import Programme
from tests.people import People
from tests.registrations.forms import form

TEXTS = ("\x00", "\ufdfa" * 400, "ß" * 30, "\U0001f600" * 50, "{0.__class__} {join_link}")
NUMBERS = ("-1", "0", "2147483647", "2147483648", "9" * 40, "1e309", "NaN")
DATES = ("0001-01-01", "9999-12-31", "26-03-16", "\x00")
TIMES = ("00:00", "24:00", "25:61")
HOSTILE: tuple[tuple[type[forms.Field], tuple[str, ...]], ...] = (
    (forms.URLField, ("http://[", "javascript:alert(1)", "http://" + "ü" * 300 + ".example")),
    (forms.EmailField, ("ſmith@hospital.example", "a@" + ".".join(["ü"] * 100) + ".example", "root@localhost")),
    (forms.IntegerField, NUMBERS),
    (forms.SplitDateTimeField, DATES),
    (forms.DateField, DATES),
    (forms.TimeField, TIMES),
    (forms.ChoiceField, ("", "2147483648", "\x00")),
    (forms.ModelChoiceField, ("", "2147483648", "\x00")),
    (forms.CharField, TEXTS),
    (forms.Field, ("", *NUMBERS[:3])),
)


def hostile_values(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Return pairs of a field name and an invalid or extreme value."""
    pairs = []
    for bound in form:
        values = next(values for kind, values in HOSTILE if isinstance(bound.field, kind))
        parts = {bound.html_name: values}
        if isinstance(bound.field, forms.SplitDateTimeField):
            parts = {f"{bound.html_name}_0": DATES, f"{bound.html_name}_1": TIMES}
        pairs += [(name, value) for name, values_of_part in parts.items() for value in values_of_part]
    return pairs


NEVER_EDITED = {
    "accounts.auditevent",
    "attendance.attendance",
    "attendance.attendancealias",
    "attendance.attendancecorrection",
    "attendance.attendanceimport",
    "attendance.attendancerequest",
    "attendance.headermapping",
    "credits.certificate",
    "credits.creditentry",
    "news.mailing",
    "news.subscriber",
    "outbox.message",
    "outbox.suppression",
    "proposals.inquiry",
    "registrations.addresscorrection",
    "registrations.mergeproposal",
    "registrations.registration",
}
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.attack)], ids=["sample", "all"])
def test_hostile_value_in_a_form_field_causes_no_server_error(
    own: HubRows, people: People, model: type[Model], step: int
) -> None:
    """Each hostile value is posted that the form accepts, and then hostile values in all fields at the same time.

    Accepted values of different fields are combined in one POST, unless the form refuses the combination. `make attack`
    sends all of these POSTs; `make test` sends every sixth.

    On the page that adds a row, only fields that the change page does not have are tested.
    """
    client, page_of_model = signed_in_client(people.staff), admin.site._registry[model]
    row = model._default_manager.order_by("pk").first()
    tried: set[str] = set()
    for here, instance in ((address(model, "change", row.pk if row else 1), row), (address(model, "add"), None)):
        page = client.get(here)
        writes = "has_add_permission" if instance is None else "has_change_permission"
        if page.status_code != 200 or not page.context.get("adminform") or not page.context[writes]:
            assert page.status_code in {200, 302, 403}
            continue
        as_opened = fields_of(page.context)
        pairs = [pair for pair in hostile_values(page.context["adminform"].form) if pair[0] not in tried]
        form_class = page_of_model.get_form(request_of(people.staff), instance, change=instance is not None)

        def accepts(
            changes: dict[str, str],
            opened: dict[str, Any] = as_opened,
            instance: Model | None = instance,
            form_class: Any = form_class,
        ) -> bool:
            return bool(form_class({**opened, **changes}, instance=copy.copy(instance)).is_valid())

        rounds = _rounds([pair for pair in pairs if accepts(dict([pair]))])
        accepted = [one for values in rounds for one in ([values] if accepts(values) else _singly(values))]
        together = [dict(values) for values in itertools.islice(zip(*_by_field(pairs), strict=False), 7)]
        for changes in [*accepted[::step], *together[::step]]:
            assert _posted(client, here, {**as_opened, **changes}) in {200, 302, 403}, (here, changes)
        tried |= {field for field, _value in pairs}
    assert bool(tried) is (model._meta.label_lower not in NEVER_EDITED)


def _rounds(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Distribute the pairs over dictionaries, so that each contains a field at most once and each pair is used once."""
    rounds: list[dict[str, str]] = []
    for field, value in pairs:
        free = next((values for values in rounds if field not in values), None)
        if free is None:
            rounds.append(free := {})
        free[field] = value
    return rounds


def _singly(values: dict[str, str]) -> list[dict[str, str]]:
    return [{field: value} for field, value in values.items()]


def _by_field(pairs: list[tuple[str, str]]) -> list[Iterator[tuple[str, str]]]:
    names = dict.fromkeys(name for name, _value in pairs)
    return [itertools.cycle(pair for pair in pairs if pair[0] == name) for name in names]


def _posted(client: Client, here: str, data: dict[str, Any]) -> int:
    """Post the data, roll back, and return the status of the response.

    Because of the rollback, the row version in the form is still current.
    """
    with transaction.atomic():
        answer = client.post(here, data)
        transaction.set_rollback(True)
    assert not answer.headers.get("Location", "").startswith(reverse("mfa_reauthenticate"))
    return int(answer.status_code)


def change(session: Session) -> str:
    return reverse("admin:echo_sessions_session_change", args=(session.pk,))


def errors_after(client: Client, session: Session, **changes: str) -> dict[str, list[str]]:
    answer = client.post(change(session), {**posted_fields(client, change(session)), **changes})
    return {} if answer.status_code == 302 else dict(answer.context["adminform"].form.errors)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_move_to_a_date_without_a_time_displays_a_preview(own: HubRows, language: str) -> None:
    client = signed_in_client(own.coordinator)
    client.cookies["language"] = language
    day = timezone.localdate() + dt.timedelta(days=40)
    fields = {"on_date": day.isoformat(), "start_time": "", "end_time": "", "time_zone": "America/Toronto"}
    page = client.post(reverse("admin:echo_sessions_session_move", args=(own[Session].pk,)), fields)
    assert page.status_code == 200
    assert {"en": "No hour yet", "fr": "Pas encore d’heure"}[language] in page.content.decode()


def test_missing_time_of_a_session_with_registrants_can_be_set(programme: Programme, people: People) -> None:
    series = programme.series("undated")
    session = programme.session(series, 1, days=20, at="")
    now = timezone.now()
    Registration.objects.create(
        person=people.ama, session=session, state="registered", registered_at=now, changed_at=now
    )
    client = signed_in_client(people.staff)
    fields = {"on_date": session.on_date, "start_time": "12:00", "end_time": "13:00", "time_zone": "America/Toronto"}
    page = client.post(reverse("admin:echo_sessions_session_move", args=(session.pk,)), fields)
    assert page.status_code == 200
    assert page.context["preview"].registered == 1


def test_session_number_used_by_another_session_of_the_series_is_refused(own: HubRows, programme: Programme) -> None:
    programme.session(own[Series], 2)
    errors = errors_after(signed_in_client(own.coordinator), own[Session], number="2")
    assert [list(sentences) for sentences in errors.values()] == [
        ["This series has a session with this number already. Choose another number."]
    ]


@pytest.mark.parametrize("year", ["0001", "0026", "1926", "2101", "9999"])
def test_impossible_year_is_refused(own: HubRows, people: People, programme: Programme, year: str) -> None:
    draft = programme.session(own[Series], 3, state="draft")
    errors = errors_after(signed_in_client(own.coordinator), draft, on_date=f"{year}-03-16")
    assert list(errors) == ["on_date"]
    assert str(errors["on_date"][0]) == f"Check the year: {year} is not between 2000 and 2100."


def test_waiting_list_limit_beyond_four_weeks_is_refused(own: HubRows) -> None:
    errors = errors_after(signed_in_client(own.coordinator), own[Session], promote_until_minutes="2147483647")
    assert list(errors) == ["promote_until_minutes"]


NOT_PUBLIC = (
    "ftp://x.example/",
    "http://zoom.us/j/1",
    "https://u:p@zoom.us/",
    "https://zoom.us\\@x.example/",
    "https://localhost/j/1",
    "https://127.0.0.1:8000/",
    "https://[::1]/",
)
NOT_PUBLIC_STARTS = {"en": "Write a public address that begins with", "fr": "Écrivez une adresse publique qui commence"}
STARTS = {
    "join_url": NOT_PUBLIC_STARTS,
    "read_before_url": NOT_PUBLIC_STARTS,
    "join_telephone": {"en": "Check the number: it has more", "fr": "Vérifiez le numéro"},
    "presenters": {"en": "Write at most 50 lines; there are 5000.", "fr": "Écrivez au plus 50 lignes"},
}


@pytest.mark.parametrize(("language", "url"), [*(("en", url) for url in NOT_PUBLIC), ("fr", NOT_PUBLIC[0])])
def test_impossible_value_of_a_session_is_refused_with_a_sentence(own: HubRows, language: str, url: str) -> None:
    client = signed_in_client(own.coordinator)
    client.cookies["language"] = language
    presenters = ["Dr. One"] * 5000
    values: dict[str, Any] = {"join_url": url, "read_before_url": url, "join_telephone": "5" * 500}
    errors = errors_after(client, own[Session], **values, presenters="\n".join(presenters))
    assert {name: len(found) for name, found in errors.items()} == dict.fromkeys(STARTS, 1)
    assert [name for name, starts in STARTS.items() if not str(errors[name][0]).startswith(starts[language])] == []
    for field, value in {**values, "presenters": presenters}.items():
        with pytest.raises(IntegrityError), transaction.atomic():
            Session.objects.filter(pk=own[Session].pk).update(**{field: value})


@pytest.mark.parametrize(
    "address", ["https://zoom.us/j/1?pwd=a@b", "https://zoom.us", "https://us02web.zoom.us:443/j/1"]
)
def test_public_address_with_https_is_saved(own: HubRows, address: str) -> None:
    """Control: an @ after the host is not part of a user name."""
    saved = {"join_url": address, "read_before_url": address}
    assert errors_after(signed_in_client(own.coordinator), own[Session], **saved) == {}


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_address_of_a_video_or_a_material_that_is_not_public_is_refused(own: HubRows, address: str) -> None:
    client = signed_in_client(own.coordinator)
    series = reverse("admin:echo_sessions_series_change", args=(own[Series].pk,))
    answer = client.post(series, {**posted_fields(client, series), "video_url": address})
    assert list(answer.context["adminform"].form.errors) == ["video_url"]
    here = reverse("admin:echo_sessions_session_change", args=(own[Session].pk,))
    added = {"kind": "slides", "language": "en", "open_to": "public", "url": address}
    material = {f"materials-1-{name}": value for name, value in added.items()}
    answer = client.post(here, {**posted_fields(client, here), **material, "materials-TOTAL_FORMS": 2})
    assert [list(errors) for errors in answer.context["inline_admin_formsets"][0].formset.errors] == [[], ["url"]]
    for model, field in ((Series, "video_url"), (Material, "url")):
        rows: Any = model._default_manager
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.filter(pk=own[model].pk).update(**{field: address})


def test_day_by_which_a_session_was_held_cannot_be_in_the_future(own: HubRows, programme: Programme) -> None:
    draft = programme.session(own[Series], 3, state="draft", at="")
    client = signed_in_client(own.coordinator)
    day = timezone.localdate()
    assert list(errors_after(client, draft, on_date="", held_by="2099-01-01")) == ["held_by"]
    assert errors_after(client, draft, on_date="", held_by=day.isoformat()) == {}


def test_summary_longer_than_its_bound_is_refused(own: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    here = reverse("admin:echo_sessions_series_change", args=(own[Series].pk,))
    for field in ("summary_en", "summary_fr"):
        answer = client.post(here, {**posted_fields(client, here), field: "a" * 200_000})
        assert dict(answer.context["adminform"].form.errors) == {
            field: ["Write at most 2000 characters; there are 200000."]
        }
        with pytest.raises(IntegrityError), transaction.atomic():
            Series.objects.filter(pk=own[Series].pk).update(**{field: "a" * 2001})


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"text": "🙂🙂🙂"}, ("text", "A key needs")),
        ({"max_uses": "0"}, ("max_uses", "Write 1 or more.")),
    ],
)
def test_impossible_key_is_refused(own: HubRows, change: dict[str, str], error: tuple[str, str]) -> None:
    client, key = signed_in_client(own.coordinator), own[EnrollmentKey]
    here = reverse("admin:echo_sessions_enrollmentkey_change", args=(key.pk,))
    answer = client.post(here, {**posted_fields(client, here), **change})
    ((field, (sentence,)),) = answer.context["adminform"].form.errors.items()
    assert (field, sentence[: len(error[1])]) == error
    with pytest.raises(IntegrityError), transaction.atomic():
        EnrollmentKey.objects.create(series=own[Series], text="🙂🙂🙂")


def test_limit_below_the_number_of_registrants_is_saved_with_a_warning(own: HubRows, people: People) -> None:
    now, session = timezone.now(), own[Session]
    Registration.objects.create(
        person=people.ama, session=session, state="registered", registered_at=now, changed_at=now
    )
    client = signed_in_client(own.coordinator)
    answer = client.post(change(session), {**posted_fields(client, change(session)), "capacity": "1"}, follow=True)
    assert "2 people are registered and keep their places" in answer.content.decode()


def test_key_that_is_too_long_when_folded_is_refused(own: HubRows) -> None:
    client, key = signed_in_client(own.coordinator), own[EnrollmentKey]
    here = reverse("admin:echo_sessions_enrollmentkey_change", args=(key.pk,))
    answer = client.post(here, {**posted_fields(client, here), "text": "ß" * 30})
    assert list(answer.context["adminform"].form.errors) == ["text"]


@pytest.mark.parametrize("field", ["partners", "nothing", "slug", "series"])
def test_autocomplete_for_a_name_that_is_not_a_column_is_refused(own: HubRows, field: str) -> None:
    query = {"app_label": "hubs", "model_name": "hub", "field_name": field, "term": ""}
    assert signed_in_client(own.coordinator).get(reverse("admin:autocomplete"), query).status_code == 403


def test_new_session_form_is_filled_with_the_usual_values_of_the_series(own: HubRows) -> None:
    last = own[Session]
    page = signed_in_client(own.coordinator).get(reverse("admin:echo_sessions_session_add"), {"series": own[Series].pk})
    initial = page.context["adminform"].form.initial
    assert (initial["number"], initial["time_zone"]) == (last.number + 1, last.time_zone)
    assert (initial["start_time"], initial["end_time"]) == (last.start_time, last.end_time)


def test_new_session_form_displays_no_values_of_another_hubs_series(own: HubRows, other: HubRows) -> None:
    page = signed_in_client(own.coordinator).get(
        reverse("admin:echo_sessions_session_add"), {"series": other[Series].pk}
    )
    assert page.context["adminform"].form.initial["number"] == 1


@pytest.mark.parametrize("path", ["/en/\x00", "/en/\x1b[31m", "//elsewhere.example"])
def test_next_address_with_control_characters_is_ignored(people: People, client: Client, path: str) -> None:
    page = client.get(reverse("sign_in"), {"next": path})
    assert (page.status_code, page.context["next"]) == (200, "")
    assert client.post(reverse("sign_in"), {"next": path, "email": people.ama.email}).status_code == 302
    assert SignInCode.objects.get().next_path == ""


def test_webhook_returns_400_for_a_deeply_nested_body(db: None, client: Client, settings: Any) -> None:
    settings.MAIL_HOOK_SECRET = "secret"
    body, stamp = b"[" * 100_000, str(int(timezone.now().timestamp()))
    headers = {"X-Echo-Timestamp": stamp, "X-Echo-Signature": signature("secret", stamp, body)}
    answer = client.post(reverse("mail_events"), body, content_type="application/json", headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize("name", ["\ufdfa" * 200, "각" * 200])
def test_person_whose_name_is_longer_when_folded_can_register(client: Client, programme: Programme, name: str) -> None:
    series, sessions = programme.open_series(sessions=1)
    here = reverse("register", kwargs={"slug": series.slug})
    assert client.post(here, form(name=name, sessions=[sessions[0].pk])).status_code == 302
    assert Registration.objects.get().person.name == name


def test_hub_form_saved_without_changes_is_accepted(own: HubRows) -> None:
    """Control: a form is accepted if nothing was edited."""
    client = signed_in_client(own.coordinator)
    here = reverse("admin:hubs_hub_change", args=(own[Hub].pk,))
    assert client.post(here, posted_fields(client, here)).status_code == 302


def test_section_with_an_error_is_displayed_open(coordinator_client: Client, own: HubRows) -> None:
    page = address(Series, "change", own[Series].pk)

    def open_sections(**typed: str) -> dict[str, bool]:
        data = {**posted_fields(coordinator_client, page), "slug": "", **typed}
        sections = coordinator_client.post(page, data).context["adminform"]
        return {str(one.name): not one.is_collapsible for one in sections if "collapse" in one.classes}

    video = "A video that introduces it"
    closed = open_sections()
    assert (set(closed.values()), open_sections(video_url="none")) == ({False}, {**closed, video: True})
