"""Who may see and edit what in the administration: one rule for lists, forms, drop-downs, inlines, actions and history.

Every model names its rows by two querysets: `editable_by(person)` and, where a person may read more than they may edit,
`visible_to(person)`. Django's permission rows are not used, and a model without `editable_by` cannot be registered.
The rule of a model whose room knows no people is given by a room above (`register_scope`).
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import ImproperlyConfigured
from django.db.models import DateField, Field, ForeignKey, ManyToManyField, Model, QuerySet, TimeField
from django.forms import DateInput, ModelForm, TimeInput
from django.http import HttpRequest
from django.utils.text import capfirst

from accounts.actions import record
from accounts.admin_stale import SEEN, Stale, stored_now
from accounts.models import Person
from echo_portal.lib.database import row_version

_rules: dict[type[Model], Callable[[Person], QuerySet[Any]]] = {}


def register_scope(model: type[Model], editable_by: Callable[[Person], QuerySet[Any]]) -> None:
    """Says for a model that cannot say it itself which of its rows a person may write; `editable_by` fails closed."""
    _rules[model] = editable_by


def editable_rows(model: type[Model], person: Person) -> QuerySet[Any]:
    """The rows this person may write, and choose in a form."""
    if model in _rules:
        return _rules[model](person)
    rows = model._default_manager.all()
    if not hasattr(rows, "editable_by"):
        raise ImproperlyConfigured(
            f"{model._meta.label} has no editable_by(person): nobody can say whose its rows are."
        )
    mine: QuerySet[Any] = rows.editable_by(person)
    return mine


def visible_rows(model: type[Model], person: Person) -> QuerySet[Any]:
    """The rows this person may read."""
    rows = model._default_manager.all()
    seen: QuerySet[Any] = rows.visible_to(person) if hasattr(rows, "visible_to") else editable_rows(model, person)
    return seen


def signed_in_person(request: HttpRequest) -> Person:
    """Who asks. The administration lets nobody in who is not signed in."""
    assert isinstance(request.user, Person)
    return request.user


class ReadOnly:
    """Before a scoped class: rows that are only looked at here; what changes them is an act with a page of its own."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Scoped:
    """The rule, for a ModelAdmin or an inline; `obj` is the row, or for an inline the row it hangs on."""

    model: type[Model]
    # Columns that say whose a row is: given once, never changed.
    immutable_fields: tuple[str, ...] = ()
    # Hubs read these; only Pallium staff writes them.
    only_staff_writes = False

    def works_here(self, request: HttpRequest) -> bool:
        """Pallium staff; a room above says who else."""
        return isinstance(request.user, Person) and request.user.is_pallium_staff

    def writes_here(self, request: HttpRequest) -> bool:
        return self.works_here(request) and (not self.only_staff_writes or signed_in_person(request).is_pallium_staff)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        person = signed_in_person(request)
        if person.is_pallium_staff:
            return rows
        return rows.filter(pk__in=visible_rows(self.model, person).order_by().values("pk"))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.works_here(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.works_here(request) and (obj is None or _among(visible_rows, obj, request))

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.writes_here(request) and (obj is None or _among(editable_rows, obj, request))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.writes_here(request) and (obj is None or _among(editable_rows, obj, request))

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.writes_here(request) and (obj is None or _among(editable_rows, obj, request))

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """The same queryset fills the drop-down and checks what is posted."""
        kwargs["queryset"] = _choices(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["queryset"] = _choices(db_field, request, kwargs.get("queryset"))
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]


def _choices(field: "Field[Any, Any]", request: HttpRequest, narrower: QuerySet[Any] | None) -> QuerySet[Any]:
    target = field.related_model
    assert isinstance(target, type)
    mine = editable_rows(target, signed_in_person(request))
    return mine if narrower is None else narrower.filter(pk__in=mine.order_by().values("pk"))


def _among(rule: Any, obj: Model, request: HttpRequest) -> bool:
    """Whether the row is among those of the rule; asked once a request for each row."""
    if obj.pk is None or signed_in_person(request).is_pallium_staff:
        return True
    asked: dict[Any, bool] = request.__dict__.setdefault("_scope_answers", {})
    question = (rule.__name__, obj._meta.label, obj.pk)
    if question not in asked:
        asked[question] = rule(type(obj), signed_in_person(request)).filter(pk=obj.pk).exists()
    return asked[question]


class ScopedInline(Scoped):
    """For inlines: whoever may write the row they hang on may write theirs."""

    extra = 0
    view_on_site: Any = False


class ScopedAdmin(Scoped, admin.ModelAdmin):  # type: ignore[type-arg]
    """For the pages of one model. Each change leaves a line in the audit trail beside Django's own history."""

    view_on_site = False
    list_per_page = 50
    show_full_result_count = False
    # The browser's own pickers: Django's would say which zone they think a wall clock is in.
    formfield_overrides = {
        DateField: {"widget": DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
        TimeField: {"widget": TimeInput(format="%H:%M", attrs={"type": "time"})},
    }
    # Where a row's hub stands, such as "series.hub_id"; empty for rows of no hub.
    hub_path = ""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Read once its version is known (and, in a POST, locked): a page is never older than the mark it carries."""
        row = super().get_object(request, object_id, from_field)
        if row is None or not self.has_change_permission(request, row):
            return row
        version = row_version(row)
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.__dict__[SEEN] = version
        return row

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A page that is older than its row is refused, with what was typed (accounts.admin_stale)."""
        form = super().get_form(request, obj, change=change, **kwargs)
        if not change or request.method != "POST" or SEEN not in getattr(obj, "__dict__", {}):
            return form
        return type(form.__name__, (Stale, form), {"seen": request.POST.get(SEEN, ""), "stored": obj.__dict__[SEEN]})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        version = getattr(context.get("original"), SEEN, "")
        context |= {SEEN: version, "stored_now": stored_now(context["adminform"].form)}
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Headed by what it lists."""
        return super().changelist_view(
            request, {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What is given once, and relations to rows outside the person's scope: saving a form must not drop them."""
        fixed = [*super().get_readonly_fields(request, obj)]
        if obj is not None:
            fixed += self.immutable_fields
            fixed += self._out_of_reach(request, obj, fixed)
        return fixed

    def _out_of_reach(self, request: HttpRequest, obj: Model, fixed: list[Any]) -> list[str]:
        person = signed_in_person(request)
        if person.is_pallium_staff or not self.has_change_permission(request, obj):
            return []
        found = []
        for field in (*obj._meta.concrete_fields, *obj._meta.many_to_many):
            if not field.is_relation or field.name in fixed or not isinstance(field.related_model, type):
                continue
            if field.many_to_many:
                named = getattr(obj, field.name).all()
            else:
                named = field.related_model._default_manager.filter(pk=field.value_from_object(obj))
            mine = editable_rows(field.related_model, person).order_by().values("pk")
            if named.exclude(pk__in=mine).exists():
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
