"""A coordinator can neither read nor change rows of another hub on any page of the administration (SAFETY.md 4.1).

The tests run for each registered model; the first test fails if a model is not listed in `registered.py`.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.db.models import ForeignKey, ManyToManyField, Model
from django.http import HttpRequest
from django.urls import reverse

from accounts.admin_scope import ScopedAdmin
from accounts.models import Person
from attendance.models import (
    Attendance,
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceImport,
    AttendanceRequest,
    HeaderMapping,
)
from credits.models import Accreditation, Certificate, CreditEntry
from echo_portal.admin.registrations import RegistrationAdmin
from echo_portal.admin.series import SeriesAdmin
from evaluations.models import Question
from hubs.models import Membership
from news.models import Mailing, Subscriber
from pages.models import Newsletter, Page, QuestionAndAnswer
from proposals.models import Inquiry
from registrations.models import AddressCorrection, MergeProposal, Registration
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.pages import address, leaks, request_of, text_of
from tests.admin.registered import ADMINS, OF_HUBS, SHARED, STAFF_ONLY, by_hub_model, by_model
from tests.admin.two_hubs import CANARY, OWN, HubRows, signed_in_client
from tests.people import People


def test_registered_pages_are_all_listed_and_scoped() -> None:
    assert set(ADMINS) == OF_HUBS | STAFF_ONLY | SHARED
    assert [model for model, page in ADMINS.items() if not isinstance(page, ScopedAdmin)] == []


@by_model
def test_list_filters_do_not_name_another_hub(model: type[Model]) -> None:
    page = ADMINS[model]
    for entry in page.list_filter:
        if isinstance(entry, type):
            assert issubclass(entry, admin.SimpleListFilter)  # lists fixed choices, not the names of related rows
            continue
        name, how = entry if isinstance(entry, tuple) else (entry, None)
        field = _field_at(model, str(name))
        of_own = isinstance(how, type) and issubclass(how, admin.RelatedOnlyFieldListFilter)
        assert not field.is_relation or of_own, name
    assert page.list_editable == ()
    assert page.view_on_site is False


def test_view_on_site_and_password_pages_are_not_found(people: People) -> None:
    client = signed_in_client(people.staff)
    for page in ("/admin/r/1/1/", "/admin/password_change/"):
        assert client.get(page).status_code == 404


@by_model
def test_list_search_and_filters_display_own_rows_only(
    own: HubRows, other: HubRows, model: type[Model], caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in_client(own.coordinator)
    here = address(model, "changelist")
    first = client.get(here)
    assert first.status_code == (403 if model in STAFF_ONLY else 200)
    if model in OF_HUBS:
        assert OWN.casefold() in text_of(first).casefold()
    assert not leaks(first)
    questions = [f"q={CANARY}", "all=1", "o=-1", "id__gt=0", f"series__hub__name_en__startswith={CANARY}"]
    questions += [f"person__email_key__startswith={CANARY.lower()}", f"session__series__slug={CANARY.lower()}-series"]
    questions += [
        f"{name}__id__exact={other.rows[related].pk}"
        for name, related in _filtered_relations(model)
        if related in other.rows
    ]
    for question in questions:
        answer = client.get(f"{here}?{question}")
        body = text_of(answer).replace(question, "").replace(CANARY + '"', "").replace(f"{CANARY.lower()}-series", "")
        # The page repeats the query itself in the search box and in links.
        assert f"{CANARY}-".casefold() not in body.casefold(), question
    caplog.clear()  # Django logs each lookup that it refuses


def _filtered_relations(model: type[Model]) -> Iterator[tuple[str, type[Model]]]:
    """Yield the relations by which a list can be filtered, each with its related model."""
    for entry in ADMINS[model].list_filter:
        name = str(entry[0] if isinstance(entry, tuple) else entry)
        if not isinstance(entry, type) and isinstance(related := _field_at(model, name).related_model, type):
            yield name, related


def _field_at(model: type[Model], name: str) -> Any:
    """Return the field at the end of a path such as `series__hub`."""
    field: Any = model
    for part in name.split("__"):
        field = (field.related_model if hasattr(field, "related_model") else field)._meta.get_field(part)
    return field


@by_hub_model
def test_pages_of_an_own_row_do_not_display_another_hub(own: HubRows, other: HubRows, model: type[Model]) -> None:
    client = signed_in_client(own.coordinator)
    row = own[model]
    for page in ("change", "history"):
        answer = client.get(address(model, page, row.pk))
        assert answer.status_code == 200
        assert not leaks(answer)
    for page in (address(model, "add"), address(model, "delete", row.pk)):
        answer = client.get(page)
        may = model in {Series, Session, EnrollmentKey, Newsletter, Page, Question, QuestionAndAnswer} or (
            model in {AttendanceAlias, HeaderMapping} and page.endswith("/delete/")
        )
        in_use = model in {Series, Session} and page.endswith("/delete/")
        assert answer.status_code == (302 if in_use else 200 if may else 403)
        assert not leaks(answer)


def test_start_page_and_app_pages_do_not_display_another_hub(own: HubRows, other: HubRows) -> None:
    client = signed_in_client(own.coordinator)
    labels = {model._meta.app_label for model in ADMINS}
    for page in ("/admin/", "/admin/jsi18n/", *(f"/admin/{label}/" for label in labels)):
        answer = client.get(page)
        assert answer.status_code == (404 if page in ("/admin/accounts/", "/admin/news/") else 200)
        assert not leaks(answer)


def relations() -> Iterator[tuple[type[Model], str]]:
    for model in ADMINS:
        for field in (*model._meta.fields, *model._meta.many_to_many):
            if isinstance(field, ForeignKey | ManyToManyField):
                yield model, field.name


# Relations to models whose lists coordinators may not search.
NOT_SEARCHED: set[tuple[type[Model], str]] = {
    (Person, "groups"),
    (Person, "user_permissions"),
    (Membership, "person"),
    (Accreditation, "signature"),
    (Registration, "person"),
    (Registration, "enrollment"),
    (AddressCorrection, "person"),
    (AddressCorrection, "proposed_by"),
    (AddressCorrection, "decided_by"),
    (MergeProposal, "person"),
    (Session, "reminders_held_by"),
    (Person, "merged_into"),
    (Subscriber, "groups"),
    (Subscriber, "user_permissions"),
    (Subscriber, "merged_into"),
    (Mailing, "written_by"),
    (MergeProposal, "other"),
    (MergeProposal, "proposed_by"),
    (MergeProposal, "decided_by"),
    (Registration, "addition"),
    (Registration, "cancelled_by"),
    (Attendance, "person"),
    (Attendance, "confirmed_by"),
    (AttendanceAlias, "person"),
    (AttendanceAlias, "made_by"),
    (AttendanceCorrection, "person"),
    (AttendanceCorrection, "made_by"),
    (AttendanceRequest, "person"),
    (AttendanceRequest, "answered_by"),
    (AttendanceImport, "uploaded_by"),
    (AttendanceImport, "imported_by"),
    (HeaderMapping, "mapped_by"),
    (Inquiry, "person"),
    (Inquiry, "assigned_to"),
    (Inquiry, "closed_by"),
    (CreditEntry, "person"),
    (Certificate, "person"),
    (Certificate, "issued_by"),
    (Certificate, "revoked_by"),
}


@pytest.mark.parametrize(("model", "name"), list(relations()), ids=lambda part: getattr(part, "__name__", part))
def test_autocomplete_finds_own_rows_only(own: HubRows, other: HubRows, model: type[Model], name: str) -> None:
    client = signed_in_client(own.coordinator)
    question = {"app_label": model._meta.app_label, "model_name": str(model._meta.model_name), "field_name": name}
    for term in ("", "hub", "-"):
        answer = client.get(reverse("admin:autocomplete"), {**question, "term": term})
        assert answer.status_code == (403 if (model, name) in NOT_SEARCHED else 200)
        assert not leaks(answer)


def choice_fields(model: type[Model], person: Person) -> Iterator[tuple[str, Any]]:
    """Yield the relation fields of this page's form and inlines, each with the rows that it accepts."""
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
def test_form_choices_are_own_rows_only(own: HubRows, other: HubRows, model: type[Model]) -> None:
    foreign = {(type(row), row.pk) for row in other.rows.values()}
    for name, queryset in choice_fields(model, own.coordinator):
        assert {(type(row), row.pk) for row in queryset} & foreign == set(), name


class UnscopedRegistrations(RegistrationAdmin):
    def get_queryset(self, request: HttpRequest) -> Any:
        return ModelAdmin.get_queryset(self, request)


class UnscopedSeries(SeriesAdmin):
    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return ModelAdmin.formfield_for_foreignkey(self, db_field, request, **kwargs)


def test_unscoped_list_and_form_display_rows_of_another_hub(own: HubRows, other: HubRows) -> None:
    request = request_of(own.coordinator)
    page = UnscopedRegistrations(Registration, admin.site).changelist_view(request)
    assert leaks(page.render())
    field = UnscopedSeries(Series, admin.site).get_form(request).base_fields["hub"]
    assert other.hub in field.queryset
