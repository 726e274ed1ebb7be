"""Names of tables and columns on the page with a person's data, where the models have none for readers."""

from typing import Any

from django.db.models import Choices
from django.utils.translation import gettext_lazy as _

from accounts.vocabularies import Language, PracticeSetting, Profession, Province
from proposals.models import Inquiry
from sessions.vocabularies import PracticeArea

HEADINGS: dict[str, Any] = {
    "profile": _("profile"),
    "merged_profiles": _("profiles that were merged with this one"),
    "credits": _("credits"),
    "newsletters": _("newsletters that you received"),
    "evaluation_invitations": _("evaluations"),
    "sign_in_codes": _("sign-in codes"),
    "email_addresses": _("email addresses"),
    "second_factors": _("second factors"),
    "browser_sessions": _("browsers that are signed in"),
    "actions": _("what you did, by the audit trail"),
}
COLUMNS: dict[str, Any] = {
    "kind": _("kind"),
    "type": _("kind"),
    "text_version": _("version of the text"),
    "text_language": _("language of the text"),
    "source": _("source"),
    "given_at": _("given"),
    "confirmed_at": _("confirmed"),
    "withdrawn_at": _("withdrawn"),
    "form_name": _("name in the form"),
    "form_profession": _("profession in the form"),
    "form_province": _("province or territory in the form"),
    "form_language": _("language in the form"),
    "form_zone": _("time zone in the form"),
    "answered_at": _("answered"),
    "series": _("series"),
    "newsletter": _("newsletter"),
    "email": _("email address"),
    "language": _("language"),
    "created_at": _("created"),
    "expires_at": _("expires"),
    "used_at": _("used"),
    "last_used_at": _("last used"),
    "last_seen_at": _("last seen"),
    "ip": _("network address"),
    "user_agent": _("browser"),
}
VOCABULARIES: dict[str, type[Choices]] = {
    "practice_settings": PracticeSetting,
    "form_profession": Profession,
    "form_province": Province,
    "form_language": Language,
    "text_language": Language,
    "language": Language,
    "topics": PracticeArea,
    "spoken_in": Inquiry.SpokenIn,
}
# Where a consent was given, if not with a form or an email about a row that has a name.
SOURCES: dict[str, Any] = {
    "news-form": _("the form for news"),
    "news-choices": _("the page with the choices of news"),
}
