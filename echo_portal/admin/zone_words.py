"""Display time zones as words in forms in which they cannot be edited."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from echo_portal.lib.bilingual import active_language
from echo_portal.lib.zones import zone_words


class ShowsZoneInWords(admin.ModelAdmin):  # type: ignore[type-arg]
    """An admin page of a model with `time_zone`. Where that is read-only, its name by place is displayed instead."""

    @admin.display(description=_("time zone"))
    def zone_in_words(self, row: Any) -> str:
        return zone_words(row.time_zone, active_language()) if row.time_zone else "–"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [*super().get_readonly_fields(request, obj), "zone_in_words"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        is_read_only = "time_zone" in self.get_readonly_fields(request, obj)
        if not is_read_only and (obj is None or self.has_change_permission(request, obj)):
            return fieldsets
        return [(title, {**options, "fields": _in_words(options["fields"])}) for title, options in fieldsets]


def _in_words(fields: Any) -> Any:
    """Return the names of fields, which may be nested, with `zone_in_words` instead of `time_zone`."""
    if isinstance(fields, str):
        return "zone_in_words" if fields == "time_zone" else fields
    return tuple(_in_words(name) for name in fields)
