"""The to-do list of the start page, for the person's hubs (PRODUCT.md 9). Each kind of row uses one query."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Person
from attendance.queries.asked import waiting_requests
from credits.queries.accreditations import ending_soon
from credits.queries.waiting import series_waiting
from echo_portal.admin.back_to_start import with_way_back
from echo_portal.admin.lists_at_work import lists_to_tell
from echo_portal.admin.messages.scope import messages_of, suppressions_of
from echo_portal.admin.session_needs import NEEDS, sessions_that_need
from echo_portal.admin.urgency import ToDoKind, ToDoRow
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_medium
from echo_portal.outbox.models import Message
from proposals.models import Inquiry, InquiryEntry
from registrations.models import AddressCorrection, MergeProposal, Registration
from registrations.queries.keys import keys_running_out
from registrations.queries.people import with_shown_names
from sessions.models import Series, Session
from sessions.presenters import time_label, undated_label

# The rows of one kind that are in the list: those that are due first.
SHOWN = 10
SOON_DAYS = 14
# The days after which an act is late, and the days for which the list looks ahead.
ANSWER_DAYS, CERTIFICATE_DAYS = 3, 14
ACCREDITATION_DAYS = 60


def what_needs_doing(person: Person, now: dt.datetime) -> list[ToDoKind]:
    """Return the kinds of things to do of which there is at least one."""
    found = [
        *(_sessions(need, person, now) for need in ("link", "places", "report", "rows")),
        _requests(person),
        _inquiries(person),
        _credits(person),
        *_messages(person, now),
        _suppressed(person, now),
        _addresses(person),
        _merges(person),
        _lists(person, now),
        _keys(person, now),
        _accreditations(person),
        _sessions("hour", person, now),
        _series_without_french(person),
        _sessions("french", person, now),
        _sessions("feedback", person, now),
    ]
    return [kind for kind in found if kind.count]


# --- sessions ------------------------------------------------------------------------------------------


def _sessions(name: str, person: Person, now: dt.datetime) -> ToDoKind:
    need = NEEDS[name]
    count, first = _counted(sessions_that_need(name, person, now).select_related("series").in_order_of_time())
    rows = [
        ToDoRow(
            need.said_about(row, _("%(series)s: %(session)s") % {"series": row.series, "session": row}),
            str(need.button),
            with_way_back(need.url(row)),
            _when(row),
            row.on_date - dt.timedelta(days=need.days_before) if row.on_date else None,
        )
        for row in first
    ]
    url = f"{reverse('admin:echo_sessions_session_changelist')}?needs={name}"
    return ToDoKind(need.sentence(count) % {"count": count}, count, url, rows)


def _requests(person: Person) -> ToDoKind:
    """Return the requests “I was there” of people whose attendance is missing or too short."""
    count, first = _counted(with_shown_names(waiting_requests(person), series="session__series"))
    sentence = ngettext(
        "%(count)d request “I was there” waits for an answer.",
        "%(count)d requests “I was there” wait for an answer.",
        count,
    )
    rows = [
        ToDoRow(
            _("%(name)s asks about their attendance: %(session)s.") % {"name": row.name_shown, "session": row.session},
            _("Answer"),
            with_way_back(reverse("admin:attendance_answer", args=(row.session_id, row.pk))),
            str(row.session.series),
            _days_after(row.asked_at, ANSWER_DAYS),
        )
        for row in first
    ]
    url = f"{reverse('admin:attendance_attendancerequest_changelist')}?state__exact=open"
    return ToDoKind(sentence % {"count": count}, count, url, rows)


def _inquiries(person: Person) -> ToDoKind:
    """Return the ideas and inquiries that wait for their next step, the earliest date first."""
    answers = InquiryEntry.objects.filter(inquiry=OuterRef("pk"), kind=InquiryEntry.Kind.ANSWER)
    waiting = Inquiry.objects.open().editable_by(person).annotate(answered=Exists(answers))
    waiting = waiting.order_by("next_step_on", "pk")
    count, first = _counted(waiting)
    sentence = ngettext(
        "%(count)d idea or inquiry waits for a next step.", "%(count)d ideas and inquiries wait for a next step.", count
    )
    rows = [
        ToDoRow(
            _("%(label)s: %(value)s") % {"label": row.get_kind_display(), "value": row},
            *_act_on(row),
            row.next_step or (_("Answered, without a next step") if row.answered else _("First answer")),
            row.next_step_on or _days_after(row.sent_at, ANSWER_DAYS),
        )
        for row in first
    ]
    url = f"{reverse('admin:proposals_inquiry_changelist')}?state__in=new,open"
    return ToDoKind(sentence % {"count": count}, count, url, rows)


def _act_on(row: Any) -> tuple[str, str]:
    """Return the label and the URL of the button for an inquiry.

    An inquiry that was answered needs a next step, or is closed.
    """
    act = "plan" if row.next_step or row.answered else "answer"
    words = _("Take the next step") if row.next_step else _("Say what comes next") if row.answered else _("Answer")
    return words, with_way_back(reverse(f"admin:proposals_inquiry_{act}", args=(row.pk,)))


def _credits(person: Person) -> ToDoKind:
    """Return the series with credits that are on no certificate, and the number of people who have such credits."""
    waiting = series_waiting(person)
    count = sum(row.people for row in waiting)
    sentence = ngettext(
        "The credits of %(count)d person wait for a certificate.",
        "The credits of %(count)d people wait for a certificate.",
        count,
    )
    rows = [
        ToDoRow(
            _("%(series)s: credits wait for a certificate.") % {"series": row.series},
            _("Issue certificates"),
            with_way_back(reverse("admin:credits_certificate_issue", args=(row.series.pk,))),
            ngettext("%(count)d person", "%(count)d people", row.people) % {"count": row.people},
            _days_after(row.since, CERTIFICATE_DAYS),
        )
        for row in waiting[:SHOWN]
    ]
    url = reverse("admin:credits_certificate_changelist")
    return ToDoKind(sentence % {"count": count}, count, url, rows, in_all=len(waiting))


def _days_after(moment: dt.datetime, days: int) -> dt.date:
    return timezone.localdate(moment) + dt.timedelta(days=days)


def _when(session: Session) -> str:
    if session.on_date is None:
        return undated_label(session)
    day = date_medium(session.on_date, active_language())
    return f"{day}, {time_label(session)}" if session.start_time else f"{day}, {_('Hour to be announced')}"


# --- messages and addresses --------------------------------------------------------------------------------


def _messages(person: Person, now: dt.datetime) -> list[ToDoKind]:
    """Return the numbers of recently failed messages, messages in doubt, and held messages."""
    state = Message.State
    since = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(days=SOON_DAYS)
    found = messages_of(person).filter(state__in=[state.FAILED, state.IN_DOUBT, state.HELD])
    counts = found.aggregate(
        failed=Count("pk", filter=Q(state=state.FAILED, due_at__gte=since)),
        in_doubt=Count("pk", filter=Q(state=state.IN_DOUBT)),
        held=Count("pk", filter=Q(state=state.HELD)),
    )
    failed, in_doubt, held = counts["failed"], counts["in_doubt"], counts["held"]
    messages = reverse("admin:outbox_message_changelist")
    sentences = (
        (
            ngettext(
                "%(count)d message of the last 14 days failed.",
                "%(count)d messages of the last 14 days failed.",
                failed,
            ),
            failed,
            f"{messages}?{urlencode({'state__exact': 'failed', 'due_at__gte': since.isoformat()})}",
        ),
        (
            ngettext(
                "Of %(count)d message we do not know whether it arrived.",
                "Of %(count)d messages we do not know whether they arrived.",
                in_doubt,
            ),
            in_doubt,
            f"{messages}?state__exact=in-doubt",
        ),
        (
            ngettext(
                "%(count)d message is held and waits for somebody to release it.",
                "%(count)d messages are held and wait for somebody to release them.",
                held,
            ),
            held,
            f"{messages}?state__exact=held",
        ),
    )
    button, today = _("See the messages"), timezone.localdate(now)
    return [
        ToDoKind(said, count, url, [ToDoRow(said, button, url, act_by=today)], in_all=1)
        for said, count, url in ((sentence % {"count": count}, count, url) for sentence, count, url in sentences)
    ]


def _suppressed(person: Person, now: dt.datetime) -> ToDoKind:
    """Return suppressed addresses of people who have a place in a future session of the person's hubs."""
    # Fetch the ids first: in a single statement the planner may check hub membership once per address.
    sessions = list(Session.objects.editable_by(person).open_for_registration(now).values_list("pk", flat=True))
    active = Registration.objects.active().filter(session__in=sessions).values("person")
    addresses = Person.objects.filter(pk__in=active).values("email_key")
    found = suppressions_of(person).filter(lifted_at__isnull=True, address_key__in=addresses).order_by("since_at")
    count, first = _counted(found)
    sentence = ngettext(
        "Emails to %(count)d person with a place in an upcoming session do not arrive.",
        "Emails to %(count)d people with places in upcoming sessions do not arrive.",
        count,
    )
    url = f"{reverse('admin:outbox_suppression_changelist')}?lifted_at__isempty=1"
    rows = [
        ToDoRow(
            _("Emails to %(address)s do not arrive.") % {"address": row.address_key},
            _("See the address"),
            f"{url}&{urlencode({'q': row.address_key})}",
            row.get_reason_display(),
            _days_after(row.since_at, ANSWER_DAYS),
        )
        for row in first
    ]
    return ToDoKind(sentence % {"count": count}, count, url, rows)


def _addresses(person: Person) -> ToDoKind:
    """Return the proposed corrections of addresses, about which only Pallium staff decide."""
    rows = AddressCorrection.objects.open() if person.is_pallium_staff else AddressCorrection.objects.none()
    count, first = _counted(rows.select_related("series").order_by("proposed_at"))
    sentence = ngettext(
        "%(count)d proposed address waits for a decision.", "%(count)d proposed addresses wait for a decision.", count
    )
    items = [
        ToDoRow(
            _("A new address is proposed: %(change)s.") % {"change": row},
            _("Decide"),
            with_way_back(reverse("admin:registrations_addresscorrection_decide", args=(row.pk,))),
            str(row.series),
            _days_after(row.proposed_at, ANSWER_DAYS),
        )
        for row in first
    ]
    url = f"{reverse('admin:registrations_addresscorrection_changelist')}?state__exact=proposed"
    return ToDoKind(sentence % {"count": count}, count, url, items)


def _merges(person: Person) -> ToDoKind:
    """Return the proposals to merge two profiles, about which only Pallium staff decide."""
    found = MergeProposal.objects.open() if person.is_pallium_staff else MergeProposal.objects.none()
    count, first = _counted(found.select_related("series").order_by("proposed_at"))
    sentence = ngettext(
        "%(count)d proposal to merge two profiles waits for a decision.",
        "%(count)d proposals to merge two profiles wait for a decision.",
        count,
    )
    rows = [
        ToDoRow(
            _("Two profiles may be one person: %(names)s.") % {"names": row.names},
            _("Decide"),
            with_way_back(reverse("admin:registrations_mergeproposal_decide", args=(row.pk,))),
            str(row.series),
            _days_after(row.proposed_at, ANSWER_DAYS),
        )
        for row in first
    ]
    url = f"{reverse('admin:registrations_mergeproposal_changelist')}?state__exact=proposed"
    return ToDoKind(sentence % {"count": count}, count, url, rows)


def _lists(person: Person, now: dt.datetime) -> ToDoKind:
    """Return the long lists of people that a worker checks or imports for this person, or has finished."""
    found = lists_to_tell(person)
    sentence = ngettext(
        "%(count)d list of people was uploaded.", "%(count)d lists of people were uploaded.", len(found)
    )
    today = timezone.localdate(now)
    rows = [ToDoRow(row.sentence, row.button, with_way_back(row.url), str(row.list.series), today) for row in found]
    return ToDoKind(sentence % {"count": len(found)}, len(found), reverse("admin:index"), rows)


# --- keys and translations -----------------------------------------------------------------------------------


def _keys(person: Person, now: dt.datetime) -> ToDoKind:
    keys = keys_running_out(person, now)
    sentence = ngettext(
        "%(count)d enrollment key has expired or is nearly used up, and its series goes on.",
        "%(count)d enrollment keys have expired or are nearly used up, and their series go on.",
        len(keys),
    )
    rows = [
        ToDoRow(
            _("%(series)s: the enrollment key %(key)s is at its end.") % {"series": row.series, "key": row},
            _("Change the key"),
            with_way_back(reverse("admin:echo_sessions_enrollmentkey_change", args=(row.pk,))),
            _("Expired")
            if row.closes_at and row.closes_at <= now
            else _("Used %(uses)d of %(most)d times") % {"uses": row.uses, "most": row.max_uses},  # type: ignore[attr-defined]
            timezone.localdate(now),
        )
        for row in keys[:SHOWN]
    ]
    url = reverse("admin:echo_sessions_enrollmentkey_changelist")
    return ToDoKind(sentence % {"count": len(keys)}, len(keys), url, rows)


def _accreditations(person: Person) -> ToDoKind:
    """Return the accreditations that end before their series does, and that Pallium staff should renew."""
    count, first = _counted(ending_soon(person, timezone.localdate(), within=ACCREDITATION_DAYS))
    sentence = ngettext(
        "%(count)d accreditation ends soon, and its series goes on.",
        "%(count)d accreditations end soon, and their series go on.",
        count,
    )
    rows = [
        ToDoRow(
            _("%(series)s: the accreditation %(accreditation)s ends before the last session.")
            % {"series": row.series, "accreditation": row},
            _("See the accreditation"),
            with_way_back(reverse("admin:credits_accreditation_change", args=(row.pk,))),
            _("Valid until %(day)s") % {"day": date_medium(row.valid_to, active_language())},
            row.valid_to,
        )
        for row in first
    ]
    url = reverse("admin:credits_accreditation_changelist")
    return ToDoKind(sentence % {"count": count}, count, url, rows)


def series_without_french(person: Person) -> QuerySet[Series]:
    """Return the published series of the person's hubs that lack a French title or summary."""
    missing = (Q(title_fr="") & ~Q(title_en="")) | (Q(summary_fr="") & ~Q(summary_en=""))
    return Series.objects.editable_by(person).published().filter(missing)


def _series_without_french(person: Person) -> ToDoKind:
    count, first = _counted(series_without_french(person).order_by("slug"))
    sentence = ngettext(
        "%(count)d published series has no title or no summary in French.",
        "%(count)d published series have no title or no summary in French.",
        count,
    )
    rows = [
        ToDoRow(
            _("%(series)s has no title or no summary in French.") % {"series": row},
            _("Translate"),
            with_way_back(reverse("admin:echo_sessions_series_change", args=(row.pk,))),
        )
        for row in first
    ]
    url = f"{reverse('admin:echo_sessions_series_changelist')}?needs=french"
    return ToDoKind(sentence % {"count": count}, count, url, rows)


def _counted(rows: QuerySet[Any]) -> tuple[int, list[Any]]:
    """Return the total number of rows and the first few of them, using one query."""
    first = list(rows.annotate(in_all=Window(Count("*")))[:SHOWN])
    return (first[0].in_all if first else 0), first
