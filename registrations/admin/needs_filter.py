"""Sessions that need something, as the start page counts them."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_scope import person_of
from registrations.to_do import NEEDS, sessions_that_need
from sessions.models import Session


class NeedsFilter(admin.SimpleListFilter):
    title = _("what is missing")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [(name, need.words) for name, need in NEEDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Session]) -> QuerySet[Session]:
        need = self.value()
        if need not in NEEDS:
            return queryset
        rows = sessions_that_need(need, person_of(request), timezone.now())
        return queryset.filter(pk__in=rows.order_by().values("pk"))
