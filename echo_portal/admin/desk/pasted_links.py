"""The form for pasted joining links: one link for all sessions to come, or a link on each line."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions.models import Session

# A number of a session in front of its link, such as "Session 7: https://…" or "7) https://…".
NUMBERED = re.compile(
    r"(?:session|séance|seance)?\s*(?:no\.?|nº|n°|#)?\s*(\d{1,4})\s*(?:[:.)\]|–—-]|\s)\s*(\S+)", re.IGNORECASE
)


class LinksForm(forms.Form):
    """Joining links for the sessions to come.

    Empty lines do not count. Links without numbers are for the sessions in the order of the table.
    """

    same_link = forms.CharField(label=gettext_lazy("The same link for all sessions to come"), required=False)
    links = forms.CharField(
        label=gettext_lazy("One link on each line, in the order of the table"),
        required=False,
        strip=False,  # see pairs_to_confirm
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: QueryDict | None, *, sessions: Sequence[Session]) -> None:
        super().__init__(data)
        self.sessions = sessions
        self._links: dict[int, str] = {}
        if not sessions:
            return
        first, last = sessions[0].number, sessions[-1].number
        if first == last:
            help_text = _("The link is for session %(first)d.")
        else:
            help_text = _(
                "The first link is for session %(first)d, and so on to session %(last)d. Empty lines do not count. To "
                "leave sessions out, write the number in front of each link: “Session %(last)d: https://…”."
            )
        self.fields["links"].help_text = help_text % {"first": first, "last": last}

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        lines = self._lines(values)
        if values.get("same_link") and lines:
            self.add_error("links", _("Fill in one of the two: one link for all sessions, or a link on each line."))
        elif any(NUMBERED.fullmatch(line) for line in lines):
            self._links = self._numbered(lines)
        elif len(lines) > len(self.sessions):
            counts = {"lines": len(lines), "sessions": len(self.sessions)}
            sentence = ngettext(
                "There are %(lines)d lines for %(sessions)d session to come. Nothing was saved.",
                "There are %(lines)d lines for %(sessions)d sessions to come. Nothing was saved.",
                len(self.sessions),
            )
            self.add_error("links", sentence % counts)
        else:
            self._links = {session.pk: line for session, line in zip(self.sessions, lines, strict=False)}
        return values

    @staticmethod
    def _lines(values: dict[str, Any]) -> list[str]:
        return [line.strip() for line in (values.get("links") or "").splitlines() if line.strip()]

    def _numbered(self, lines: Sequence[str]) -> dict[int, str]:
        """Return the links by session ID, or add an error for the first line that does not name a session to come."""
        known = {session.number: session.pk for session in self.sessions}
        links: dict[int, str] = {}
        for line in lines:
            found = NUMBERED.fullmatch(line)
            if found is None:
                self.add_error("links", _("Write the number of the session in front of each link, or of none."))
                return {}
            number = int(found[1])
            if number not in known:
                self.add_error("links", _("Session %(number)d is not a session to come.") % {"number": number})
                return {}
            if known[number] in links:
                self.add_error("links", _("There are two links for session %(number)d.") % {"number": number})
                return {}
            links[known[number]] = found[2]
        return links

    def links_of(self) -> dict[int, str]:
        """Return the links by session ID. Call this after `is_valid()`."""
        if same := self.cleaned_data["same_link"].strip():
            return {session.pk: same for session in self.sessions}
        return self._links

    def pairs_to_confirm(self) -> list[tuple[Session, str]]:
        """Return sessions with their links if empty lines leave it unclear for which sessions the links are.

        It is clear if the links have numbers, or if there is one for each session. Call this after `is_valid()`.
        """
        lines = self.cleaned_data["links"].rstrip().splitlines()
        has_gaps = any(not line.strip() for line in lines)
        has_numbers = any(NUMBERED.fullmatch(line.strip()) for line in lines)
        if not has_gaps or has_numbers or len(self._links) == len(self.sessions):
            return []
        return [(session, self._links[session.pk]) for session in self.sessions if session.pk in self._links]
