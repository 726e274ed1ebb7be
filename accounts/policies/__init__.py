"""The policies to which people consent (ADR 48).

The privacy policy is that of the newest `PolicyVersion` that applies. Until staff have written one, and for other
policies, it is the newest file of this folder that applies. Published texts are never edited; a change is a new
version.
"""

import dataclasses
import datetime as dt
import functools
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import ConsentKind, PolicyVersion
from echo_portal.lib.bilingual import LANGUAGES
from echo_portal.lib.refusals import Refusal

FOLDER = Path(__file__).parent


@dataclasses.dataclass(frozen=True)
class Policy:
    """One version of a policy. `version` is the day from which it applies; `text` maps a language to Markdown."""

    kind: str
    version: str
    text: dict[str, str]

    @property
    def applies_on(self) -> dt.date:
        return dt.date.fromisoformat(self.version)


def current_policy(kind: str) -> Policy:
    """Return the version of this policy to which people consent today.

    Raises LookupError if there is none, or if its text in a language is missing.
    """
    today = timezone.localdate()
    if kind == ConsentKind.PRIVACY:
        rows = PolicyVersion.objects.published().filter(applies_on__lte=today)[:1]
        if rows:
            return _of_row(rows[0])
    return _by_day(delivered_policies(kind), today)[0][0]


def privacy_policies(today: dt.date) -> tuple[list[Policy], list[Policy]]:
    """Return the versions of the privacy policy that people could consent to, and those that apply later.

    Both are sorted from the newest to the oldest, so the first version of the first list is the current one.
    """
    rows = [_of_row(row) for row in PolicyVersion.objects.published()]
    written = [row for row in rows if row.applies_on <= today]
    written_later = [row for row in rows if row.applies_on > today]
    delivered, delivered_later = _by_day(delivered_policies(ConsentKind.PRIVACY), today)
    return [*written, *delivered], [*written_later, *delivered_later]


def _by_day(delivered: list[Policy], today: dt.date) -> tuple[list[Policy], list[Policy]]:
    """Return the files that apply, or else the oldest one, and those that apply later. Both are the newest first."""
    later = [one for one in delivered[:-1] if one.applies_on > today]
    return delivered[len(later) :], later


def check_can_publish(applies_on: dt.date, today: dt.date) -> None:
    """Raise Refusal if a version that is published today cannot apply from this day.

    It applies from tomorrow at the earliest, so that nobody consents to a text that is changed on the same day.
    """
    if applies_on <= today:
        raise Refusal(_("Choose a day after today: people can then read it before it applies."), code="too-soon")
    if applies_on <= delivered_policies(ConsentKind.PRIVACY)[0].applies_on:
        raise Refusal(_("Choose a day after that of the version that came with the portal."), code="before-delivered")


@functools.cache
def delivered_policies(kind: str) -> list[Policy]:
    """Return the versions that are files of the portal, the newest first. Raises LookupError as `current_policy`."""
    names = (path.name.split(".")[0].removeprefix(f"{kind}-") for path in FOLDER.glob(f"{kind}-*.en.md"))
    versions = sorted(names, reverse=True)
    if not versions:
        raise LookupError(f"no policy text of kind {kind!r}")
    return [Policy(kind, one, {language: _read(kind, one, language) for language in LANGUAGES}) for one in versions]


def _of_row(row: PolicyVersion) -> Policy:
    return Policy(ConsentKind.PRIVACY, row.applies_on.isoformat(), {"en": row.text_en, "fr": row.text_fr})


def _read(kind: str, version: str, language: str) -> str:
    path = FOLDER / f"{kind}-{version}.{language}.md"
    if not path.exists():
        raise LookupError(f"the policy {path.name} is missing")
    return path.read_text(encoding="utf-8")
