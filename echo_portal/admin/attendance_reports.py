"""Admin pages of attendance reports: display a dry run, import it, and undo an import."""

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.admin_scope import ReadOnly, signed_in_person
from accounts.models import Person
from attendance.actions import import_report
from attendance.admin.answers import answer
from attendance.models import Attendance, AttendanceImport, AttendanceRow
from attendance.presenters import row_reason
from attendance.queries.dry_run import counted_people, decisions_kept, other_rows, session_of_deleted
from attendance.queries.matching import Match, addresses_in_series, matches_of
from attendance.sentences import layout_name, note_sentence
from credits.actions import CertificateChange, preview_import, preview_undo, undo_import
from echo_portal.admin.losses import loss_lines, loss_sentence
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import eastern_time, instant
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import row_id
from echo_portal.lib.zones import canonical, zone_words
from hubs.admin_scope import HubScopedAdmin

ROWS_SHOWN = 300


@admin.register(AttendanceImport)
class AttendanceImportAdmin(ReadOnly, HubScopedAdmin):
    list_display = (
        "file_name",
        "series",
        "session",
        "state",
        "counted",
        "to_decide",
        "refused",
        "uploaded",
        "uploaded_by",
    )
    list_filter = ("state", ("session__series", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("session__series", "uploaded_by")
    search_fields = ("file_name", "sha256")
    ordering = ("-uploaded_at", "-pk")
    fields = ("file_name", "session", "state")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request).defer("file")
        return rows

    def get_urls(self) -> list[Any]:
        def at(route: str, view: Any, name: str) -> Any:
            return path(route, self.admin_site.admin_view(view), name=f"attendance_attendanceimport_{name}")

        return [
            at("<int:pk>/import/", self.import_view, "import"),
            at("<int:pk>/undo/", self.undo_view, "undo"),
            *super().get_urls(),
        ]

    @admin.display(description=_("series"), ordering="session__series__slug")
    def series(self, row: AttendanceImport) -> str:
        return str(row.session.series)

    @admin.display(description=_("uploaded (Eastern time)"), ordering="uploaded_at")
    def uploaded(self, row: AttendanceImport) -> str:
        return eastern_time(row.uploaded_at, active_language())

    def own(self, request: HttpRequest, pk: int) -> AttendanceImport:
        """Return the report. Raises Http404 if the person may not view it."""
        rows = self.get_queryset(request).select_related("session__series__hub", "imported_by", "uploaded_by")
        report = rows.filter(pk=pk).first() if self.has_access(request) else None
        if not isinstance(report, AttendanceImport):
            raise Http404
        return report

    @staticmethod
    def _exists(pk: int) -> bool:
        return AttendanceImport.objects.filter(pk=pk).exists()

    def way_on(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Redirect from a dry run that no longer exists, for example in another tab, to the session's newest one.

        Raises Http404 if there was none that the person might view.
        """
        session = session_of_deleted(pk, by=signed_in_person(request)) if self.has_access(request) else None
        if session is None:
            raise Http404
        draft = AttendanceImport.objects.drafts().filter(session=session).first()
        if draft is not None:
            sentence = translate("That dry run was replaced by a later upload. This is the newest one.")
            address = reverse("admin:attendance_attendanceimport_change", args=(draft.pk,))
        else:
            sentence = translate("That dry run no longer exists. Upload the report again if it does not count yet.")
            address = reverse("admin:attendance_session", args=(session.pk,))
        self.message_user(request, sentence, messages.WARNING)
        return HttpResponseRedirect(address)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Display the contents of the report and, for a dry run, the button that imports it."""
        found = self.get_object(request, object_id)
        if found is None and (pk := row_id(object_id)) is not None and not self._exists(pk):
            return self.way_on(request, pk)
        if found is None or not self.has_view_permission(request, found):
            raise Http404  # as for a report that does not exist
        report = self.own(request, found.pk)
        context = _context(report)
        if report.is_draft and Attendance.objects.confirmed().filter(session=report.session).exists():
            context |= _effect(report, signed_in_person(request))
        return answer(self, request, "report", report.session, context)

    def import_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Import the displayed dry run on POST. A second POST changes nothing."""
        if not self._exists(pk):
            return self.way_on(request, pk)
        report = self.own(request, pk)
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            import_report(report=report, sha256=request.POST.get("sha256", ""), by=signed_in_person(request))
        except AttendanceImport.DoesNotExist:  # replaced in this moment
            return self.way_on(request, pk)
        except Refusal as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:attendance_attendanceimport_change", args=(pk,)))
        self.message_user(request, translate("The report is imported."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:attendance_session", args=(report.session_id,)))

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Display what undoing the import would change and, on POST, undo it."""
        if not self._exists(pk):
            return self.way_on(request, pk)
        report = self.own(request, pk)
        if request.method != "POST":
            return self._ask_to_undo(request, report)
        try:
            change = undo_import(report=report, by=signed_in_person(request))
            self.message_user(request, _undone(change), messages.SUCCESS)
        except Refusal as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(reverse("admin:attendance_attendanceimport_change", args=(pk,)))

    def _ask_to_undo(self, request: HttpRequest, report: AttendanceImport) -> HttpResponse:
        try:
            effect, certificates = preview_undo(report=report, by=signed_in_person(request))
        except Refusal as refusal:
            self.message_user(request, refusal.sentence, messages.ERROR)
            return HttpResponseRedirect(reverse("admin:attendance_attendanceimport_change", args=(report.pk,)))
        context = {
            "title": translate("Undo this import"),
            "report": report,
            "effect": effect,
            "certificates": certificates,
            "losses": loss_lines(certificates.losses),
        }
        return answer(self, request, "undo", report.session, context)


def _effect(draft: AttendanceImport, by: Person) -> dict[str, Any]:
    """Return what importing the dry run changes, or the sentence that says why it cannot be imported."""
    try:
        change = preview_import(report=draft, by=by)
    except Refusal as refusal:
        return {"refused": refusal.sentence}
    return {"certificates": change, "losses": loss_lines(change.losses)}


def _undone(change: CertificateChange) -> str:
    words = [translate("The import is undone; the report is a dry run again.")]
    for sentence, count in (
        (
            ngettext("%(count)d certificate was replaced.", "%(count)d certificates were replaced.", change.replaced),
            change.replaced,
        ),
        (
            ngettext("%(count)d certificate was revoked.", "%(count)d certificates were revoked.", change.revoked),
            change.revoked,
        ),
    ):
        if count:
            words.append(sentence % {"count": count})
    return " ".join([*words, loss_sentence(change.losses)]).strip()


def _context(report: AttendanceImport) -> dict[str, Any]:
    matches = matches_of(report)
    people = counted_people(report, matches)
    replaces = AttendanceImport.objects.live().filter(session=report.session).exclude(pk=report.pk).first()
    button = ngettext(
        "Import the attendance of %(count)d person", "Import the attendance of %(count)d people", len(people)
    )
    return {
        "title": report.file_name,
        "report": report,
        "layout": layout_name(report.layout),
        "zone": zone_words(report.zone, active_language()),
        "first": _both_clocks(report, "first_joined_at"),
        "last": _both_clocks(report, "last_left_at"),
        "notes": [note_sentence(code, facts) for code, facts in report.notes],
        "people": people[:ROWS_SHOWN],
        "more_people": max(0, len(people) - ROWS_SHOWN),
        "left_out": _left_out(report, matches),
        "replaces": replaces,
        "decisions": decisions_kept(matches, replaces) if report.is_draft and replaces else None,
        "button": button % {"count": len(people)},
        "count": len(people),
    }


def _left_out(report: AttendanceImport, matches: list[Match]) -> list[dict[str, Any]]:
    """Return the values to display for the rows that belong to nobody, with the reasons."""
    rows = other_rows(report, matches, most=ROWS_SHOWN)
    in_series = addresses_in_series(report.session.series, rows)
    aside = {one.row for one in matches if one.is_set_aside}
    taken_back = {one.row for one in matches if one.is_carried and one.person is None} - aside
    return [
        {
            "row": row.row,
            "name": row.name or row.email,
            "outcome": AttendanceRow.Outcome(_outcome(row)).label,
            "reason": row_reason(
                row, in_series=in_series, is_set_aside=row.pk in aside, is_taken_back=row.pk in taken_back
            ),
        }
        for row in rows
    ]


def _outcome(row: AttendanceRow) -> str:
    return AttendanceRow.Outcome.UNMATCHED if row.outcome == AttendanceRow.Outcome.COUNTED else row.outcome


def _both_clocks(report: AttendanceImport, name: str) -> dict[str, str] | None:
    """Return a time of the report as text, in the report's time zone and in the session's, or None if there is none."""
    moment = getattr(report, name)
    if moment is None:
        return None
    wall = moment.astimezone(ZoneInfo(report.zone))
    zone = canonical(report.session.time_zone)
    return {"written": f"{wall:%Y-%m-%d %H:%M:%S}", "shown": instant(moment, zone, active_language())}
