"""The page on which the sessions of a series are edited in a table, with one preview of all emails."""

import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.admin_scope import signed_in_person
from accounts.admin_stale import Texts, displayed_values, read_seen_values, saved_last_by, stored_now
from accounts.models import Person
from echo_portal.admin.changes import effect_of_change, new_day_warnings
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.admin.desk.link_warnings import link_warnings
from echo_portal.admin.desk.pasted_links import LinksForm
from echo_portal.admin.desk.queries import sessions_of_desk
from echo_portal.admin.desk.table_forms import NewSessionForm, SessionRowForm
from echo_portal.admin.email_preview import describe_emails, with_stored_samples
from echo_portal.lib.database import row_versions
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from hubs.admin_scope import HubScopedAdmin
from hubs.forms import lost_title_warnings
from registrations import actions
from registrations.forms import NoteForm
from registrations.models import SessionChange
from registrations.queries.people import count_without_later_sessions
from sessions.models import Series, Session
from sessions.queries import usual_values
from sessions.unusual_days import day_warnings

PER_PAGE = 50
SEEN, SEEN_VALUES = "seen_versions", "seen_values"
# The posted values that the preview does not post again.
NOT_SENT_AGAIN = ("csrfmiddlewaretoken", "step", "emails")


class Table:
    """All forms of the page, filled from posted `data` or from the stored sessions.

    `query` can select a single session or a page of the table. `is_of_one` is true if it selects a session of the
    series.
    """

    def __init__(self, series: Series, query: QueryDict, data: QueryDict | None = None) -> None:
        # Read the versions before the rows, so that no row is older than its version.
        versions = row_versions(Session, list(series.sessions.values_list("pk", flat=True)))
        everything = sessions_of_desk(series)
        chosen = [session for session in everything if str(session.pk) == query.get("session")]
        self.page: Page[Session] = Paginator(chosen or everything, PER_PAGE).get_page(query.get("page"))
        sessions = list(self.page)
        self.is_of_one = bool(chosen)
        seen = read_seen_versions(data.get(SEEN, "")) if data is not None else {}
        seen_values = read_seen_values(data.get(SEEN_VALUES, "")) if data is not None else {}
        now = timezone.now()
        to_come = [session for session in sessions if not session.is_cancelled and not session.is_over(now)]
        self.links = LinksForm(data, sessions=to_come)
        self.pairs_to_confirm: list[tuple[Session, str]] = []
        self.notes = NoteForm(data)
        if data is not None and self.links.is_valid():
            self._fill_in_links(data, seen)
        self.rows = [
            SessionRowForm(
                session,
                data if session.pk in seen else None,  # added by somebody else after the page was opened
                seen=seen.get(session.pk, ""),
                stored=versions.get(session.pk, ""),
                seen_values=seen_values,
            )
            for session in sessions
        ]
        self.new = NewSessionForm(series, data, initial=usual_values(everything))
        for form in (*self.rows, self.new):
            form.hosts = self.new.hosts
        self.versions = {session.pk: versions.get(session.pk, "") for session in sessions}

    def _fill_in_links(self, data: QueryDict, seen: dict[int, str]) -> None:
        self.pairs_to_confirm = self.links.pairs_to_confirm()
        for pk, link in self.links.links_of().items():
            if pk in seen:
                data[f"s{pk}-join_url"] = link
        data["same_link"] = data["links"] = ""
        self.links = LinksForm(data, sessions=self.links.sessions)

    @property
    def edited(self) -> list[SessionRowForm]:
        return [row for row in self.rows if row.is_edited]

    @property
    def all_forms(self) -> list[Any]:
        return [*self.edited, *([self.new] if self.new.is_edited else []), self.links, self.notes]

    def is_valid(self) -> bool:
        return not [form for form in self.all_forms if not form.is_valid()]

    @property
    def seen(self) -> dict[str, str]:
        """Return hidden fields with what the page displays, with which the next POST compares the stored sessions."""
        values: Texts = {}
        for row in self.rows:
            values |= displayed_values(row)
        return {SEEN: json.dumps(self.versions), SEEN_VALUES: json.dumps(values)}


def read_seen_versions(text: str) -> dict[int, str]:
    """Return the posted row versions by session ID; none if the text has another format."""
    try:
        versions = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(versions, dict):
        return {}
    return {int(key): str(value) for key, value in versions.items() if key.isdecimal() and len(key) < 18}


class Outcome(NamedTuple):
    """The result of a POST.

    `is_kept` is whether the transaction is committed, and `answer` builds the response after it.
    """

    is_kept: bool
    answer: Callable[[], HttpResponse]


def table_page(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Display the table. On POST, save it if nobody gets an email; else display a preview, which is then confirmed."""
    if request.method != "POST":
        return _answer(page, request, series, Table(series, request.GET))
    with transaction.atomic():
        outcome = _posted(page, request, series)
        if not outcome.is_kept:
            transaction.set_rollback(True)
    return outcome.answer()


def _posted(page: HubScopedAdmin, request: HttpRequest, series: Series) -> Outcome:
    """Save the posted table. For a preview, roll the transaction back after the result was determined."""
    data, step = request.POST.copy(), request.POST.get("step", "")
    table = Table(series, request.GET, data)
    if not table.is_valid() or step == "edit" or table.pairs_to_confirm:
        return Outcome(False, lambda: _answer(page, request, series, table))
    edits = [row.edit() for row in table.edited]
    added = [table.new.instance] if table.new.is_edited else []
    if not edits and not added:
        return Outcome(False, lambda: _done(page, request, series, _("Nothing was changed."), messages.INFO))
    reader = signed_in_person(request)
    effects = _effects(edits, reader)
    warnings = _warnings(series, edits, added)
    try:
        changes = actions.save_sessions(edits=edits, added=added, by=reader, **table.notes.cleaned_data)
    except Refusal as refusal:
        sentence = refusal.sentence
        return Outcome(False, lambda: _answer(page, request, series, table, fault=sentence))
    linked = [edit.after for edit in edits if edit.after.join_url not in ("", edit.before.join_url)]
    warnings += link_warnings(series, linked + [session for session in added if session.join_url])
    emails = list(Message.objects.filter(about__in=[change.about for change in changes]).order_by("pk"))
    if not changes or (step == "commit" and request.POST.get("emails") == str(len(emails))):
        words = _saved(len(edits) + len(added), len(emails))
        said = [] if changes else warnings
        return Outcome(True, lambda: _done(page, request, series, words, messages.SUCCESS, warnings=said))
    known: dict[str, Any] = {"hub_id": series.hub_id, "reader": reader}
    announced = {change.about for change in changes if change.kind == SessionChange.Kind.PUBLISHED}
    context = {
        "title": _("Save the sessions"),
        "fault": _("This is what it means now; look once more.") if step == "commit" else "",
        "sent_values": [(name, one) for name, values in data.lists() if name not in NOT_SENT_AGAIN for one in values],
        "effects": effects,
        "day_warnings": warnings,
        "emails": len(emails),
        "unmailed": len(edits) + len(added) - len(changes),
        "leaves_at_once": any(change.send_at == change.made_at for change in changes),
        "added": [str(session) for session in added],
        **describe_emails([email for email in emails if email.about not in announced], **known),
    }
    publication = describe_emails([email for email in emails if email.about in announced], **known)

    def answer() -> HttpResponse:
        whole = {**with_stored_samples(request, context), "publication": with_stored_samples(request, publication)}
        return desk_answer(page, request, series, "desk", "table_preview", whole)

    return Outcome(False, answer)


def _effects(edits: Sequence[actions.SessionEdit], reader: Person) -> list[dict[str, Any]]:
    """Return the effects of moving each of the sessions whose registrants get an email about it."""
    return [
        effect_of_change(edit.before, edit.before.moved_to(**vars(actions.time_of(edit.after))), reader)
        for edit in edits
        if edit.is_moved and actions.has_registrants_to_tell(edit.before)
    ]


def _warnings(series: Series, edits: Sequence[actions.SessionEdit], added: Sequence[Session]) -> list[str]:
    """Return warnings about days, removed titles, and people whom an added session leaves out."""
    field = f"title_{series.language}"
    found = [(edit.after, new_day_warnings(edit.before, edit.after)) for edit in edits]
    found += [
        (edit.after, lost_title_warnings(getattr(edit.before, field), getattr(edit.after, field), series.language))
        for edit in edits
    ]
    found += [(session, day_warnings(session.on_date, series.hub.province)) for session in added]
    found += [(session, _left_out(series)) for session in added if session.state == Session.State.PUBLISHED]
    words = _("%(label)s: %(value)s")
    return [words % {"label": session, "value": sentence} for session, sentences in found for sentence in sentences]


def _left_out(series: Series) -> list[str]:
    """Return a warning if people of the series are not registered for a session that is added."""
    count = count_without_later_sessions(series) if series.is_published else 0
    sentence = ngettext(
        "%(count)d person of the series chose single sessions: they are not registered for this one, and not told.",
        "%(count)d people of the series chose single sessions: they are not registered for this one, and not told.",
        count,
    )
    return [sentence % {"count": count}] if count else []


def _done(
    page: HubScopedAdmin,
    request: HttpRequest,
    series: Series,
    words: str,
    level: int,
    *,
    warnings: Sequence[str] = (),
) -> HttpResponse:
    page.message_user(request, words, level)
    for sentence in warnings:
        page.message_user(request, sentence, messages.WARNING)
    return HttpResponseRedirect(reverse("admin:echo_sessions_series_desk", args=(series.pk,)))


def _answer(page: HubScopedAdmin, request: HttpRequest, series: Series, table: Table, fault: str = "") -> HttpResponse:
    context = {
        "table": table,
        "page_obj": table.page,
        "query": "",
        "rows": [(row, stored_now(row), saved_last_by(row.session) if row.is_stale else None) for row in table.rows],
        "seen": table.seen,
        "fault": fault,
        "has_errors": bool(fault) or any(form.errors for form in table.all_forms if form.is_bound),
    }
    return desk_answer(page, request, series, "desk", "table", context)


def _saved(count: int, emails: int) -> str:
    words = ngettext("%(count)d session is saved.", "%(count)d sessions are saved.", count) % {"count": count}
    if not emails:
        return words
    sent = ngettext(
        "%(count)d email waits five minutes; until then you can take it back here.",
        "%(count)d emails wait five minutes; until then you can take them back here.",
        emails,
    )
    return f"{words} {sent % {'count': emails}}"
