"""The tables that contain data about a person, and the columns of which the person gets a copy (PRODUCT.md 10).

A test compares them with all relations to people. Codes, tokens and other secrets are not among the columns, nor is
what somebody else is called.
"""

import dataclasses
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Model, Q

from accounts.models import AuditEvent, Consent, Person, SignInCode
from attendance.models import (
    Attendance,
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceRequest,
    AttendanceRow,
    JoinClick,
)
from credits.models import Certificate, CreditEntry, Reviewer
from echo_portal.lib.text import email_key
from echo_portal.outbox.models import Message, Suppression
from echo_portal.reports.models import LongExport
from evaluations.models import Invitation
from hubs.models import Membership
from news.models import NewsChoice, NewsRequest, Recipient
from proposals.models import CoAuthor, DateWatch, Inquiry, InquiryEntry
from registrations.models import AddressCorrection, Enrollment, MergeProposal, Registration, TeamInvitation
from sessions.models import Session, SessionRole

OF_FORM = "form_name form_profession form_province form_language form_zone "


@dataclasses.dataclass(frozen=True)
class Part:
    """A table: its name in the file, its model, the path to the person, and the columns."""

    name: str
    model: type[Model]
    path: str
    columns: str

    def condition(self, person: Person) -> Q:
        match self.path:
            case "email":
                return Q(email__iexact=person.email)
            case "address_key":
                return Q(address_key=email_key(person.email))
            case "person_id" | "actor_id" | "pk":
                return Q(**{self.path: person.pk})
            case _:
                return Q(**{self.path: person})


PARTS = (
    Part(
        "profile",
        Person,
        "pk",
        "email name certificate_name profession practice_settings province community time_zone forward_sortation_area "
        "serves_rural licence_number language created_at mailbox_proved_at mailbox_used_at last_login is_staff "
        "is_programme_staff",
    ),
    Part("merged_profiles", Person, "merged_into", "email name created_at"),
    Part("consents", Consent, "person", "kind text_version text_language source given_at confirmed_at withdrawn_at"),
    Part("registrations", Registration, "person", f"session state {OF_FORM}registered_at cancelled_at answered_at"),
    Part("enrollments", Enrollment, "person", f"series {OF_FORM}covers_later_sessions enrolled_at left_at"),
    Part("join_clicks", JoinClick, "registration__person", "registration__session first_at last_at times"),
    Part(
        "attendances",
        Attendance,
        "person",
        "session role source seconds window_seconds reported_seconds corrected_seconds confirmed_at",
    ),
    Part("attendance_rows", AttendanceRow, "person", "report__session name email joined_at left_at minutes outcome"),
    Part("remembered_matches", AttendanceAlias, "person", "series key made_at"),
    Part(
        "attendance_corrections",
        AttendanceCorrection,
        "person",
        "session kind seconds_before seconds_after reason made_at",
    ),
    Part("attendance_requests", AttendanceRequest, "person", "session state text asked_at answer answered_at"),
    Part(
        "credits",
        CreditEntry,
        "person",
        "accreditation session kind minutes session_minutes credits_per_hour credits code written_at",
    ),
    Part(
        "certificates",
        Certificate,
        "person",
        "series session code language values state issued_at replaced_at revoked_at revoked_because",
    ),
    Part("evaluation_invitations", Invitation, "person", "evaluation__session has_answered"),
    Part("news_choices", NewsChoice, "person", "language topics chosen_at"),
    Part("news_requests", NewsRequest, "person", "email language topics asked_at"),
    Part("newsletters", Recipient, "person", "newsletter"),
    Part("date_requests", DateWatch, "person", "series email language asked_at confirmed_at told_at"),
    Part(
        "inquiries",
        Inquiry,
        "person",
        "kind state hub name email language province profession organisation title text format spoken_in audience team "
        "topics wants_news sent_at proved_at closed_at",
    ),
    Part("inquiry_entries", InquiryEntry, "by", "inquiry kind text name written_at"),
    Part("co_authorships", CoAuthor, "person", "inquiry name email invited_at joined_at"),
    Part("invited_colleagues", TeamInvitation, "lead", "series invited_at answered_at"),
    Part(
        "address_corrections",
        AddressCorrection,
        "person",
        "series reason state old_address new_address proposed_at decided_at",
    ),
    Part("merge_proposals", MergeProposal, "person", "series state proposed_at decided_at"),
    Part("merge_proposals_of_other", MergeProposal, "other", "series state proposed_at decided_at"),
    Part("session_roles", SessionRole, "person", "session role name address given_at"),
    Part("memberships", Membership, "person", "hub role"),
    Part("reviews", Reviewer, "person", "accreditation until given_at ended_at"),
    Part("exports", LongExport, "owner", "kind format first_on last_on asked_at"),
    Part("messages", Message, "person_id", "kind address language state due_at sent_at created_at"),
    Part("suppressed_address", Suppression, "address_key", "reason detail since_at lifted_at"),
    Part("sign_in_codes", SignInCode, "email", "email language created_at expires_at used_at"),
    Part("email_addresses", EmailAddress, "user", "email verified primary"),
    Part("second_factors", Authenticator, "user", "type created_at last_used_at"),
    Part("browser_sessions", UserSession, "user", "created_at last_seen_at ip user_agent"),
    Part("actions", AuditEvent, "actor_id", "at verb about"),
)

# Relations in which a person acted for the programme: their rows are about other people, or about nobody.
ACTED = frozenset(
    {
        "admin.LogEntry.user",
        "attendance.Attendance.confirmed_by",
        "attendance.AttendanceAlias.made_by",
        "attendance.AttendanceCorrection.made_by",
        "attendance.AttendanceImport.imported_by",
        "attendance.AttendanceImport.uploaded_by",
        "attendance.AttendanceRequest.answered_by",
        "attendance.AttendanceRow.decided_by",
        "attendance.HeaderMapping.mapped_by",
        "credits.Certificate.issued_by",
        "credits.Certificate.revoked_by",
        "credits.Reviewer.ended_by",
        "credits.Reviewer.given_by",
        "echo_sessions.MaterialFile.uploaded_by",
        "echo_sessions.Session.reminders_held_by",
        "news.Mailing.written_by",
        "pages.Report.made_by",
        "pages.Report.published_by",
        "pages.Report.withdrawn_by",
        "proposals.Inquiry.assigned_to",
        "proposals.Inquiry.closed_by",
        "registrations.Addition.added_by",
        "registrations.AddressCorrection.decided_by",
        "registrations.AddressCorrection.proposed_by",
        "registrations.Announcement.written_by",
        "registrations.MergeProposal.decided_by",
        "registrations.MergeProposal.proposed_by",
        "registrations.RegistrantList.asked_by",
        "registrations.RegistrantList.uploaded_by",
        "registrations.Registration.cancelled_by",
        "registrations.SessionChange.made_by",
        "registrations.SessionChange.recalled_by",
    }
)


def rows_of(part: Part, person: Person) -> list[Model]:
    """Return the rows of this table about the person, with the rows that name them, using one query."""
    related = []
    for column in part.columns.split():
        target = _target(part.model, column)
        if target is not None:
            related += [column, f"{column}__series"] if target is Session else [column]
    rows = part.model._default_manager.filter(part.condition(person)).order_by("pk")
    return list(rows.select_related(*related) if related else rows)


def stored_value(row: Any, column: str) -> Any:
    """Return the value of a column such as "state" or "report__session", which may be a row of another table."""
    value: Any = row
    for name in column.split("__"):
        value = None if value is None else getattr(value, name)
    return value


def value_of(row: Any, column: str) -> Any:
    """Return the value of a column. A row of another table becomes its name."""
    value = stored_value(row, column)
    if isinstance(value, Session):
        return value.full_title
    return str(value) if isinstance(value, Model) else value


def _target(model: type[Model], column: str) -> type[Model] | None:
    """Return the model to which a column refers, or None for a plain value."""
    target: Any = model
    for name in column.split("__"):
        target = target._meta.get_field(name).related_model
    return target if isinstance(target, type) else None
