"""The pages on which a coordinator adds a person to a series: form, preview, and undoing it while emails are unsent."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actions import Details, RepeatedForm, claim_form_key
from accounts.admin_scope import signed_in_person
from accounts.models import Person
from accounts.vocabularies import Language
from echo_portal.admin.changes import when_text_of
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.admin.desk.people_forms import AddPersonForm
from echo_portal.admin.email_preview import describe_emails
from echo_portal.admin.sample_emails import store_samples
from echo_portal.lib.bilingual import LANGUAGES, active_language
from echo_portal.lib.dates import eastern_time
from echo_portal.lib.kept_posts import posted_values, see_again
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import email_key
from echo_portal.outbox.email_content import Rendered
from echo_portal.outbox.models import Message, Suppression
from hubs.admin_scope import HubScopedAdmin
from registrations import actions
from registrations.actions.adding import left_out_sentence
from registrations.actions.list_work import mark_read
from registrations.actions.reminding import set_unproved_terms
from registrations.models import Addition, RegistrantList, Registration
from registrations.models.registration import CONFIRMED
from sessions.models import Series, Session

FORM = "add-people"
PEOPLE_SHOWN = 200


def sessions_to_add(series: Series) -> list[tuple[Session, str]]:
    """Return the sessions of the series that are open for registration, each with its date and times as text."""
    rows = Session.objects.filter(series=series).open_for_registration(timezone.now()).in_order_of_time()
    return [(session, when_text_of(session)) for session in rows]


def add_person_page(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Display the form, then a preview of the emails, and finally register the person.

    If the same form is submitted twice, the person is registered once. After a POST that registers nobody, redirect
    (303) to a GET of the form or preview.
    """
    reader = signed_in_person(request)
    posted = posted_values(request, person_id=reader.pk)
    step = posted.get("step", "") if posted is not None else ""
    is_sent = request.method == "POST" and step == "send"

    def answer(template: str, context: dict[str, Any]) -> HttpResponse:
        again = see_again(request, person_id=reader.pk) if is_sent else None
        return again or desk_answer(page, request, series, "registrants", template, context)

    if request.method == "POST" and not is_sent and (again := see_again(request, person_id=reader.pk)):
        return again
    form = AddPersonForm(posted, sessions=sessions_to_add(series))
    shared: dict[str, Any] = {"subtitle": _("Add a person"), "form": form, "back": registrants_url(series)}
    if posted is None or not form.is_valid() or step == "edit":
        return answer("add_person", shared)
    people = [form.details()]
    values = chosen_values(form)
    try:
        found = preview_addition(request, series, people, values)
        if is_sent and posted.get("seen") == found["seen"]:
            addition = add_once(request, series, people, values)
            return HttpResponseRedirect(addition_url(addition) if addition else registrants_url(series))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return answer("add_person", shared)
    if step == "send":
        found["fault"] = _("This is what it means now; look once more.")
    return answer("add_preview", {**shared, **found, "form_key": posted.get("form_key") or uuid.uuid4()})


def chosen_values(form: Any) -> dict[str, Any]:
    """Return the arguments for `add_people` from a valid form with sessions and a reason."""
    values = form.cleaned_data
    return {"session_ids": values["sessions"], "whole_series": values["whole_series"], **form.notes()}


def registrants_url(series: Series) -> str:
    return reverse("admin:echo_sessions_series_registrants", args=(series.pk,))


def addition_url(addition: Addition) -> str:
    return reverse("admin:echo_sessions_series_addition", args=(addition.series_id, addition.pk))


def preview_addition(
    request: HttpRequest, series: Series, people: Sequence[Details], values: dict[str, Any]
) -> dict[str, Any]:
    """Add the people in a transaction that is rolled back. Return which emails they get, and who would be left out.

    The sample is always an email to an unknown address, so that a coordinator cannot find out whether an address is
    known, confirmed, or suppressed because of another hub. Profiles that the reader sees anyway are named, if they
    differ from what was typed. Raises Refusal in the same cases as `add_people`.
    """
    reader = signed_in_person(request)
    return displayed_addition(reader, series, values, found_by_adding(reader, series, people, values))


def displayed_addition(reader: Person, series: Series, values: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Return the template context for what `found_by_adding` returned. The samples are stored for their frames."""
    samples = {language: Rendered(subject, text, html, "", "") for language, subject, text, html in found["samples"]}
    return {
        **found,
        "samples": list(samples.items()),
        "sample_key": store_samples(samples, for_person=reader) if samples else "",
        "by_language": [(language, count) for language, count in found["by_language"]],
        "differing": [(typed, name, Language(code).label) for typed, name, code in found["differing"]],
        "left_out": left_out_sentences(found["left_out"]),
        "series_of_sample": series,
        "chosen_sessions": series.sessions.filter(pk__in=values["session_ids"]).order_by("number"),
        "covers_later": values["whole_series"],
    }


def left_out_sentences(left_out: Sequence[Sequence[str]]) -> list[tuple[str, str, str]]:
    """Return the name, the address and the reason as a sentence of each person who is left out."""
    return [(name, address, left_out_sentence(code)) for name, address, code in left_out]


def found_by_adding(
    reader: Person,
    series: Series,
    people: Sequence[Details],
    values: dict[str, Any],
    progress: Callable[[int], None] | None = None,
) -> dict[str, Any]:
    """Add the people in a transaction that is rolled back, and return what would happen, in types of JSON.

    Raises Refusal in the same cases as `add_people`.
    """
    given = {one.email: one for one in people}
    keys = [email_key(one.email) for one in people]
    with transaction.atomic():
        seen = profiles_known_to(reader, keys)
        added = actions.add_people(series=series, people=people, by=reader, progress=progress, **values)
        written = list(Message.objects.about(added.addition.about).order_by("pk"))
        first = added.people[0]
        typed = [given[address] for address in added.given]
        spoken = [
            person.language if person.pk in seen else one.language
            for person, one in zip(added.people, typed, strict=True)
        ]
        differing = [
            ({"name": one.name, "email": one.email}, person.name or person.email, person.language)
            for person, one in zip(added.people, typed, strict=True)
            if person.pk in seen and (person.name, person.language) != (one.name, one.language)
        ]
        _make_unknown(first, [row for row in added.rows if row.person_id == first.pk], typed[0])
        described = describe_emails(written, hub_id=series.hub_id, reader=reader)
        own = Suppression.objects.filter(scope_id=series.hub_id, lifted_at=None, address_key__in=keys)
        suppressed = set(own.values_list("address_key", flat=True))
        transaction.set_rollback(True)
    names = {email_key(one.email): one.name for one in people}
    return {
        **described,
        "samples": [(language, one.subject, one.text, one.html) for language, one in described["samples"]],
        "names": [one.name for one in typed][:60],
        "by_language": [(one, spoken.count(one)) for one in LANGUAGES if one in spoken],
        "more_names": max(0, len(added.people) - 60),
        "unreachable": [name for key, name in names.items() if key in suppressed],
        "unsendable": 0,  # a count would reveal that another hub wrote to an address
        "sample_of": typed[0].name,
        "differing": differing,
        "left_out": [(names[email_key(email)], email, code) for email, code in added.left_out.items()],
        "leaves_at_once": added.addition.send_at <= timezone.now(),
        "seen": added.seen,
    }


def profiles_known_to(reader: Person, keys: Sequence[str]) -> set[int]:
    """Return the IDs of the profiles with these addresses whose name and language the reader may know.

    Pallium staff may know all. Coordinators may know those of people who confirmed a registration in their hubs.
    """
    profiles = Person.objects.filter(email_key__in=keys)
    if not reader.is_pallium_staff:
        places = Registration.objects.editable_by(reader).filter(CONFIRMED)
        profiles = profiles.filter(pk__in=places.values("person"))
    return set(profiles.values_list("pk", flat=True))


def _make_unknown(person: Person, rows: list[Registration], said: Details) -> None:
    """Save the person and their new registrations as if nobody knew the address before, for a sample."""
    person.mailbox_proved_at, person.is_active = None, True
    person.time_zone, person.province = said.time_zone, said.province
    person.save(update_fields=["mailbox_proved_at", "is_active", "time_zone", "province"])
    for row in rows:
        row.person = person
    set_unproved_terms(rows, timezone.now(), is_new=True)
    Registration.objects.bulk_update(rows, ["reminders_wait", "kept_until"])


def add_once(
    request: HttpRequest, series: Series, people: Sequence[Details], values: dict[str, Any]
) -> Addition | None:
    """Add the people and return the addition, or None if this form was already submitted. Raises Refusal."""
    try:
        key = uuid.UUID(request.POST.get("form_key", ""))
    except ValueError:
        raise Refusal(_("This page is too old. Load it again."), code="form-key") from None
    try:
        with transaction.atomic():
            claim_form_key(key=key, form=FORM, content=f"{series.pk}")
            added = actions.add_people(series=series, people=people, by=signed_in_person(request), **values)
            return added.addition
    except RepeatedForm:
        return None


def addition_page(page: HubScopedAdmin, request: HttpRequest, series: Series, addition: int) -> HttpResponse:
    """Display who was added and why, and who was left out of a list.

    On POST, undo the addition if its emails have not been sent, or save that the result of an import was read.
    """
    row = Addition.objects.filter(pk=addition, series=series).select_related("added_by").first()
    if row is None:
        raise Http404
    if request.method == "POST" and request.POST.get("step") == "read":
        mark_read(addition=row, by=signed_in_person(request))
        return HttpResponseRedirect(registrants_url(series))
    if request.method == "POST":
        try:
            count = actions.recall_addition(addition=row, by=signed_in_person(request))
        except Refusal as refusal:
            page.message_user(request, refusal.sentence, messages.ERROR)
        else:
            words = ngettext(
                "%(count)d person is not registered any more and gets no email.",
                "%(count)d people are not registered any more and get no email.",
                count,
            )
            page.message_user(request, words % {"count": count}, messages.SUCCESS)
        return HttpResponseRedirect(registrants_url(series))
    places = Registration.objects.filter(addition=row).select_related("person").with_shown_name()
    by_person: dict[int, list[Registration]] = {}
    for place in places:
        by_person.setdefault(place.person_id, []).append(place)
    shown = list(by_person.values())[:PEOPLE_SHOWN]
    emails = Message.objects.about(row.about).unsent()
    context = {
        "subtitle": _("People who were added"),
        "addition": row,
        "when": eastern_time(row.added_at, active_language()),
        "people": [(mine[0].shown_name, mine[0].person.email, _answer(mine)) for mine in shown],
        "more_people": len(by_person) - len(shown),
        "answered": sum(any(place.answered_at for place in mine) for mine in by_person.values()),
        "unsent": emails.count() if row.recalled_at is None else 0,
        "now": timezone.now(),
        "back": registrants_url(series),
    }
    if (imported := RegistrantList.objects.filter(addition=row).defer("table", "dry_run").first()) is not None:
        context["left_out"] = left_out_sentences(imported.left_out)
        context["unread"] = imported.asked_by_id == signed_in_person(request).pk and imported.read_at is None
    return desk_answer(page, request, series, "registrants", "addition", context)


def _answer(places: Sequence[Registration]) -> str:
    """Return what a person answered or, if they have not, whether and why they cannot any more."""
    answered = [place for place in places if place.answered_at]
    if answered:
        said_no = all(place.cancelled_at == place.answered_at for place in answered)
        return _("said no") if said_no else _("said yes")
    if places[0].person.merged_into_id is not None:
        return _("the profile was merged into another one")
    if all(place.state == Registration.State.CANCELLED for place in places):
        return _("the place was given back")
    return _("no answer yet")
