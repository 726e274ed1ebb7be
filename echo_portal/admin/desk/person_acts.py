"""Drop, move or promote one person of a series: a form with the reason, a preview of the email, then the action."""

import dataclasses
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import RepeatedForm, claim_form_key
from accounts.admin_scope import signed_in_person
from echo_portal.admin.changes import when_text_of
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.admin.desk.people_forms import MoveForm, PromoteForm, ReasonForm
from echo_portal.admin.desk.person import places_of, registrant_in
from echo_portal.admin.email_preview import describe_emails, registrations_of, with_stored_samples
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import eastern_hour
from echo_portal.lib.kept_posts import posted_values, see_again
from echo_portal.lib.refusals import Refusal
from echo_portal.outbox.models import Message
from hubs.admin_scope import HubScopedAdmin
from registrations import actions
from registrations.message_kinds import ADDED, PLACE
from registrations.models import Registration
from registrations.queries.places import place_in_line, places_taken
from sessions.models import Series, Session

FORM = "person-act"
SHOWN_IN_LINE = 50


@dataclasses.dataclass(frozen=True)
class Act:
    """The texts of a page, and the function `run` that performs its action.

    `run` gets the values of the valid form, and returns the URL to redirect to and the sentence to display there.
    `line` contains the names of the people on the waiting list, in its order.
    """

    title: str
    button: str
    about: str
    run: Callable[[Any], tuple[str, str]]
    leaves_at_once: bool = False
    line: tuple[str, ...] = ()


def drop_page(page: HubScopedAdmin, request: HttpRequest, series: Series, person: int) -> HttpResponse:
    shown = registrant_in(series, person)
    owner = next((row.person for row in places_of(series, person)), None)
    if owner is None:
        raise Http404
    form = ReasonForm(_posted(request))

    def run(form: Any) -> tuple[str, str]:
        event = actions.drop_person(person=owner, series=series, by=signed_in_person(request), **form.notes())
        here = reverse("admin:registrations_registration_given_back", args=(event.pk,))
        return here, _("Every place to come was given back.")

    act = Act(
        _("Take out of the series: %(name)s") % {"name": shown.name},
        _("Give back every place"),
        _("Every place in a session to come is given back, and sessions added later are not included."),
        run,
    )
    return _act_page(page, request, series, person, form, act)


def move_page(
    page: HubScopedAdmin, request: HttpRequest, series: Series, person: int, registration: int
) -> HttpResponse:
    shown, row = registrant_in(series, person), _place(series, person, registration)
    form = MoveForm(_posted(request), sessions=_sessions_to_move_to(row))

    def run(form: Any) -> tuple[str, str]:
        new = Session.objects.select_related("series__hub").get(pk=form.cleaned_data["to_session"])
        moved = actions.move_registration(
            registration=row, to_session=new, by=signed_in_person(request), **form.notes()
        )
        said = _("Moved to %(session)s. Until the email leaves you can move them back.") % {"session": moved.session}
        return _url("person", moved.session.series_id, person), said

    facts = {"name": shown.name, "session": row.session, "when": when_text_of(row.session)}
    act = Act(
        _("Move to another session: %(name)s") % facts,
        _("Move and write the email"),
        _("Now in %(session)s, %(when)s.") % facts,
        run,
    )
    return _act_page(page, request, series, person, form, act)


def promote_page(
    page: HubScopedAdmin, request: HttpRequest, series: Series, person: int, registration: int
) -> HttpResponse:
    shown, row = registrant_in(series, person), _place(series, person, registration)
    session = row.session
    taken = places_taken([session]).get(session.pk)
    is_full = taken is not None and session.is_full(taken.registered)
    form = PromoteForm(_posted(request), is_full=is_full)

    def run(form: Any) -> tuple[str, str]:
        extra = form.cleaned_data.get("extra_place", False)
        actions.promote_person(registration=row, by=signed_in_person(request), extra_place=extra, **form.notes())
        return _url("person", series.pk, person), _("The person has a place now.")

    before = max(place_in_line(row) - 1, 0)
    words = ngettext(
        "%(session)s. %(count)d person waits before them.", "%(session)s. %(count)d people wait before them.", before
    )
    act = Act(
        _("Give a place: %(name)s") % {"name": shown.name},
        _("Give the place and write the email"),
        words % {"session": session, "count": before},
        run,
        leaves_at_once=True,
        line=tuple(one.shown_name for one in _in_line(session)),
    )
    return _act_page(page, request, series, person, form, act)


def move_back(
    page: HubScopedAdmin, request: HttpRequest, series: Series, person: int, registration: int
) -> HttpResponse:
    """Undo the move of a person on POST, if its email has not been sent."""
    row = _place(series, person, registration)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    back = series.pk
    try:
        again = actions.recall_move(registration=row, by=signed_in_person(request))
        back = again.session.series_id
        page.message_user(request, _("Moved back; nobody hears of it."), messages.SUCCESS)
    except Refusal as refusal:
        page.message_user(request, refusal.sentence, messages.ERROR)
    return HttpResponseRedirect(_url("person", back, person))


def _act_page(
    page: HubScopedAdmin, request: HttpRequest, series: Series, person: int, form: Any, act: Act
) -> HttpResponse:
    """Display the form, then the preview, and finally perform the action.

    If the same form is submitted twice, the action is performed once. After a POST that performs nothing, redirect
    (303) to a GET of the form or preview.
    """
    back = _url("person", series.pk, person)
    posted = _posted(request)
    step = posted.get("step", "") if posted is not None else ""
    is_sent = request.method == "POST" and step == "send"
    shared: dict[str, Any] = {"subtitle": act.title, "act": act, "form": form, "back": back}

    def answer(template: str, context: dict[str, Any]) -> HttpResponse:
        again = see_again(request, person_id=signed_in_person(request).pk) if is_sent else None
        return again or desk_answer(page, request, series, "registrants", template, context)

    if (
        request.method == "POST"
        and not is_sent
        and (again := see_again(request, person_id=signed_in_person(request).pk))
    ):
        return again
    if posted is None or step == "edit" or not form.is_valid():
        return answer("act_form", shared)
    try:
        found = _preview(request, series, person, lambda: act.run(form))
        if is_sent and posted.get("seen") == found["seen"]:
            where, said = _run_once(request, back, lambda: act.run(form))
            if said:
                page.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(where)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return answer("act_form", shared)
    if step == "send":
        found["fault"] = _("This is what it means now; look once more.")
    return answer("act_preview", {**shared, **found, "form_key": posted.get("form_key") or uuid.uuid4()})


def _posted(request: HttpRequest) -> QueryDict | None:
    return posted_values(request, person_id=signed_in_person(request).pk)


def _in_line(session: Session) -> list[Registration]:
    """Return the first registrations on the waiting list, in its order."""
    return list(Registration.objects.waiting().filter(session=session).select_related("person")[:SHOWN_IN_LINE])


def _preview(request: HttpRequest, series: Series, person: int, run: Callable[[], Any]) -> dict[str, Any]:
    """Perform the action in a transaction that is rolled back.

    Return the emails of the person and of those who would get a place that becomes free, and who these are.
    """
    with transaction.atomic():
        last = Message.objects.order_by("pk").last()
        run()
        written = Message.objects.filter(pk__gt=last.pk if last else 0).exclude(kind__startswith="reminder")
        own = list(written.filter(person_id=person).order_by("pk"))
        others = list(written.filter(kind=PLACE).exclude(person_id=person).order_by("pk"))
        described = describe_emails([*own, *others], hub_id=series.hub_id, reader=signed_in_person(request))
        ids = [pk for message in others for pk in registrations_of(message)]
        next_ones = [row.shown_name for row in Registration.objects.filter(pk__in=ids).with_shown_name()]
        transaction.set_rollback(True)
    return {
        **with_stored_samples(request, described),
        "series_of_sample": series,
        "next_ones": next_ones,
        "uninvited": 0 if own else 1,
        "told_with_registration": _told_with_registration(own),
        "seen": f"{len(own)} {' '.join(map(str, sorted(ids)))}",
    }


def _told_with_registration(emails: list[Message]) -> str:
    """Return a sentence if the email is the one that tells the person of their registration, else ""."""
    email = next((one for one in emails if one.kind == ADDED), None)
    if email is None:
        return ""
    if email.state == Message.State.HELD:
        return _("The email about the registration has not left yet, and is held. It says this, too.")
    moment = eastern_hour(email.due_at, active_language())
    return _("The email about the registration leaves at %(moment)s. It says this, too.") % {"moment": moment}


def _run_once(request: HttpRequest, back: str, run: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    try:
        key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        raise Refusal(_("This page is too old. Load it again."), code="form-key") from None
    try:
        with transaction.atomic():
            claim_form_key(key=key, form=FORM, content=request.path)
            return run()
    except RepeatedForm:
        return back, ""


def _place(series: Series, person: int, registration: int) -> Registration:
    """Return the active registration of the person in the series. Raises Http404 if there is none."""
    for row in places_of(series, person):
        if row.pk == registration and row.state != Registration.State.CANCELLED:
            return row
    raise Http404


def _sessions_to_move_to(row: Registration) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the open sessions of the hub in which the person has no place, by series. This series is the first."""
    open_ones = Session.objects.open_for_registration(timezone.now()).filter(series__hub=row.session.series.hub_id)
    own_places = Registration.objects.active().filter(person=row.person_id)
    groups: dict[int, tuple[str, list[tuple[int, str]]]] = {}
    for session in open_ones.exclude(pk__in=own_places.values("session")).select_related("series").in_order_of_time():
        _title, choices = groups.setdefault(session.series_id, (session.series.title, []))
        choices.append((session.pk, f"{session.number}. {session.title} – {when_text_of(session)}"))
    own = groups.pop(row.session.series_id, None)
    return [*([own] if own else []), *sorted(groups.values(), key=lambda group: group[0])]


def _url(name: str, *arguments: int) -> str:
    return reverse(f"admin:echo_sessions_series_{name}", args=arguments)
