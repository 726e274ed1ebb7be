"""Admin pages of certificates: a read-only list, the files, issuing after a dry run, and revoking."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts import second_factor
from accounts.admin_scope import ReadOnly, signed_in_person
from attendance.queries.held import with_undecided_rows
from credits.actions import (
    NO_CHARACTERS,
    NO_EVALUATION,
    NO_LICENCE,
    NO_NAME,
    NO_SIGNATORY,
    issue_certificates,
    plan_certificates,
    revoke_certificate,
)
from credits.forms import RevokeForm
from credits.links import verify_url
from credits.models import Certificate
from credits.presenters import earned_words
from credits.queries.certificates import Draft, attended_sessions
from credits.queries.waiting import series_waiting
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import eastern_time
from echo_portal.lib.http import private
from echo_portal.lib.refusals import Refusal
from registrations.admin_scope import PersonOfSeriesAdmin
from registrations.queries.people import shown_names
from sessions.models import Series, Session

SHOWN_NAMES = 20
REASONS = {
    NO_NAME: _("They have no name."),
    NO_CHARACTERS: _("Their name has characters that the certificate cannot print."),
    NO_EVALUATION: _("They have not answered the evaluation yet."),
    NO_SIGNATORY: _(
        "The accreditation names nobody who signs. Pallium staff enter the signatory in the accreditation."
    ),
    NO_LICENCE: _(
        "Their licence number is missing, which a statement of pharmacy learning needs. They write it in “My details”."
    ),
}


@admin.register(Certificate)
class CertificateAdmin(ReadOnly, PersonOfSeriesAdmin):
    hub_path = "series.hub_id"
    series_path = "series"
    list_display = (
        "person_name",
        "series",
        "session_number",
        "code_shown",
        "earned",
        "state",
        "has_file",
        "issued",
        "issued_by",
    )
    list_filter = ("state", ("series", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("person", "series", "session", "issued_by")
    search_fields = ("key_shown", "person__email_key", "code")
    fields = (
        "person_name",
        "series",
        "session",
        "code_shown",
        "earned",
        "state",
        ("issued", "issued_by"),
        "replaces",
        "replaced_at",
        ("revoked_at", "revoked_by"),
        "why_revoked",
        "sha256",
        "key_id",
    )
    readonly_fields = (
        *("person_name", "series", "session", "code_shown", "earned", "state", "issued", "issued_by", "replaces"),
        *("replaced_at", "revoked_at", "revoked_by", "why_revoked", "sha256", "key_id"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = (
            super().get_queryset(request).defer("pdf").select_related("person", "series__hub", "session")
        )
        return rows

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"credits_certificate_{name}")

        return [
            at("issue/<int:series>/", self.issue_view, "issue"),
            at("issue/session/<int:session>/", self.issue_session_view, "issue_session"),
            at("<int:pk>/revoke/", self.revoke_view, "revoke"),
            at("<int:pk>/file/", self.file_view, "file"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        waiting = series_waiting(signed_in_person(request)) if self.has_access(request) else []
        return super().changelist_view(request, {"waiting": waiting, **(extra_context or {})})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        address = verify_url(row) if row is not None else ""
        return super().change_view(request, object_id, form_url, {"verify_url": address, **(extra_context or {})})

    def issue_view(self, request: HttpRequest, series: int) -> HttpResponse:
        return self._issue(request, self._series(request, series), None)

    def issue_session_view(self, request: HttpRequest, session: int) -> HttpResponse:
        row = Session.objects.filter(pk=session).first()
        if row is None:
            raise Http404
        return self._issue(request, self._series(request, row.series_id), row)

    def _issue(self, request: HttpRequest, series: Series, session: Session | None) -> HttpResponse:
        """Display which certificates will be issued, and which cannot be and why. On POST, issue exactly these.

        A POST requires a recent code of the second factor.
        """
        if request.method == "POST" and (asked := second_factor.ask_unless_recent(request)):
            return asked
        plan = plan_certificates(series, session)
        if request.method == "POST" and request.POST.get("count") == str(plan.count):
            done = issue_certificates(series=series, session=session, by=signed_in_person(request))
            sentence = ngettext(
                "%(count)d certificate was issued. Its file and its email follow in a moment.",
                "%(count)d certificates were issued. Their files and emails follow in a moment.",
                done.count,
            )
            self.message_user(request, sentence % {"count": done.count}, messages.SUCCESS)
            address = reverse("admin:credits_certificate_changelist")
            return HttpResponseRedirect(f"{address}?{urlencode({'series__id__exact': series.pk})}")
        if request.method == "POST":
            self.message_user(request, _("This has changed since. Look at it again."), messages.WARNING)
        sessions = Session.objects.filter(series=series).order_by("number")
        context = {
            "title": _("Issue certificates"),
            "series": series,
            "session": session,
            "sessions": [] if session else attended_sessions(series),
            "plan": plan,
            "undecided": with_undecided_rows(sessions.filter(pk=session.pk) if session else sessions),
            "new": _names(series, plan.new[:SHOWN_NAMES]),
            "replaced": _names(series, plan.replaced[:SHOWN_NAMES]),
            "blocked": [(REASONS[code], count) for code, count in sorted(plan.blocked.items())],
        }
        return self._answer(request, "issue", context)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Display the form for the reason, and revoke the certificate on POST.

        A recent code of the second factor is required for the form already, so that no typed reason is lost.
        """
        row = self._own(request, pk)
        if asked := second_factor.ask_unless_recent(request):
            return asked
        form = RevokeForm(request.POST or None)
        back = reverse("admin:credits_certificate_change", args=(row.pk,))
        if request.method == "POST" and form.is_valid():
            try:
                because = form.cleaned_data["because"]
                revoke_certificate(certificate=row, because=because, by=signed_in_person(request))
            except Refusal as refusal:
                form.add_error(refusal.field or None, refusal.sentence)
            else:
                self.message_user(request, _("The certificate is revoked; its page says so."), messages.SUCCESS)
                return HttpResponseRedirect(back)
        name = shown_names(row.series_id, [row.person])[row.person_id]
        context = {"title": _("Revoke this certificate"), "certificate": row, "name": name, "form": form, "back": back}
        return self._answer(request, "revoke", context, status=422 if form.errors else 200)

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self._own(request, pk)
        if row.pdf is None:
            raise Http404
        response = private(HttpResponse(bytes(row.pdf), content_type="application/pdf"))
        response["Content-Disposition"] = f'inline; filename="{row.code}.pdf"'
        return response

    def _series(self, request: HttpRequest, pk: int) -> Series:
        """Return the series. Raises Http404 if the person may not edit it."""
        rows = Series.objects.editable_by(signed_in_person(request)).filter(pk=pk)
        series = rows.first() if self.has_access(request) else None
        if series is None:
            raise Http404
        return series

    def _own(self, request: HttpRequest, pk: int) -> Certificate:
        rows = (
            Certificate.objects.editable_by(signed_in_person(request)).filter(pk=pk).select_related("series", "person")
        )
        row = rows.first() if self.has_access(request) else None
        if row is None:
            raise Http404
        return row

    def _answer(self, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> TemplateResponse:
        whole = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/credits/{name}.html", whole, status=status)

    @admin.display(description=_("code"), ordering="code")
    def code_shown(self, row: Certificate) -> str:
        return str(row)

    @admin.display(description=_("session"), ordering="session__number")
    def session_number(self, row: Certificate) -> str:
        return str(row.session.number) if row.session else "–"

    @admin.display(description=_("issued (Eastern time)"), ordering="issued_at")
    def issued(self, row: Certificate) -> str:
        return eastern_time(row.issued_at, active_language())

    @admin.display(description=_("earned"))
    def earned(self, row: Certificate) -> str:
        return earned_words(row.values)

    @admin.display(description=_("file made"), boolean=True)
    def has_file(self, row: Certificate) -> bool:
        return row.rendered_at is not None

    @admin.display(description=_("why revoked"))
    def why_revoked(self, row: Certificate) -> str:
        return translate(row.revoked_because) if row.revoked_because else "–"


def _names(series: Series, drafts: list[Draft]) -> list[str]:
    people = [draft.person for draft in drafts]
    names = shown_names(series.pk, people)
    return [names[person.pk] for person in people]
