"""Pages that move or cancel a session: form, preview, saving, and recalling the change."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.admin_scope import signed_in_person
from accounts.models import Person
from attendance.models import Attendance
from echo_portal.admin.email_preview import sending_words
from echo_portal.admin.sample_emails import change_samples, store_samples
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_long
from echo_portal.lib.forms import check_year
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.zones import WallTimeError, zone_choices
from echo_portal.outbox.models import Message
from hubs.admin_scope import HubScopedAdmin
from registrations import actions
from registrations.change_preview import ChangePreview, preview_change
from registrations.forms import NoteForm
from registrations.models import Registration, SessionChange
from registrations.queries.last_told import last_told
from registrations.rules import check_can_change
from registrations.snapshots import SessionSnapshot
from sessions.models import Session
from sessions.presenters import time_label, undated_label
from sessions.unusual_days import day_warnings

NAMES_SHOWN = 60
MOMENT = ("on_date", "start_time", "end_time", "time_zone")


class CancelForm(NoteForm):
    kind = SessionChange.Kind.CANCELLED
    title = gettext_lazy("Cancel this session")

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        for field in self.fields.values():
            field.help_text = field.help_text or (_("Optional.") if not field.required else "")

    def faults(self) -> list[str]:
        return [str(sentence) for sentences in self.errors.values() for sentence in sentences]

    def after(self) -> Session:
        """Return an unsaved copy of the session, which is cancelled."""
        return self.session.cancelled()

    def commit(self, request: HttpRequest, seen_revision: int) -> SessionChange:
        return actions.cancel_session(
            session=self.session,
            by=signed_in_person(request),
            note_en=self.cleaned_data["note_en"],
            note_fr=self.cleaned_data["note_fr"],
            seen_revision=seen_revision,
        )


class MoveForm(CancelForm):
    kind = SessionChange.Kind.RESCHEDULED
    title = gettext_lazy("Move this session")
    field_order = [*MOMENT]
    on_date = forms.DateField(
        label=gettext_lazy("Date"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        validators=[check_year],
        help_text=gettext_lazy("Empty: the date is to be announced."),
    )
    start_time = forms.TimeField(
        label=gettext_lazy("Starts"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    end_time = forms.TimeField(
        label=gettext_lazy("Ends"), required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"), help_text=gettext_lazy("The clock that the times above are read from.")
    )

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(session, name) for name in MOMENT} | kwargs.get("initial", {})
        super().__init__(*args, session=session, **kwargs)
        zones = zone_choices(active_language())
        if session.time_zone not in dict(zones):
            zones.append((session.time_zone, session.time_zone))
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if self.errors:
            return values
        day, start, end = (values.get(name) for name in ("on_date", "start_time", "end_time"))
        if bool(start) != bool(end) or (start and not day):
            raise forms.ValidationError(_("Give the date, the start and the end together."))
        if start and end and end <= start:
            self.add_error("end_time", _("The session must end after it starts, on the same day."))
            return values
        try:
            after = self.after()
        except WallTimeError as fault:
            self.add_error("start_time", str(fault))
            return values
        if after.is_over(timezone.now()):
            self.add_error("on_date", _("Choose a time that is still to come."))
        elif all(getattr(after, name) == getattr(self.session, name) for name in MOMENT):
            raise forms.ValidationError(_("The session stands at this time already."))
        return values

    def after(self) -> Session:
        """Return an unsaved copy of the session with the new date and times.

        Raises WallTimeError for a local time that does not exist because clocks go forward.
        """
        return self.session.moved_to(**{name: self.cleaned_data[name] for name in MOMENT})

    def commit(self, request: HttpRequest, seen_revision: int) -> SessionChange:
        return actions.reschedule_session(
            session=self.session,
            new_time=actions.NewTime(*(self.cleaned_data[name] for name in MOMENT)),
            by=signed_in_person(request),
            note_en=self.cleaned_data["note_en"],
            note_fr=self.cleaned_data["note_fr"],
            seen_revision=seen_revision,
        )


def change_page(
    page: HubScopedAdmin, request: HttpRequest, session: Session, kind_of_form: type[CancelForm]
) -> HttpResponse:
    """Display the form, then a preview, and finally save the change.

    If the session was changed after the preview was displayed, nothing is saved and a new preview is displayed.
    """
    back = reverse("admin:echo_sessions_session_change", args=(session.pk,))
    try:
        check_can_change(session, timezone.now())
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
        return HttpResponseRedirect(back)
    posted = request.method == "POST"
    form = kind_of_form(request.POST if posted else None, session=session)
    step = request.POST.get("step", "")
    if step == "commit" and not form.is_valid():  # submitted twice: the session already has this time
        page.message_user(request, " ".join(form.faults()), messages.WARNING)
        return HttpResponseRedirect(back)
    if not posted or step == "edit" or not form.is_valid():
        if step == "edit":
            names = [*form.fields]
            form = kind_of_form(initial={name: request.POST.get(name, "") for name in names}, session=session)
        return _answer(page, request, "form", {"form": form, "session": session, "title": form.title, "back": back})
    fault = ""
    if step == "commit":
        try:
            with transaction.atomic():
                change = form.commit(request, seen_revision(request))
                count = Message.objects.filter(about=change.about).count()
                if request.POST.get("emails", str(count)) != str(count):
                    raise Refusal(_("This is what it means now; look once more."), code="seen")
        except Refusal as refusal:
            if refusal.code != "seen":
                page.message_user(request, refusal.sentence, messages.ERROR)
                return HttpResponseRedirect(back)
            fault = refusal.sentence
        else:
            _add_done_message(page, request, change, count)
            return HttpResponseRedirect(back)
    return _answer(page, request, "preview", _preview_context(request, form, session, back, fault))


def recall_page(page: HubScopedAdmin, request: HttpRequest, session: Session, change_id: int) -> HttpResponse:
    """Recall a change whose emails have not been sent. This needs a single POST, without a confirmation page."""
    change = SessionChange.objects.filter(pk=change_id, session=session).first()
    if change is None:
        raise Http404
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        emails = actions.recall_change(change=change, by=signed_in_person(request))
        page.message_user(request, _recalled(change, emails), messages.SUCCESS)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
    return HttpResponseRedirect(reverse("admin:echo_sessions_session_change", args=(session.pk,)))


def _preview_context(request: HttpRequest, form: CancelForm, session: Session, back: str, fault: str) -> dict[str, Any]:
    after = form.after()
    effect = effect_of_change(session, after, signed_in_person(request))
    preview = effect["preview"]
    sample = preview.people[0] if preview.people else None
    emails = _samples(request, form, session, after, sample, preview)
    return {
        "form": form,
        "title": form.title,
        "back": back,
        "fault": fault,
        "moved": form.kind == SessionChange.Kind.RESCHEDULED,
        "held_warnings": held_warnings(session),
        **effect,
        **emails,
    }


def held_warnings(session: Session) -> list[str]:
    """Return warnings if the session is running now, or if attendance is recorded for it."""
    found = [_("This session is running now.")] if session.is_live(timezone.now()) else []
    if count := Attendance.objects.filter(session=session).confirmed().count():
        words = ngettext(
            "%(count)d person is recorded as present in this session.",
            "%(count)d people are recorded as present in this session.",
            count,
        )
        found.append(words % {"count": count})
    return found


def effect_of_change(session: Session, after: Session, reader: Person) -> dict[str, Any]:
    """Return the template context for the preview of a change: who gets an email, and other effects."""
    preview = preview_change(session, after, reader=reader)
    return {
        "session": session,
        "before_words": when_text_of(session),
        "after_words": when_text_of(after),
        "day_warnings": new_day_warnings(session, after),
        "preview": preview,
        "names": [row.shown_name for row in preview.people[:NAMES_SHOWN]],
        "more_names": max(0, preview.emails - NAMES_SHOWN),
        "by_language": sorted(preview.emails_by_language.items()),
        "clashes": _clashes(preview, after, reader),
        "clashes_elsewhere": _clashes_elsewhere(preview, reader),
        "reminders": [(kind.label, count) for kind, count in preview.reminders.items()],
        "sample_of": preview.people[0].shown_name if preview.people else None,
    }


def new_day_warnings(before: Session, after: Session) -> list[str]:
    """If the change moves the session to another date, return warnings about a weekend or a statutory holiday."""
    return day_warnings(after.on_date, before.series.hub.province) if after.on_date != before.on_date else []


def _samples(
    request: HttpRequest,
    form: CancelForm,
    session: Session,
    after: Session,
    sample: Registration | None,
    preview: ChangePreview,
) -> dict[str, Any]:
    if sample is None:
        return {"samples": []}
    change = SessionChange(
        session=session,
        kind=form.kind,
        before=SessionSnapshot.of(session).stored(),
        after=SessionSnapshot.of(after).stored(),
        note_en=form.cleaned_data["note_en"],
        note_fr=form.cleaned_data["note_fr"],
    )
    emails = change_samples(change, after, sample, preview.told[sample.pk])
    return {"samples": list(emails.items()), "sample_key": store_samples(emails, for_person=signed_in_person(request))}


def _clashes(preview: ChangePreview, after: Session, reader: Person) -> list[tuple[str, str, str]]:
    """Return the registrants who have another session at the same time as this one, or directly before or after it.

    Only sessions of the coordinator's hubs are included. Each item is the person's name, the other session, and its
    position: "before" or "after" this one, or "" if the two overlap.
    """
    return [
        (row.shown_name, f"{other.series.title}, {other}", _adjacent(other, after))
        for row, other, is_own in _with_hub(preview, reader)
        if is_own
    ]


def _clashes_elsewhere(preview: ChangePreview, reader: Any) -> int:
    """Return how many registrants have a session of another hub at that time.

    Only people who have confirmed their registration are counted. Otherwise, a coordinator could register any address
    and find out when its owner has other sessions.
    """
    return len({row.pk for row, _other, is_own in _with_hub(preview, reader) if not is_own and row.is_confirmed})


def _with_hub(preview: ChangePreview, reader: Any) -> list[tuple[Registration, Session, bool]]:
    mine = Session.objects.editable_by(reader).filter(pk__in={session.pk for _row, session in preview.new_clashes})
    own = set(mine.values_list("pk", flat=True))
    return [(row, other, other.pk in own) for row, other in preview.new_clashes]


def _adjacent(other: Session, after: Session) -> str:
    if other.ends_at is not None and other.ends_at == after.starts_at:
        return "before"
    return "after" if other.starts_at is not None and other.starts_at == after.ends_at else ""


def when_text_of(session: Session) -> str:
    """Return the date and the local times of the session as text, with its time zone."""
    if session.on_date is None:
        return undated_label(session)
    day = date_long(session.on_date, active_language())
    return f"{day}, {time_label(session)}" if session.start_time else day


def seen_revision(request: HttpRequest) -> int:
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 9 else -1


def _add_done_message(page: HubScopedAdmin, request: HttpRequest, change: SessionChange, count: int) -> None:
    is_cancelled = change.kind == SessionChange.Kind.CANCELLED
    done = _("The session is cancelled.") if is_cancelled else _("The session is moved.")
    words = sending_words(count, change.send_at) if count else _why_no_email(change.session)
    page.message_user(request, f"{done} {words}", messages.SUCCESS)


def _why_no_email(session: Session) -> str:
    """Return a sentence for each reason why the registrants of the session get no email about a change."""
    rows = list(Registration.objects.of_session(session))
    told = last_told(session, SessionSnapshot.of(session), rows)
    untold = sum(not told[row.pk] for row in rows)
    words = []
    if untold:
        words.append(
            ngettext(
                "%(count)s person has not been told of their place yet: they get no separate email about this.",
                "%(count)s people have not been told of their places yet: they get no separate email about this.",
                untold,
            )
            % {"count": untold}
        )
    if knowing := len(rows) - untold:
        words.append(
            ngettext(
                "%(count)s person was told this last, and gets no email.",
                "%(count)s people were told this last, and get no email.",
                knowing,
            )
            % {"count": knowing}
        )
    return " ".join(words) or _("Nobody gets an email.")


def _recalled(change: SessionChange, count: int) -> str:
    if change.kind == SessionChange.Kind.PUBLISHED:
        return _("The session is a draft again, and no email leaves.")
    if not count and change.kind == SessionChange.Kind.CANCELLED:
        return _(
            "The session is as it was before its cancellation. No email leaves; pages and calendar feeds show it again."
        )
    if not count:
        return _("The session is as it was before. No email leaves; calendar feeds show the old time again.")
    return ngettext(
        "The session is as it was before. %(count)d email is written, to who was told another time.",
        "The session is as it was before. %(count)d emails are written, to those who were told another time.",
        count,
    ) % {"count": count}


def _answer(page: HubScopedAdmin, request: HttpRequest, name: str, context: dict[str, Any]) -> TemplateResponse:
    whole = {**page.admin_site.each_context(request), "opts": page.opts, "back_words": str(context["session"])}
    return TemplateResponse(request, f"admin/registrations/session_{name}.html", {**whole, **context})
