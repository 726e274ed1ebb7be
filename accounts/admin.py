"""Admin pages of versions of the privacy policy, and of the audit trail, for Pallium staff."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts.admin_previews import LANGUAGE_NAMES, MARKDOWN_HELP, PreviewMixin
from accounts.admin_scope import ReadOnly, ScopedAdmin
from accounts.models import AuditEvent, ConsentKind, PolicyVersion
from accounts.policies import current_policy
from accounts.policy_form import PolicyVersionForm


@admin.register(PolicyVersion)
class PolicyVersionAdmin(PreviewMixin, ScopedAdmin):
    """The versions of the privacy policy. Of a version that applies, only the date of its review can be edited."""

    form = PolicyVersionForm
    preview_title, preview_text = "", "text"
    preview_missing = _("Not written yet. Both languages are needed before this version is published.")
    list_display = ("applies_on", "state", "both_languages", "review")
    list_filter = ("is_published",)
    fieldsets = (
        (None, {"fields": (("text_en", "text_fr"),), "classes": ("bilingual",), "description": MARKDOWN_HELP}),
        (_("State"), {"fields": ("applies_on", ("is_published", "says_the_same"), "reviewed_on")}),
    )

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return the texts of the current version, because a new version usually changes a few sentences of it."""
        text = current_policy(ConsentKind.PRIVACY).text
        return {"text_en": text["en"], "text_fr": text["fr"], **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fixed = super().get_readonly_fields(request, obj)
        return [*fixed, *PolicyVersion.FIXED_FIELDS] if self._applies(obj) else fixed

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if not self._applies(obj):
            return super().get_fieldsets(request, obj)
        said = _("This version applies: people agreed to it. To change a word, add a new version.")
        texts = {"fields": (("text_en", "text_fr"),), "classes": ("bilingual",), "description": said}
        return ((None, texts), (_("State"), {"fields": ("applies_on", "is_published", "reviewed_on")}))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not self._applies(obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Delete the chosen versions except those that apply."""
        applying = {"is_published": True, "applies_on__lte": timezone.localdate()}
        super().delete_queryset(request, queryset.exclude(**applying))

    @staticmethod
    def _applies(row: PolicyVersion | None) -> bool:
        return row is not None and row.applies(timezone.localdate())

    @admin.display(description=_("State"))
    def state(self, row: PolicyVersion) -> str:
        if not row.is_published:
            return translate("Draft")
        if not self._applies(row):
            return translate("Published, applies later")
        is_current = row.applies_on.isoformat() == current_policy(ConsentKind.PRIVACY).version
        return translate("Applies now") if is_current else translate("Applied earlier")

    @admin.display(description=_("both languages"))
    def both_languages(self, row: PolicyVersion) -> str:
        missing = [code for code in LANGUAGE_NAMES if not getattr(row, f"text_{code}")]
        if not missing:
            return translate("Complete")
        return translate("Missing: %(language)s") % {"language": LANGUAGE_NAMES[missing[0]]}


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, ScopedAdmin):
    """The list of audit events. They contain only IDs. A database trigger also prevents changing them."""

    list_display = ("at", "verb", "about", "actor_id", "scope_id")
    list_filter = ("verb",)
    search_fields = ("=about", "=verb", "=request_id")
    date_hierarchy = "at"
