"""What happens to each column with words, and to each relation to a person, when a person is erased.

A column that is not listed fails a test, until somebody decides whether it is erased.
"""

from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import BinaryField, CharField, Field, GenericIPAddressField, JSONField, Model, TextField

from accounts.models import Person

FORM = "form_name form_sort_key form_profession form_province form_zone"

# The words are erased, or the row is deleted. The canary test writes a word in each of these columns.
ERASED = {
    "account.EmailAddress": "email",
    "account.EmailConfirmation": "key",
    "accounts.FormReceipt": "answer",
    "accounts.Person": "email email_key certificate_name practice_settings community time_zone forward_sortation_area "
    "licence_number",
    "accounts.SignInCode": "email next_path",
    "admin.LogEntry": "object_repr change_message",
    "attendance.AttendanceAlias": "key",
    "attendance.AttendanceCorrection": "reason",
    "attendance.AttendanceImport": "file file_name",
    "attendance.AttendanceRequest": "text answer",
    "attendance.AttendanceRow": "name email registrant key facts",
    "echo_sessions.SessionRole": "name address",
    "mfa.Authenticator": "data",
    "news.NewsChoice": "topics",
    "news.NewsRequest": "email topics",
    "outbox.MailEvent": "address_key detail",
    "outbox.Message": "address payload why_en why_fr edited_subject edited_text reason sent_content",
    "outbox.Suppression": "address_key detail",
    "proposals.CoAuthor": "name email",
    "proposals.DateWatch": "email",
    "proposals.Inquiry": "name email organisation title text audience team next_step",
    "proposals.InquiryEntry": "text name",
    "proposals.Plan": "title_en title_fr summary_en summary_fr objectives learned",
    "proposals.PlannedSession": "title presenters",
    "registrations.Addition": "note_en note_fr",
    "registrations.AddressCorrection": "reason old_address new_address",
    "registrations.Enrollment": FORM,
    "registrations.MergeProposal": "reason names",
    "registrations.RegistrantList": "file_name table words note_en note_fr dry_run left_out",
    "registrations.Registration": FORM,
    "registrations.TeamInvitation": "name email email_key",
    "reports.LongExportPart": "content",
    "sessions.Session": "session_data",
    "usersessions.UserSession": "user_agent data",
}
# The words are kept: the record of credits. The canary test finds the word in these columns afterwards, and only there.
KEPT = {
    "accounts.Person": "name sort_key",
    "credits.Certificate": "values pdf revoked_because",
}
# Codes, hashes and other values that say nothing about a person, in tables with rows about people.
CODES = {
    "accounts.AuditEvent": "verb about details request_id",
    "accounts.Consent": "text_version source",
    "accounts.FormReceipt": "form fingerprint",
    "accounts.Person": "password",
    "accounts.RateCounter": "subject",
    "accounts.SignInCode": "language request_key_hash code_hash link_hash",
    "admin.LogEntry": "object_id",
    "attendance.AttendanceImport": "sha256 zone meeting layout notes",
    "attendance.AttendanceRow": "role code",
    "attendance.SharedRoom": "code",
    "credits.Certificate": "code sha256 key_id",
    "credits.CreditEntry": "code facts",
    "news.Mailing": "topics",
    "outbox.MailEvent": "report_id",
    "outbox.Message": "kind dedupe_key language about secret",
    "outbox.Pause": "reason",
    "proposals.Inquiry": "spoken_in topics",
    "proposals.Plan": "time_zone",
    "registrations.Enrollment": "form_language",
    "registrations.RegistrantList": "sha256 columns session_ids seen failure",
    "registrations.Registration": "form_language",
    "reports.LongExport": "language period_code",
    "sessions.Session": "session_key",
    "usersessions.UserSession": "ip session_key",
}
# Tables with the texts of the programme, its hubs and its public pages, and with answers that have no author.
OF_NOBODY = frozenset(
    {
        "accounts.PolicyVersion",
        "attendance.HeaderMapping",
        "auth.Group",
        "auth.Permission",
        "contenttypes.ContentType",
        "credits.Accreditation",
        "credits.CertifiedSession",
        "credits.LedgerState",
        "credits.SignatureImage",
        "echo_sessions.EnrollmentKey",
        "echo_sessions.Material",
        "echo_sessions.MaterialFile",
        "echo_sessions.PresenterChange",
        "echo_sessions.Series",
        "echo_sessions.Session",
        "evaluations.AnswerSheet",
        "evaluations.Question",
        "hubs.Hub",
        "hubs.Organisation",
        "hubs.Programme",
        "hubs.Spoke",
        "pages.Newsletter",
        "pages.Page",
        "pages.QuestionAndAnswer",
        "pages.Report",
        "pages.ReportFile",
        "programme.LoadedRow",
        "registrations.Announcement",
        "registrations.SessionChange",
    }
)
# Tables without a model: counters of limits as hashes and emails of staff for an hour, and Django's list of migrations.
WITHOUT_MODEL = {"cache", "cache_samples", "django_migrations"}

# Relations to a person: the rows are deleted; or they stay, because they are counted or are records of credits.
DELETED = frozenset(
    {
        "account.EmailAddress.user",
        "accounts.Person_groups.person",
        "accounts.Person_user_permissions.person",
        "attendance.AttendanceAlias.person",
        "attendance.AttendanceRequest.person",
        "credits.Reviewer.person",
        "echo_sessions.SessionRole.person",
        "hubs.Membership.person",
        "mfa.Authenticator.user",
        "news.NewsChoice.person",
        "news.NewsRequest.person",
        "news.Recipient.person",
        "proposals.CoAuthor.person",
        "proposals.DateWatch.person",
        "proposals.InquiryEntry.by",
        "registrations.AddressCorrection.person",
        "registrations.MergeProposal.person",
        "registrations.MergeProposal.other",
        "registrations.TeamInvitation.lead",
        "reports.LongExport.owner",
        "usersessions.UserSession.user",
    }
)
STAY = frozenset(
    {
        "accounts.Consent.person",
        "accounts.Person.merged_into",
        "attendance.Attendance.person",
        "attendance.AttendanceCorrection.person",
        "attendance.AttendanceRow.person",
        "credits.Certificate.person",
        "credits.CreditEntry.person",
        "evaluations.Invitation.person",
        "proposals.Inquiry.person",
        "registrations.Enrollment.person",
        "registrations.Registration.person",
    }
)


def tables() -> dict[str, type[Model]]:
    """Return the models with a table of their own, by label."""
    models = apps.get_models(include_auto_created=True)
    return {model._meta.label: model for model in models if not model._meta.proxy}


def columns_with_words(model: type[Model]) -> set[str]:
    """Return the names of the columns that can contain any words: no choices, numbers or moments."""
    kinds = (ArrayField, BinaryField, CharField, GenericIPAddressField, JSONField, TextField)
    fields: list[Field[Any, Any]] = list(model._meta.concrete_fields)
    return {field.name for field in fields if isinstance(field, kinds) and not field.choices}


def relations_to_people() -> set[str]:
    """Return the foreign keys to a person, as label of the model and name of the field."""
    return {
        f"{label}.{field.name}"
        for label, model in tables().items()
        for field in model._meta.fields
        if field.related_model is Person
    }
