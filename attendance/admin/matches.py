"""The page with the matched rows of a session's report, on which a wrong match is taken back with a reason."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from attendance.actions import TakenBack, take_back_match
from attendance.admin.answers import answer, clock
from attendance.models import AttendanceRow
from attendance.queries.matched import matched_rows
from echo_portal.lib.forms import one_line
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import row_id
from registrations.queries.people import shown_names
from sessions.models import Session

PER_PAGE = 50


def matches_page(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    """Display the matched rows and, on POST, take back the match of one of them."""
    if request.method == "POST":
        return _take_back(page, request, session)
    search = request.GET.get("q", "").strip()[:100]
    rows = Paginator(matched_rows(session, search=search), PER_PAGE).get_page(request.GET.get("page"))
    names = shown_names(session.series_id, [row.person for row in rows if row.person is not None])
    context = {
        "title": _("Rows that belong to a person"),
        "rows": [_shown(row, session, names) for row in rows],
        "page_obj": rows,
        "search": search,
    }
    return answer(page, request, "matches", session, context)


def _shown(row: AttendanceRow, session: Session, names: dict[int, str]) -> dict[str, Any]:
    assert row.person_id is not None
    assert row.joined_at is not None
    assert row.left_at is not None
    return {
        "row": row,
        "name": names[row.person_id],
        "joined": clock(row.joined_at, session),
        "left": clock(row.left_at, session),
    }


def _take_back(page: "ModelAdmin[Any]", request: HttpRequest, session: Session) -> HttpResponse:
    rows = AttendanceRow.objects.filter(report__session=session).select_related("report__session__series")
    found = rows.defer("report__file").filter(pk=row_id(request.POST.get("row")) or 0).first()
    try:
        if found is None:
            raise Refusal(_("This row belongs to nobody now."), code="not-matched")
        reason = one_line(request.POST.get("reason", ""))[:500]
        change = take_back_match(row=found, reason=reason, by=signed_in_person(request))
        page.message_user(request, _done(change, session), messages.SUCCESS)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
    except ValidationError as error:
        page.message_user(request, error.messages[0], messages.ERROR)
    return HttpResponseRedirect(reverse("admin:attendance_matches", args=(session.pk,)))


def _done(change: TakenBack, session: Session) -> str:
    words = [
        ngettext(
            "%(count)d row waits for a decision again. %(name)s: %(before)d → %(after)d min.",
            "%(count)d rows wait for a decision again. %(name)s: %(before)d → %(after)d min.",
            change.rows,
        )
        % {
            "count": change.rows,
            "name": shown_names(session.series_id, [change.person])[change.person.pk],
            "before": change.before,
            "after": change.after,
        }
    ]
    if change.elsewhere:
        words.append(
            ngettext(
                "The match is forgotten. It also decided %(count)d row of another session: check it there.",
                "The match is forgotten. It also decided %(count)d rows of other sessions: check them there.",
                change.elsewhere,
            )
            % {"count": change.elsewhere}
        )
    return " ".join(words)
