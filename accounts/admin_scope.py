"""Row-level permissions of the admin. One rule applies to lists, forms, drop-downs, inlines, actions and history.

Each model defines its scope with two queryset methods: `editable_by(person)` and, if a person may view more rows than
they may edit, `visible_to(person)`. Django's permission rows are not used. Using the admin for a model without
`editable_by` raises ImproperlyConfigured. If a model's app cannot import Person, an app that can import it calls
`register_scope` instead.
"""

import json
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, transaction
from django.db.models import (
    DateField,
    DateTimeField,
    EmailField,
    Field,
    ForeignKey,
    ManyToManyField,
    Model,
    QuerySet,
    TextField,
    TimeField,
)
from django.forms import DateInput, ModelForm, TimeInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.actions import record
from accounts.admin_dates import show_dates_in_words, with_dates_in_words
from accounts.admin_fields import AutocompleteNumber
from accounts.admin_search import folded_search
from accounts.admin_stale import (
    SEEN,
    SEEN_VALUES,
    StaleFormMixin,
    displayed_values,
    keep_stored_values,
    read_seen_values,
    saved_last_by,
    stored_now,
)
from accounts.models import Person
from echo_portal.lib.address_fields import AddressInput
from echo_portal.lib.database import row_version
from echo_portal.lib.forms import DayAndTimeInput, LongTextField, check_year
from echo_portal.lib.kept_posts import EDIT, STEP
from echo_portal.lib.text import row_id

_rules: dict[type[Model], Callable[[Person], QuerySet[Any]]] = {}


def register_scope(model: type[Model], editable_by: Callable[[Person], QuerySet[Any]]) -> None:
    """Register the `editable_by` rule of a model that cannot define it itself.

    If in doubt, the rule must return no rows.
    """
    _rules[model] = editable_by


def editable_rows(model: type[Model], person: Person) -> QuerySet[Any]:
    """Return the rows that this person may edit. They may also choose these rows in forms."""
    if model in _rules:
        return _rules[model](person)
    rows = model._default_manager.all()
    if not hasattr(rows, "editable_by"):
        raise ImproperlyConfigured(
            f"{model._meta.label} has no editable_by(person): its rows cannot be scoped to a person."
        )
    editable: QuerySet[Any] = rows.editable_by(person)
    return editable


def visible_rows(model: type[Model], person: Person) -> QuerySet[Any]:
    """Return the rows this person may view."""
    rows = model._default_manager.all()
    visible: QuerySet[Any] = rows.visible_to(person) if hasattr(rows, "visible_to") else editable_rows(model, person)
    return visible


def signed_in_person(request: HttpRequest) -> Person:
    """Return the person who sent this admin request. They must be signed in."""
    assert isinstance(request.user, Person)
    return request.user


class ReadOnly:
    """A mixin for models whose rows cannot be added, changed or deleted on the admin's generic pages.

    List it before the scoped class.
    """

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FreshFactor:
    """A mixin that requires a new code of the second factor before a row is added, changed or deleted.

    List it before the scoped class.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._ask_again(request) or super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._ask_again(request) or super().delete_view(request, *args, **kwargs)  # type: ignore[misc]

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return self._ask_again(request) or super().response_action(request, *args, **kwargs)  # type: ignore[misc]

    @staticmethod
    def _ask_again(request: HttpRequest) -> HttpResponse | None:
        return second_factor.ask_unless_recent(request)


class Scoped:
    """A mixin that limits a ModelAdmin or an inline to the rows in the person's scope.

    The argument `obj` of its methods is the row or, in an inline, the parent row.
    """

    model: type[Model]
    # Fields that determine the row's scope. They are set when the row is added, and read-only afterwards.
    immutable_fields: tuple[str, ...] = ()
    # If True, coordinators may view these rows, and only Pallium staff may change them.
    only_staff_writes = False

    def has_access(self, request: HttpRequest) -> bool:
        """Return whether this person may open the pages. By default only Pallium staff may; subclasses extend this."""
        return isinstance(request.user, Person) and request.user.is_pallium_staff

    def may_write(self, request: HttpRequest) -> bool:
        return self.has_access(request) and (not self.only_staff_writes or signed_in_person(request).is_pallium_staff)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        person = signed_in_person(request)
        if person.is_pallium_staff:
            return rows
        return rows.filter(pk__in=visible_rows(self.model, person).order_by().values("pk"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_access(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_access(request) and (obj is None or _is_in(visible_rows, obj, request))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_write(request) and (obj is None or _is_in(editable_rows, obj, request))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_write(request) and (obj is None or _is_in(editable_rows, obj, request))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.may_write(request) and (obj is None or _is_in(editable_rows, obj, request))

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field. Date and datetime fields get a validator that refuses implausible years."""
        if isinstance(db_field, TextField) and not db_field.choices:
            kwargs.setdefault("form_class", LongTextField)
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if isinstance(db_field, DateField) and field is not None:  # DateTimeField is a subclass
            field.validators.append(check_year)
            both = _("Give the date and the time together.")
            field.error_messages.update(invalid_date=both, invalid_time=both)
        return field

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field with its choices limited to editable rows, so that other posted values are invalid."""
        kwargs["queryset"] = _choices(db_field, request, kwargs.get("queryset"))
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs.setdefault("widget", AutocompleteNumber(db_field, self.admin_site))  # type: ignore[attr-defined]
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["queryset"] = _choices(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


def _choices(field: "Field[Any, Any]", request: HttpRequest, narrower: QuerySet[Any] | None) -> QuerySet[Any]:
    target = field.related_model
    assert isinstance(target, type)
    editable = editable_rows(target, signed_in_person(request))
    return editable if narrower is None else narrower.filter(pk__in=editable.order_by().values("pk"))


def _is_in(rule: Any, obj: Model, request: HttpRequest) -> bool:
    """Return whether the rule's queryset contains the row. The result is cached per request and row."""
    if obj.pk is None or signed_in_person(request).is_pallium_staff:
        return True
    cache: dict[Any, bool] = request.__dict__.setdefault("_scope_answers", {})
    key = (rule.__name__, obj._meta.label, obj.pk)
    if key not in cache:
        cache[key] = rule(type(obj), signed_in_person(request)).filter(pk=obj.pk).exists()
    return cache[key]


class NotSaved:
    """A mixin for a form that is displayed again as it was posted, with any errors, and is never saved."""

    def is_valid(self) -> bool:
        return False


class ScopedInline(Scoped):
    """The base class of inlines. A person who may edit the parent row may also edit the rows of the inline."""

    extra = 0
    view_on_site: Any = False


class ScopedAdmin(Scoped, admin.ModelAdmin):  # type: ignore[type-arg]
    """The base class of admin pages. Each change writes an audit event in addition to Django's own history."""

    view_on_site = False
    list_per_page = 50
    show_full_result_count = False
    # The browser's own pickers. Django's widgets display a note about the server's time zone, which is wrong here.
    formfield_overrides = {
        DateTimeField: {"widget": DayAndTimeInput},
        DateField: {"widget": DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
        TimeField: {"widget": TimeInput(format="%H:%M", attrs={"type": "time"})},
        EmailField: {"widget": AddressInput({"class": "vTextField"})},
    }
    # The attribute path from a row to its hub's id, such as "series.hub_id"; empty if rows do not belong to a hub.
    hub_path = ""

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Return the rows that contain each word of the search, ignoring case, accents, quotation marks and hyphens."""
        fields = self.get_search_fields(request)
        return (queryset.filter(folded_search(self.model, fields, search_term)) if fields else queryset), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Return the row, loaded after its version was determined, so that it is at least as new as that version.

        In a POST, determining the version locks the row.
        """
        row = super().get_object(request, object_id, from_field)
        if row is None or not self.has_change_permission(request, row):
            return row
        version = row_version(row)
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.__dict__[SEEN] = version
        return row

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form that does not save if the row was changed after the page was opened (accounts.admin_stale)."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if request.method == "POST" and request.POST.get(STEP) == EDIT:
            form = type(form.__name__, (NotSaved, form), {})
        if not change or request.method != "POST" or SEEN not in getattr(obj, "__dict__", {}):
            return form
        facts = {
            "seen": request.POST.get(SEEN, ""),
            "stored": obj.__dict__[SEEN],
            "seen_values": read_seen_values(request.POST.get(SEEN_VALUES, "")),
        }
        return type(form.__name__, (StaleFormMixin, form), facts)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Return the arguments for an inline's formset.

        If the row was changed after the page was opened, the posted values of fields that the person did not edit are
        replaced by the stored values.
        """
        found: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        version = getattr(obj, "__dict__", {}).get(SEEN, "")
        if "data" not in found or not version or request.POST.get(SEEN, "") == version:
            return found
        seen = read_seen_values(request.POST.get(SEEN_VALUES, ""))
        rows = inline.get_formset(request, obj)(instance=obj, prefix=prefix, queryset=found["queryset"])
        ids = {name: value for name, value in request.POST.items() if name.startswith(f"{prefix}-")}
        places = {value: name.removesuffix("-id") for name, value in ids.items() if name.endswith("-id")}
        for form in rows.initial_forms:
            form.prefix = places.get(str(form.instance.pk), form.prefix)
            keep_stored_values(found["data"], form, seen)
        return found

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        version = getattr(context.get("original"), SEEN, "")
        form = context["adminform"].form
        values = displayed_values(form)
        for inline in context["inline_admin_formsets"]:
            for row in inline.formset.initial_forms:
                values |= displayed_values(row)
        differing = stored_now(form)
        context |= {SEEN: version, SEEN_VALUES: json.dumps(values), "stored_now": differing}
        if differing:
            context["stored_by"] = saved_last_by(context["original"])
        show_dates_in_words(context["adminform"], self.model)
        for inline in context["inline_admin_formsets"]:
            show_dates_in_words(inline, inline.opts.model)
        return super().render_change_form(request, context, *args, **kwargs)

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        return with_dates_in_words(self.model, super().get_list_display(request))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        """Display the audit events about a row that the person may view, as sentences."""
        row = self.get_object(request, unquote(object_id))
        lines: Any = []
        if row is not None and self.has_view_permission(request, row):
            lines = self.admin_site.history_of(request, row)  # type: ignore[attr-defined]
        return super().history_view(request, object_id, {"lines": lines, **(extra_context or {})})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Display the list with the model's plural name as its heading.

        For filters with impossible values, redirect to the whole list. For actions on impossible row IDs, redirect with
        an error message. Django would fail for both.
        """
        if any(row_id(one) is None for one in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            self.message_user(request, _("Choose the rows in the list again."), messages.ERROR)
            return HttpResponseRedirect(request.path)
        context = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        if request.method == "POST" or not request.GET:
            return super().changelist_view(request, context)
        try:
            with transaction.atomic():  # a savepoint, because the database refuses some values
                response = super().changelist_view(request, context)
                return response.render() if isinstance(response, TemplateResponse) else response
        except (DataError, ValueError, OverflowError):
            self.message_user(
                request, _("This filter is not possible, so the whole list is displayed."), messages.WARNING
            )
            return HttpResponseRedirect(request.path)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Return the read-only fields, including relations to rows outside the person's scope.

        These relations are read-only because the form would otherwise remove them when it is saved. The fields in
        `immutable_fields` are read-only once the row exists.
        """
        fixed = [*super().get_readonly_fields(request, obj)]
        if obj is not None:
            fixed += self.immutable_fields
            fixed += self._fields_out_of_scope(request, obj, fixed)
        return fixed

    def _fields_out_of_scope(self, request: HttpRequest, obj: Model, fixed: list[Any]) -> list[str]:
        person = signed_in_person(request)
        if person.is_pallium_staff or not self.has_change_permission(request, obj):
            return []
        found = []
        for field in (*obj._meta.concrete_fields, *obj._meta.many_to_many):
            if not field.is_relation or field.name in fixed or not isinstance(field.related_model, type):
                continue
            if field.many_to_many:
                related = getattr(obj, field.name).all()
            else:
                related = field.related_model._default_manager.filter(pk=field.value_from_object(obj))
            editable = editable_rows(field.related_model, person).order_by().values("pk")
            if related.exclude(pk__in=editable).exists():
                found.append(field.name)
        return found

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._record(request, obj, "changed" if change else "added", {"fields": list(form.changed_data)})

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._record(request, obj, "deleted", {})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for obj in queryset:
            self.delete_model(request, obj)

    def _record(self, request: HttpRequest, obj: Model, what: str, details: dict[str, Any]) -> None:
        name = obj._meta.model_name
        hub_id: Any = obj if self.hub_path else None
        for step in self.hub_path.split(".") if self.hub_path else ():
            hub_id = getattr(hub_id, step)
        record(
            f"{name}-{what}", about=f"{name}:{obj.pk}", by=signed_in_person(request), scope_id=hub_id, details=details
        )
