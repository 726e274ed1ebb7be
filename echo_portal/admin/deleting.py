"""Delete sessions and series, but only drafts to which no certification, registration, attendance or email refers."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.options import ActionLocation, ModelAdmin
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.db.models import Exists, ForeignObjectRel, Model, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from hubs.admin_scope import HubScopedAdmin
from sessions.models import EnrollmentKey, Material, PresenterChange, Series, SeriesOrganisation, Session

# The models whose rows are parts of a draft and are deleted with it.
PARTS: tuple[type[Model], ...] = (EnrollmentKey, Material, PresenterChange, SeriesOrganisation)


def untouched_drafts(model: type[Model]) -> QuerySet[Any]:
    """Return the drafts of Series or Session to which no other row refers, except rows that are parts of them.

    A series is included only if all its sessions are such drafts.
    """
    rows: QuerySet[Any] = model._default_manager.filter(state="draft")
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue
        other: Any = relation.related_model
        if other in PARTS or other._meta.auto_created:
            continue
        referring = other._base_manager.filter(**{relation.field.name: OuterRef("pk")})
        if other is Session:
            referring = referring.exclude(pk__in=untouched_drafts(Session).values("pk"))
        rows = rows.filter(~Exists(referring))
    return rows


class DeletesDraftsOnly(HubScopedAdmin):
    """The base class of pages that delete only untouched drafts. For other rows, they display why not."""

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or obj.pk is None or untouched_drafts(self.model).filter(pk=obj.pk).exists()

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        key = unquote(object_id)
        with transaction.atomic():
            rows = self.get_queryset(request).filter(pk=key) if key.isdecimal() and len(key) < 18 else None
            row = rows.first() if rows is not None and self.has_access(request) else None
            if row is not None and self.has_change_permission(request, row) and self._refuse(request, [row]):
                return HttpResponseRedirect(
                    reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=(row.pk,))
                )
            return super().delete_view(request, object_id, extra_context)

    def get_actions(self, request: HttpRequest, action_location: Any = ActionLocation.CHANGE_LIST) -> Any:
        """Return the actions, with Django's delete action replaced by one that deletes drafts only."""
        actions = super().get_actions(request, action_location=action_location)
        if deleting := actions.get("delete_selected"):
            deleting.func = delete_selected_drafts
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Return what would be deleted, including draft sessions of series, which Django would report as protected."""
        found, counts, missing, protected = super().get_deleted_objects(objs, request)
        if self.model is not Series:
            return found, counts, missing, protected
        sessions = Session.objects.filter(series__in=[row.pk for row in objs])
        of_sessions = super().get_deleted_objects(sessions, request)
        return [*found, *of_sessions[0]], {**counts, **of_sessions[1]}, missing | of_sessions[2], of_sessions[3]

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if isinstance(obj, Series):
            sessions_page: Any = self.admin_site.get_model_admin(Session)
            for session in obj.sessions.all():
                sessions_page.delete_model(request, session)
        super().delete_model(request, obj)

    def _refuse(self, request: HttpRequest, rows: list[Any]) -> bool:
        """Lock the rows. If one of them must not be deleted, display the reason and return True, else return False."""
        keys = [row.pk for row in rows]
        if request.method == "POST":  # so that nobody registers between this check and the deletion
            list(self.model._default_manager.select_for_update().filter(pk__in=keys).values_list("pk"))
        may = set(untouched_drafts(self.model).filter(pk__in=keys).values_list("pk", flat=True))
        refused = [str(row) for row in rows if row.pk not in may]
        if refused:
            sentence = _(
                "Nothing is deleted: only a draft without certification, registrations, attendance or emails can be. "
                "Cancel sessions instead of deleting them. Not to be deleted: %(names)s."
            )
            self.message_user(request, sentence % {"names": ", ".join(refused)}, messages.ERROR)
        return bool(refused)


def delete_selected_drafts(page: "ModelAdmin[Any]", request: HttpRequest, queryset: QuerySet[Any]) -> Any:
    """Delete all selected rows, as Django's own action does, or none if one of them must not be deleted."""
    assert isinstance(page, DeletesDraftsOnly)
    with transaction.atomic():
        return None if page._refuse(request, list(queryset)) else delete_selected(page, request, queryset)
