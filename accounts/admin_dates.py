"""Display dates and times of model fields on admin pages in the format of all other pages, not in Django's."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateField, DateTimeField, Model, TimeField
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_medium, eastern_time, time_of_day


def with_dates_in_words(model: type[Model], names: Iterable[Any]) -> list[Any]:
    """Return the given names of fields and columns, with each date or time field replaced by a display function."""
    return [_column(model, name) for name in names]


def show_dates_in_words(form: Any, model: type[Model]) -> None:
    """Format the read-only date and time fields of a displayed form or inline, which is changed in place."""
    every_field = not getattr(form, "has_change_permission", True)  # all fields of an inline are read-only
    fixed = dict(zip(form.readonly_fields, with_dates_in_words(model, form.readonly_fields), strict=True))

    def shown(name: Any) -> Any:
        if isinstance(name, list | tuple):
            return [shown(one) for one in name]
        return _column(model, name) if every_field else fixed.get(name, name)

    form.readonly_fields = [*fixed.values()]
    form.fieldsets = [(title, {**options, "fields": shown(options["fields"])}) for title, options in form.fieldsets]


def date_in_words(value: dt.datetime | dt.date | dt.time | None) -> str:
    """Return a date, a time of day, or a datetime in Eastern time as text; return "–" for None."""
    language = active_language()
    if value is None:
        return "–"
    if isinstance(value, dt.datetime):
        return eastern_time(value, language)
    return date_medium(value, language) if isinstance(value, dt.date) else time_of_day(value, language)


def _column(model: type[Model], name: Any) -> Any:
    try:
        field: Any = model._meta.get_field(name) if isinstance(name, str) else None
    except FieldDoesNotExist:
        return name
    return _display(field) if isinstance(field, DateField | TimeField) else name


def _display(field: Any) -> Callable[[Model], str]:
    def show(row: Model) -> str:
        return date_in_words(getattr(row, field.name))

    show.__name__ = field.name  # Django derives a CSS class and a help text from it
    show.short_description = _label(field)  # type: ignore[attr-defined]
    show.admin_order_field = field.name  # type: ignore[attr-defined]
    return show


def _label(field: Any) -> Any:
    if not isinstance(field, DateTimeField):
        return field.verbose_name
    return lazy(lambda: _("%(label)s (Eastern time)") % {"label": field.verbose_name}, str)()
