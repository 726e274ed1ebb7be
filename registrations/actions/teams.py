"""Invite colleagues to a series. Nothing else is stored or sent until each of them accepts (ADR 38)."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import Details, change_profile, claim_form_key, person_at_address, record
from accounts.models import FormReceipt, Person
from accounts.throttles import (
    TEAM_FORMS_IN_ALL,
    TEAM_FORMS_PER_NETWORK,
    TEAM_INVITATIONS_PER_MAILBOX,
    mailbox_of,
)
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.text import email_key
from echo_portal.outbox.actions import NewMessage, withdraw, write_messages
from echo_portal.outbox.models import Message
from registrations import rules
from registrations.actions.enrolling import Application, enroll
from registrations.actions.reminding import use_mailbox
from registrations.message_kinds import TEAM_INVITATION
from registrations.models import TeamInvitation
from registrations.queries.keys import uses_of
from registrations.queries.places import sessions_of
from registrations.why_sent import colleague_invited
from sessions.models import EnrollmentKey, Series


@dataclasses.dataclass(frozen=True)
class TeamForm:
    """The values of a submitted form: the lead's choice of sessions, and names and addresses of their colleagues."""

    form_key: uuid.UUID
    series: Series
    session_ids: tuple[int, ...]
    whole_series: bool
    colleagues: tuple[tuple[str, str], ...]
    network: str
    lead_name: str = ""  # what a lead whose profile has no name typed

    def content(self) -> str:
        """Return a text that is the same for two submissions with the same values."""
        people = (f"{name}\x1e{email}" for name, email in self.colleagues)
        chosen = ",".join(str(pk) for pk in sorted(self.session_ids))
        return "\x1f".join([str(self.series.pk), chosen, str(self.whole_series), *people])


@transaction.atomic
def invite_team(*, form: TeamForm, key: EnrollmentKey | None, lead: Person) -> FormReceipt:
    """Save an invitation for each colleague, write its email, and return the form's receipt.

    No place is assigned and no profile is created. A colleague who was already invited to the series, or whose mailbox
    got several invitations today, gets none; the lead does not learn this. A typed name is saved if the lead's profile
    has none. Locks the lead. Raises Refusal if the key is not valid, if a session is not open, or if a limit is
    exceeded, and RepeatedForm if the form was processed before.
    """
    now, series = timezone.now(), form.series
    receipt = claim_form_key(key=form.form_key, form="team", content=form.content())
    lead = Person.objects.get_queryset().select_for_update(no_key=True).get(pk=lead.pk)
    if form.lead_name and not lead.name:
        change_profile(person=lead, by=lead, values={"name": form.lead_name})
        lead.name = form.lead_name
    rules.check_can_lead_team(lead)
    rules.check_series_open(series)
    if series.needs_key:
        rules.check_key(key, series=series, uses=uses_of(key), now=now)
    sessions = sessions_of(series.pk, list(form.session_ids))
    rules.check_chosen_sessions(sessions, series=series, chosen=form.session_ids, now=now)
    _check_limits(form, lead, now)
    rows = _save_invitations(form, key if series.needs_key else None, lead, now)
    through = TeamInvitation.sessions.through
    through.objects.bulk_create(
        through(teaminvitation_id=row.pk, session_id=session.pk) for row in rows for session in sessions
    )
    write_messages(_messages(rows, series))
    record("team-invited", about=f"series:{series.pk}", by=lead, scope_id=series.hub_id, details={"people": len(rows)})
    receipt.answer = {"series": series.pk, "people": len(form.colleagues)}
    receipt.save(update_fields=["answer"])
    return receipt


def _check_limits(form: TeamForm, lead: Person, now: dt.datetime) -> None:
    """Raise Refusal if the lead invited too many people today, or too many forms came from the network or in total."""
    today = TeamInvitation.objects.filter(lead=lead, invited_at__gt=now - dt.timedelta(days=1)).count()
    rules.check_team_size(today, len(form.colleagues))
    if not (TEAM_FORMS_PER_NETWORK.reserve(form.network) and TEAM_FORMS_IN_ALL.reserve("all")):
        raise Refusal(_("Many invitations are being sent at this moment. Try again in an hour."), code="too-many")


def _save_invitations(
    form: TeamForm, key: EnrollmentKey | None, lead: Person, now: dt.datetime
) -> list[TeamInvitation]:
    """Save a row for each colleague who may be invited, and return these rows."""
    addresses = [email for _name, email in form.colleagues]
    over = TEAM_INVITATIONS_PER_MAILBOX.over({mailbox_of(email) for email in addresses})
    keys = {email_key(email) for email in addresses}
    of_series = TeamInvitation.objects.filter(series=form.series, email_key__in=keys)
    of_series.filter(expires_at__lte=now).delete()
    fresh = [
        TeamInvitation(
            series=form.series,
            whole_series=form.whole_series,
            enrollment_key=key,
            lead=lead,
            name=name,
            email=email,
            email_key=email_key(email),
            invited_at=now,
            expires_at=now + rules.TEAM_INVITATION_KEPT,
        )
        for name, email in form.colleagues
        if mailbox_of(email) not in over
    ]
    TeamInvitation.objects.bulk_create(sorted(fresh, key=lambda row: row.email_key), ignore_conflicts=True)
    return list(of_series.filter(public_id__in=[row.public_id for row in fresh]).order_by("pk"))


def _messages(rows: Sequence[TeamInvitation], series: Series) -> list[NewMessage]:
    """Return the emails. For a proved mailbox, they use the language of its profile and its spelling of the address."""
    people = Person.objects.get_queryset().filter(email_key__in=[row.email_key for row in rows])
    known = {person.email_key: person for person in people if person.is_proved and person.is_active}
    found = []
    for row in rows:
        person = known.get(row.email_key)
        found.append(
            NewMessage(
                kind=TEAM_INVITATION,
                dedupe_key=f"{TEAM_INVITATION}:{row.pk}",
                address=person.email if person else row.email,
                language=person.language if person else active_language(),
                scope_id=series.hub_id,
                about=row.about,
                why=colleague_invited(series),
                payload={"invitation": row.pk},
                expires_at=row.expires_at,
            )
        )
    return found


@transaction.atomic
def accept_invitation(*, invitation: TeamInvitation, page_language: str) -> Person:
    """Register the colleague for those of the sessions that are still open, and return their profile.

    The POST after opening the link proves the mailbox and is their consent. The confirmation contains the calendar
    entry. No place was kept for them, so they join the waiting list of a full session. A second call changes nothing.
    Raises Refusal if the invitation has expired or was declined, if no session is open any more, or if the key is no
    longer valid; in the last two cases, the invitation remains open.
    """
    now = timezone.now()
    row = _locked(invitation)
    accepted = FormReceipt.objects.filter(key=row.public_id).exists()
    if row.expires_at <= now or (row.answered_at is not None and not accepted):
        raise Refusal(_("This invitation has been answered or has expired."), code="answered")
    person = person_at_address(email=row.email, name=row.name, language=page_language)
    if not person.is_active:
        raise Refusal(_("This account is closed. Write to us if that is a mistake."), code="closed")
    person = use_mailbox(person=person)
    if row.answered_at is not None:
        return person
    sessions = [session for session in row.sessions.all() if rules.is_session_open(session, now)]
    if not sessions and not row.series.ongoing:
        raise Refusal(_("These sessions were held or cancelled."), code="held")
    application = Application(
        form_key=row.public_id,
        details=Details(name="", email=person.email, language=""),  # empty values leave the profile as it is
        series=row.series,
        session_ids=tuple(session.pk for session in sessions),
        whole_series=row.whole_series,
        typed_key="",
        news=False,
        page_language=page_language,
    )
    enroll(application=application, key=row.enrollment_key, signed_in=person)
    row.answered_at = now
    row.save(update_fields=["answered_at"])
    record("team-accepted", about=f"series:{row.series_id}", by=person, scope_id=row.series.hub_id)
    return person


@transaction.atomic
def decline_invitation(*, invitation: TeamInvitation) -> None:
    """Record that the colleague declined. Nobody is told, and no profile is created. A second call changes nothing."""
    row = _locked(invitation)
    if row.answered_at is None:
        row.answered_at = timezone.now()
        row.save(update_fields=["answered_at"])
        withdraw(Message.objects.about(row.about))
        record("team-declined", about=f"series:{row.series_id}", by=None, scope_id=row.series.hub_id)


def delete_old_invitations(now: dt.datetime) -> int:
    """Delete invitations that have expired, whether answered or not, and return how many were deleted."""
    expired = TeamInvitation.objects.filter(expires_at__lte=now)
    return expired.delete()[1].get(TeamInvitation._meta.label, 0)


def _locked(invitation: TeamInvitation) -> TeamInvitation:
    rows = TeamInvitation.objects.select_for_update(of=("self",)).select_related("series__hub", "enrollment_key")
    return rows.get(pk=invitation.pk)
