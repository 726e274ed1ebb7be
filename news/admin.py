"""The list of people who get news, which only Pallium staff can open."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from accounts import second_factor
from accounts.actions import record
from accounts.admin_scope import ReadOnly, ScopedAdmin, signed_in_person
from accounts.vocabularies import Language
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import eastern_time
from echo_portal.lib.table_files import table_response
from news.models import Subscriber
from news.presenters import topic_words


class LanguageFilter(admin.SimpleListFilter):
    title = _("language of the news")
    parameter_name = "news_language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return Language.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(news_language=self.value()) if self.value() in Language.values else queryset


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnly, ScopedAdmin):
    """The list of subscribers: who gets news, and since when. They change and stop their news themselves."""

    change_list_template = "admin/news/subscriber/change_list.html"
    list_display = ("email", "name", "language_shown", "topics_shown", "since", "reachable")
    list_filter = (LanguageFilter,)
    search_fields = ("sort_key", "email_key")
    fields = ("name", "email", "language_shown", "topics_shown", "since", "reachable")
    readonly_fields = fields
    ordering = ("sort_key", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return Subscriber.objects.subscribed().with_choice().filter(pk__in=rows.order_by().values("pk"))

    def get_urls(self) -> list[Any]:
        export = path("export/", self.admin_site.admin_view(self.export_view), name="news_subscriber_export")
        return [export, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        counts = Subscriber.objects.subscribed().languages() if self.has_access(request) else {}
        context = {"by_language": sorted(counts.items()), **(extra_context or {})}
        page: HttpResponse = super().changelist_view(request, context)
        return page

    def export_view(self, request: HttpRequest) -> HttpResponse:
        """Return a file with all subscribers, and write an audit event.

        A recent code of the second factor is required.
        """
        if not self.has_access(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        if asked := second_factor.ask_unless_recent(request, reverse("admin:news_subscriber_changelist")):
            return asked
        people = list(Subscriber.objects.subscribed().with_choice().order_by("sort_key", "pk"))
        record("subscribers-exported", about="news", by=signed_in_person(request), details={"people": len(people)})
        header = [translate("Name"), translate("Email address"), translate("Language"), translate("Topics")]
        rows = [[one.name, one.email, one.news_language, topic_words(one)] for one in people]  # type: ignore[attr-defined]
        return table_response(request, [header, *rows], file_name="news")

    @admin.display(description=_("language"), ordering="news_language")
    def language_shown(self, row: Subscriber) -> str:
        return str(Language(row.news_language).label)  # type: ignore[attr-defined]

    @admin.display(description=_("topics"))
    def topics_shown(self, row: Subscriber) -> str:
        return topic_words(row) or translate("All of it")

    @admin.display(description=_("since (Eastern time)"), ordering="since_at")
    def since(self, row: Any) -> str:
        return eastern_time(row.since_at, active_language())

    @admin.display(description=_("gets emails"), boolean=True)
    def reachable(self, row: Any) -> bool:
        return not row.is_suppressed
