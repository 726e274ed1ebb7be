"""A coordinator neither sees nor writes another hub's rows, at any address of the administration (SAFETY.md 4.1).

The matrix is made from what is registered: a new page is covered, or the first test here fails.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db.models import ForeignKey, ManyToManyField, Model
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.admin_scope import ScopedAdmin
from accounts.models import AuditEvent, Person
from credits.models import Accreditation
from echo_portal.admin.series import SeriesAdmin
from echo_portal.outbox.models import Message, Suppression
from hubs.models import Hub, Membership, Organisation, Programme
from registrations.admin import RegistrationAdmin
from registrations.models import Registration
from sessions.models import EnrollmentKey, Material, Series, Session
from tests.admin.two_hubs import CANARY, OWN, HubRows, enter
from tests.people import People
from tests.tables import checksums

ADMINS: "dict[type[Model], ModelAdmin[Any]]" = dict(admin.site._registry)
OF_HUBS = {Series, Session, EnrollmentKey, Registration, Accreditation, Hub, Membership, Message, Suppression}
STAFF_ONLY = {Person, AuditEvent, Programme}
SHARED = {Organisation}  # their names stand on public pages; hubs read them, Pallium staff writes
by_model = pytest.mark.parametrize("model", ADMINS, ids=lambda model: model.__name__)
# Rows of hubs, and those of people and of the trail that came to be through a hub.
by_hub_model = pytest.mark.parametrize("model", sorted(OF_HUBS, key=str), ids=lambda model: model.__name__)
by_filled_model = pytest.mark.parametrize(
    "model", sorted({*OF_HUBS, Person, AuditEvent}, key=str), ids=lambda model: model.__name__
)


def address(model: type[Model], page: str, *arguments: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def text_of(response: Any) -> str:
    return str(response.content.decode()) + str(response.headers)


def leaks(response: Any) -> bool:
    return CANARY.casefold() in text_of(response).casefold()


def posted_fields(client: Client, page: str) -> dict[str, Any]:
    """What a browser would send for the form of a page, unchanged."""
    context = client.get(page).context
    data: dict[str, Any] = {"seen_version": context["seen_version"]}
    all_forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        all_forms += [formset.formset.management_form, *formset.formset.forms]
    for form in all_forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False and value != "":
                data[field.html_name] = value
            if isinstance(field.field, forms.SplitDateTimeField):
                data.pop(field.html_name, None)
    return data


# --- the list of pages is whole --------------------------------------------------------------------


def test_every_registered_page_is_in_this_matrix_and_has_the_scope() -> None:
    assert set(ADMINS) == OF_HUBS | STAFF_ONLY | SHARED
    assert [model for model, page in ADMINS.items() if not isinstance(page, ScopedAdmin)] == []


@by_model
def test_no_filter_lists_the_names_of_all_hubs(model: type[Model]) -> None:
    page = ADMINS[model]
    for entry in page.list_filter:
        if isinstance(entry, type):
            assert issubclass(entry, admin.SimpleListFilter)  # asks no relation for its names; its words are ours
            continue
        name, how = entry if isinstance(entry, tuple) else (entry, None)
        field: Any = model
        for part in str(name).split("__"):
            field = (field.related_model if hasattr(field, "related_model") else field)._meta.get_field(part)
        assert not field.is_relation or how is admin.RelatedOnlyFieldListFilter, name
    assert page.list_editable == ()
    assert page.view_on_site is False


def test_there_is_no_view_on_site_and_no_password_page(people: People) -> None:
    client = enter(people.staff)
    for page in ("/admin/r/1/1/", "/admin/password_change/"):
        assert client.get(page).status_code == 404


# --- reading ----------------------------------------------------------------------------------------


@by_model
def test_a_coordinators_list_search_and_filters_hold_their_own_rows_alone(
    own: HubRows, other: HubRows, model: type[Model], caplog: pytest.LogCaptureFixture
) -> None:
    client = enter(own.coordinator)
    here = address(model, "changelist")
    first = client.get(here)
    assert first.status_code == (403 if model in STAFF_ONLY else 200)
    if model in OF_HUBS:
        assert OWN.casefold() in text_of(first).casefold()
    assert not leaks(first)
    questions = [f"q={CANARY}", "all=1", "o=-1", "id__gt=0", f"series__hub__name_en__startswith={CANARY}"]
    questions += [f"person__email_key__startswith={CANARY.lower()}", f"session__series__slug={CANARY.lower()}-series"]
    questions += [
        f"{_plain(entry)}__id__exact={row.pk}" for entry in ADMINS[model].list_filter for row in other.rows.values()
    ]
    for question in questions:
        answer = client.get(f"{here}?{question}")
        body = text_of(answer).replace(question, "").replace(CANARY + '"', "").replace(f"{CANARY.lower()}-series", "")
        # The words of the question itself come back in the search box and the links of the page.
        assert f"{CANARY}-".casefold() not in body.casefold(), question
    caplog.clear()  # Django tells in the log which questions it refused


def _plain(entry: Any) -> str:
    return str(entry[0] if isinstance(entry, tuple) else entry)


@by_filled_model
@pytest.mark.parametrize("kind", ["change", "history", "delete"])
def test_another_hubs_row_is_not_there(own: HubRows, other: HubRows, model: type[Model], kind: str) -> None:
    client = enter(own.coordinator)
    row = other[model]
    before = checksums()
    here = address(model, kind, row.pk)
    for answer in (client.get(here), client.post(here, {"post": "yes"}), client.get(here, {"_popup": 1})):
        assert answer.status_code in {302, 403, 404}
        assert not leaks(answer)
        if answer.status_code == 302:
            assert not leaks(client.get(answer["Location"]))
    assert checksums() == before


@by_hub_model
def test_a_coordinator_opens_every_page_of_an_own_row_without_another_hubs_words(
    own: HubRows, other: HubRows, model: type[Model]
) -> None:
    client = enter(own.coordinator)
    row = own[model]
    for page in ("change", "history"):
        answer = client.get(address(model, page, row.pk))
        assert answer.status_code == 200
        assert not leaks(answer)
    for page in (address(model, "add"), address(model, "delete", row.pk)):
        answer = client.get(page)
        assert answer.status_code in {200, 403}
        assert not leaks(answer)


def test_the_start_page_and_the_rooms_show_no_other_hub(own: HubRows, other: HubRows) -> None:
    client = enter(own.coordinator)
    labels = {model._meta.app_label for model in ADMINS}
    for page in ("/admin/", "/admin/jsi18n/", *(f"/admin/{label}/" for label in labels)):
        answer = client.get(page)
        assert answer.status_code in {200, 404}
        assert not leaks(answer)


def relations() -> Iterator[tuple[type[Model], str]]:
    for model in ADMINS:
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if isinstance(field, ForeignKey | ManyToManyField):
                yield model, field.name


@pytest.mark.parametrize(("model", "name"), list(relations()), ids=lambda part: getattr(part, "__name__", part))
def test_autocomplete_finds_own_rows_alone(own: HubRows, other: HubRows, model: type[Model], name: str) -> None:
    client = enter(own.coordinator)
    question = {"app_label": model._meta.app_label, "model_name": str(model._meta.model_name), "field_name": name}
    for term in ("", "hub", "-"):
        answer = client.get(reverse("admin:autocomplete"), {**question, "term": term})
        assert answer.status_code in {200, 403}
        assert not leaks(answer)


def choice_fields(model: type[Model], person: Person) -> Iterator[tuple[str, Any]]:
    """Every relation that a form or an inline of this page lets a person choose, with what may be posted."""
    request = request_of(person)
    page = ADMINS[model]
    for name, field in page.get_form(request).base_fields.items():
        if isinstance(field, forms.ModelChoiceField):
            yield name, field.queryset
    for inline in page.get_inline_instances(request):
        for name, field in inline.get_formset(request).form.base_fields.items():
            if isinstance(field, forms.ModelChoiceField):
                yield f"{type(inline).__name__}.{name}", field.queryset


@by_model
def test_what_may_be_chosen_and_posted_is_the_persons_own(own: HubRows, other: HubRows, model: type[Model]) -> None:
    foreign = {(type(row), row.pk) for row in other.rows.values()}
    for name, queryset in choice_fields(model, own.coordinator):
        assert {(type(row), row.pk) for row in queryset} & foreign == set(), name


# --- writing ----------------------------------------------------------------------------------------


def refused(client: Client, page: str, data: dict[str, Any]) -> Any:
    """Posts, and holds that nothing of ours was written."""
    before = checksums()
    answer = client.post(page, data)
    assert checksums() == before
    assert not leaks(answer)
    return answer


NEW_SERIES = {
    "state": "draft",
    "slug": "new",
    "kind": "webinar",
    "language": "en",
    "title_en": "New",
    "registration_mode": "open",
    "sessions-TOTAL_FORMS": 0,
    "sessions-INITIAL_FORMS": 0,
    "organisations-TOTAL_FORMS": 0,
    "organisations-INITIAL_FORMS": 0,
}
NEW_SESSION = {
    "number": 9,
    "state": "draft",
    "title_en": "New",
    "time_zone": "America/Toronto",
    "promote_until_minutes": 120,
    "materials-TOTAL_FORMS": 0,
    "materials-INITIAL_FORMS": 0,
}


def test_a_row_cannot_be_added_to_another_hub(own: HubRows, other: HubRows) -> None:
    client = enter(own.coordinator)
    forged: list[tuple[type[Model], dict[str, Any]]] = [
        (Series, {**NEW_SERIES, "hub": other.hub.pk}),
        (Session, {**NEW_SESSION, "series": other[Series].pk}),
        (EnrollmentKey, {"series": other[Series].pk, "text": "NEWKEY"}),
    ]
    for model, data in forged:
        assert refused(client, address(model, "add"), data).status_code == 200
    allowed = client.post(address(Series, "add"), {**NEW_SERIES, "hub": own.hub.pk})
    assert allowed.status_code == 302
    assert Series.objects.get(slug="new").hub == own.hub


@pytest.mark.parametrize(
    "model", [Registration, Accreditation, Membership, Organisation, Hub, Person, AuditEvent, Programme]
)
def test_what_only_staff_or_nobody_adds_is_refused(own: HubRows, other: HubRows, model: type[Model]) -> None:
    client = enter(own.coordinator)
    data = {"hub": own.hub.pk, "person": own.coordinator.pk, "role": "evaluator", "series": own[Series].pk, "slug": "x"}
    assert refused(client, address(model, "add"), data).status_code == 403


def test_an_own_row_cannot_be_moved_to_another_hub(own: HubRows, other: HubRows) -> None:
    client = enter(own.coordinator)
    series, session, key = own[Series], own[Session], own[EnrollmentKey]
    for row, forged in (
        (series, {"hub": other.hub.pk}),
        (session, {"series": other[Series].pk}),
        (key, {"series": other[Series].pk}),
    ):
        here = address(type(row), "change", row.pk)
        answer = client.post(here, {**posted_fields(client, here), **forged})
        assert answer.status_code == 302, getattr(answer, "context_data", {}).get("errors")
    series.refresh_from_db()
    session.refresh_from_db()
    key.refresh_from_db()
    assert (series.hub, session.series, key.series) == (own.hub, series, series)


def test_another_hubs_rows_cannot_be_named_in_an_own_form(own: HubRows, other: HubRows) -> None:
    client = enter(own.coordinator)
    here = address(Series, "change", own[Series].pk)
    data = posted_fields(client, here)
    assert refused(client, here, {**data, "recommended_first": [other[Series].pk]}).status_code == 200
    answer = client.post(here, {**data, "partner_hubs": [other.hub.pk]})
    assert answer.status_code == 302
    assert not own[Series].partner_hubs.exists()


def test_another_hubs_material_cannot_be_written_through_an_own_session(own: HubRows, other: HubRows) -> None:
    client = enter(own.coordinator)
    here = address(Session, "change", own[Session].pk)
    mine, theirs = own[Material], other[Material]
    data = posted_fields(client, here)
    data |= {"materials-0-id": theirs.pk, "materials-0-session": other[Session].pk, "materials-0-title": "Taken"}
    refused(client, here, data)
    assert (Material.objects.get(pk=theirs.pk).title, Material.objects.get(pk=mine.pk).session_id) == (
        theirs.title,
        own[Session].pk,
    )


def test_actions_reach_own_rows_alone(own: HubRows, other: HubRows) -> None:
    client = enter(own.coordinator)
    for extra in ({}, {"select_across": 1}, {"confirmed": "yes"}):
        data = {"action": "give_back", "_selected_action": [other[Registration].pk], **extra}
        answer = client.post(address(Registration, "changelist"), data)
        assert not leaks(answer)
    other[Registration].refresh_from_db()
    assert other[Registration].state == Registration.State.REGISTERED
    for model in (Series, Session, EnrollmentKey):
        data = {"action": "delete_selected", "_selected_action": [other[model].pk], "post": "yes"}
        refused(client, address(model, "changelist"), data)


# --- others -----------------------------------------------------------------------------------------


def test_a_partner_hub_reads_a_joint_series_but_neither_writes_it_nor_sees_its_people(
    own: HubRows, other: HubRows
) -> None:
    other[Series].partner_hubs.add(own.hub)
    client = enter(own.coordinator)
    for model in (Series, Session):
        page = client.get(address(model, "change", other[model].pk))
        assert page.status_code == 200
        assert not page.context["has_change_permission"]
        before = checksums()
        assert client.post(address(model, "change", other[model].pk), {"title_en": "Ours now"}).status_code == 403
        assert client.post(address(model, "delete", other[model].pk), {"post": "yes"}).status_code == 403
        assert checksums() == before
    for kept in (Registration, EnrollmentKey, Accreditation):
        assert not leaks(client.get(address(kept, "changelist")))
        assert client.get(address(kept, "change", other.rows[kept].pk)).status_code == 302
    assert (
        refused(client, address(EnrollmentKey, "add"), {"series": other[Series].pk, "text": "ZZZ"}).status_code == 200
    )


@by_model
def test_staff_without_a_hub_sees_nothing(own: HubRows, other: HubRows, people: People, model: type[Model]) -> None:
    client = enter(people.make("nobody@example.org", "No Hub", is_staff=True))
    start = client.get("/admin/")
    assert start.status_code == 200
    assert start.context["app_list"] == []
    pages = [address(model, "changelist"), address(model, "add")]
    for page in pages:
        assert client.get(page).status_code == 403
    if model in other.rows:
        assert client.get(address(model, "change", other[model].pk)).status_code in {302, 403}


def test_a_coordinator_whose_account_is_closed_or_who_left_the_hub_sees_nothing(own: HubRows) -> None:
    client = enter(own.coordinator)
    own[Membership].delete()
    assert client.get(address(Series, "changelist")).status_code == 403
    Person.objects.filter(pk=own.coordinator.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


@by_model
def test_a_stranger_is_sent_to_sign_in(own: HubRows, people: People, model: type[Model]) -> None:
    for client in (Client(), enter(people.stranger)):
        answer = client.get(address(model, "changelist"))
        assert answer.status_code in {302, 403}
        assert OWN.casefold() not in text_of(answer).casefold()


@by_model
def test_pallium_staff_sees_every_hub(own: HubRows, other: HubRows, people: People, model: type[Model]) -> None:
    client = enter(people.staff)
    page = client.get(address(model, "changelist"))
    assert page.status_code == 200
    if model in OF_HUBS | {Person, AuditEvent}:
        assert OWN.casefold() in text_of(page).casefold()
        assert leaks(page)
    if model in own.rows:
        assert client.get(address(model, "change", other[model].pk)).status_code == 200
        assert client.get(address(model, "history", other[model].pk)).status_code == 200


def test_an_evaluator_and_a_facilitator_have_no_way_in(own: HubRows, people: People) -> None:
    for role in (Membership.Role.EVALUATOR, Membership.Role.FACILITATOR):
        person = people.make(f"{role}@example.org", "Somebody", is_staff=True)
        Membership.objects.create(person=person, hub=own.hub, role=role)
        assert enter(person).get(address(Series, "changelist")).status_code == 403


# --- the control: with the guard off, the same questions find the leak --------------------------------


def request_of(person: Person, **query: str) -> HttpRequest:
    request = RequestFactory().get("/admin/", query)
    request.user = person
    request.session = {}  # type: ignore[assignment]
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined]
    return request


class UnscopedRegistrations(RegistrationAdmin):
    def get_queryset(self, request: HttpRequest) -> Any:
        return ModelAdmin.get_queryset(self, request)


class UnscopedSeries(SeriesAdmin):
    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return ModelAdmin.formfield_for_foreignkey(self, db_field, request, **kwargs)


def test_without_the_guard_a_list_and_a_form_do_leak(own: HubRows, other: HubRows) -> None:
    request = request_of(own.coordinator)
    page = UnscopedRegistrations(Registration, admin.site).changelist_view(request)
    assert leaks(page.render())
    field = UnscopedSeries(Series, admin.site).get_form(request).base_fields["hub"]
    assert other.hub in field.queryset
