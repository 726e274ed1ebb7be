"""The sentences with which the history describes audit events, in the reader's language, without IDs and codes."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions.models import SessionRole

Details = dict[str, Any]


def _count(details: Details, name: str) -> int:
    found = details.get(name)
    return found if isinstance(found, int) else len(found or ())


def _emails(sentence: Any) -> Callable[[Details], str]:
    """Return a function that returns the sentence with the number of emails that the action wrote."""

    def said(details: Details) -> str:
        count = _count(details, "emails")
        emails = ngettext("%(count)d email was written.", "%(count)d emails were written.", count)
        return f"{sentence} {emails % {'count': count}}"

    return said


def _places(details: Details) -> str:
    count = _count(details, "places")
    return ngettext("%(count)d place was given back.", "%(count)d places were given back.", count) % {"count": count}


def _left_session(details: Details) -> str:
    said = _("The waiting list was left.") if details.get("waited") else _("The place was given back.")
    return _with_reason(said, details)


def _left_series(details: Details) -> str:
    if not details.get("leaver"):
        return _("A person left the series.")
    said = _("They were removed from the series.") if details.get("by_hub") else _("They left the series.")
    return _with_reason(said, details)


def _from_to(sentence: Any, named: Any) -> Callable[[Details], str]:
    """Return a function that returns `named` with the two sessions, or `sentence` if they are not known."""

    def said(details: Details) -> str:
        known = {name: details.get(name) for name in ("before", "after")}
        return str(named) % known if all(known.values()) else str(sentence)

    return said


def _with_reason(said: str, details: Details) -> str:
    if not details.get("reason"):
        return said
    return _("%(sentence)s Reason: %(reason)s") % {"sentence": said, "reason": details["reason"]}


def _taken_back(details: Details) -> str:
    said = {
        "cancelled": _("The cancellation of the session was taken back."),
        "rescheduled": _("Moving the session was taken back."),
    }
    return _emails(said.get(details.get("kind", ""), _("The last change was taken back.")))(details)


def _uploaded_list(details: Details) -> str:
    count = _count(details, "people")
    words = ngettext(
        "A list with %(count)d row was uploaded; nobody is registered by it yet.",
        "A list with %(count)d rows was uploaded; nobody is registered by it yet.",
        count,
    )
    return _with_file(words % {"count": count}, details)


def _uploaded_report(details: Details) -> str:
    count = _count(details, "rows")
    words = ngettext(
        "An attendance report with %(count)d row was uploaded; it does not count yet.",
        "An attendance report with %(count)d rows was uploaded; it does not count yet.",
        count,
    )
    return _with_file(words % {"count": count}, details)


def _about_file(sentence: Any) -> Callable[[Details], str]:
    return lambda details: _with_file(str(sentence), details)


def _with_file(said: str, details: Details) -> str:
    if not details.get("file"):
        return said
    return _("%(sentence)s File: %(name)s") % {"sentence": said, "name": details["file"]}


def _covered(details: Details) -> str:
    count = _count(details, "registrations")
    words = ngettext(
        "%(count)d person enrolled in the series was registered.",
        "%(count)d people enrolled in the series were registered.",
        count,
    )
    return words % {"count": count}


def _written_to(details: Details) -> str:
    count = _count(details, "recipients")
    words = ngettext(
        "An email to %(count)d registrant was written.", "An email to %(count)d registrants was written.", count
    )
    return words % {"count": count}


def _emails_taken_back(details: Details) -> str:
    count = _count(details, "emails")
    words = ngettext(
        "%(count)d email to a registrant was taken back.", "%(count)d emails to registrants were taken back.", count
    )
    return words % {"count": count}


def _role_given(details: Details) -> str:
    """Return a sentence with the name of the person who got a role, as typed by the coordinator.

    The name is known only while they have the role; otherwise return a sentence without a name.
    """
    named = {
        SessionRole.Role.PRESENTER: _("%(name)s was named as a presenter of the session."),
        SessionRole.Role.FACILITATOR: _("%(name)s was named as a facilitator of the session."),
        SessionRole.Role.COACH: _("%(name)s was named as a practice coach of the session."),
    }
    role = details.get("role", "")
    if (name := details.get("name")) and role in named:
        return named[role] % {"name": name}
    return _("A role in the session was given: %(role)s.") % {"role": _role(details)}


def _role_ended(details: Details) -> str:
    return _("A role in the session was ended: %(role)s.") % {"role": _role(details)}


def _role(details: Details) -> str:
    code = details.get("role", "")
    return str(dict(SessionRole.Role.choices).get(code, code))


def _drafted(details: Details) -> str:
    count = _count(details, "sessions")
    words = ngettext("%(count)d draft session was added.", "%(count)d draft sessions were added.", count)
    return words % {"count": count}


def _corrected(details: Details) -> str:
    before, after = (details.get(name) for name in ("before", "after"))
    minutes = [
        _("no attendance") if one is None else _("%(count)d min") % {"count": one // 60} for one in (before, after)
    ]
    return _("An attendance was corrected: %(before)s before, %(after)s after.") % {
        "before": minutes[0],
        "after": minutes[1],
    }


def _added(details: Details) -> str:
    count = _count(details, "people")
    words = ngettext("%(count)d person was added.", "%(count)d people were added.", count)
    return words % {"count": count}


def _invited(details: Details) -> str:
    count = _count(details, "people")
    words = ngettext("%(count)d colleague was invited.", "%(count)d colleagues were invited.", count)
    return words % {"count": count}


def _not_added(details: Details) -> str:
    count = _count(details, "people")
    words = ngettext("Adding %(count)d person was taken back.", "Adding %(count)d people was taken back.", count)
    return words % {"count": count}


def _imported(details: Details) -> str:
    count = _count(details, "people")
    words = ngettext(
        "A list was imported: %(count)d person was added.", "A list was imported: %(count)d people were added.", count
    )
    return _with_file(words % {"count": count}, details)


def _promoted(details: Details) -> str:
    passed = _count(details, "passed")
    if not passed:
        return _("The place was given by hand to the first person on the waiting list.")
    words = ngettext(
        "The place was given by hand; %(count)d person waited before them.",
        "The place was given by hand; %(count)d people waited before them.",
        passed,
    )
    return words % {"count": passed}


# What each kind of event says: a sentence, or a function of its details.
SENTENCES: dict[str, Any] = {
    "sign-in": gettext_lazy("They signed in."),
    "mailbox-proved": gettext_lazy("They used the mailbox, which proves the address."),
    "profile-changed": gettext_lazy("The profile was changed."),
    "links-revoked": gettext_lazy("The links in earlier emails were ended."),
    "membership-given": gettext_lazy("A role in the hub was given."),
    "membership-taken": gettext_lazy("A role in the hub was taken away."),
    "staff-joined": gettext_lazy("Joined the staff of the demonstration."),
    "load-programme": gettext_lazy("The programme was loaded from its file."),
    "load-texts": gettext_lazy("The texts of the public pages were loaded from their file."),
    "session-added": gettext_lazy("The session was added."),
    "session-changed": gettext_lazy("The session was changed."),
    "entered-as-host": gettext_lazy("A person who leads the session opened the room."),
    "material-uploaded": gettext_lazy("A file was uploaded to the session."),
    "material-withdrawn": gettext_lazy("A document of the session was withdrawn."),
    "material-restored": gettext_lazy("A withdrawn document of the session is shown again."),
    "role-given": _role_given,
    "role-ended": _role_ended,
    "session-rescheduled": _emails(gettext_lazy("The session was moved.")),
    "merge-proposed": gettext_lazy("Merging two profiles was proposed."),
    "merge-accepted": gettext_lazy("Merging two profiles was accepted."),
    "merge-refused": gettext_lazy("Merging two profiles was refused."),
    "people-merged": gettext_lazy("Another profile was merged into this one."),
    "profile-merged": gettext_lazy("The profile was merged into another one and closed."),
    "person-erased": gettext_lazy("The data of the person was erased. Records of credits are kept."),
    "kept-name-erased": gettext_lazy("The name and the certificates that were kept for seven years were erased."),
    "audit-pack-downloaded": gettext_lazy("The audit pack was downloaded."),
    "review-given": gettext_lazy("A reviewer got access."),
    "review-ended": gettext_lazy("The access of a reviewer was ended."),
    "reminders-held": gettext_lazy("The reminders of the session were held."),
    "reminders-released": gettext_lazy("The reminders of the session were released."),
    "session-cancelled": _emails(gettext_lazy("The session was cancelled.")),
    "recall-change": _taken_back,
    "recall-publication": gettext_lazy("The publication was taken back; the session is a draft again."),
    "cover-new-session": _covered,
    "series-added": gettext_lazy("The series was added."),
    "enrollmentkey-added": gettext_lazy("The key was added."),
    "series-changed": gettext_lazy("The series was changed."),
    "sessions-drafted": _drafted,
    "write-to-registrants": _written_to,
    "recall-announcement": _emails_taken_back,
    "enroll": gettext_lazy("A person registered."),
    "people-added": _added,
    "addition-recalled": _not_added,
    "people-list-uploaded": _uploaded_list,
    "people-list-imported": _imported,
    "addition-accepted": gettext_lazy("The person whom the hub registered said yes."),
    "addition-declined": gettext_lazy("The person whom the hub registered said no."),
    "registration-moved": _from_to(
        gettext_lazy("The person was moved to another session."),
        gettext_lazy("The person was moved from “%(before)s” to “%(after)s”."),
    ),
    "move-recalled": _from_to(
        gettext_lazy("Moving the person to another session was taken back."),
        gettext_lazy("The person was moved back from “%(before)s” to “%(after)s”."),
    ),
    "promoted-by-hand": _promoted,
    "address-proposed": gettext_lazy("Another address was proposed to Pallium staff."),
    "address-accepted": gettext_lazy("The proposed address was accepted; emails go there now."),
    "address-refused": gettext_lazy("The proposed address was refused."),
    "claim-place": gettext_lazy("A person on the waiting list took a free place."),
    "promote": gettext_lazy("A place became free, and the next person on the waiting list got it."),
    "release-place": gettext_lazy("The place of an address that was never confirmed was given to somebody who waits."),
    "leave-session": _left_session,
    "leave-series": _left_series,
    "swap-session": _from_to(
        gettext_lazy("The place was exchanged for another date."),
        gettext_lazy("The place in “%(before)s” was exchanged for one in “%(after)s”."),
    ),
    "return-to-session": gettext_lazy("The person came back after giving up the place."),
    "send-invitations": gettext_lazy("Calendar invitations were sent."),
    "registrants-exported": gettext_lazy("The list of people was downloaded."),
    "give-back-places": _places,
    "recall-give-back": gettext_lazy("Giving back places was taken back."),
    "place-stands-again": gettext_lazy("The place stands again: giving it back was taken back."),
    "tell-of-free-place": gettext_lazy("People on the waiting list were told that a place is free."),
    "run-sheet-downloaded": gettext_lazy("The run sheet of the session was downloaded."),
    "accreditation-signature-set": gettext_lazy("The image of a signature was saved for an accreditation."),
    "accreditation-signature-removed": gettext_lazy("The image of a signature was removed from an accreditation."),
    "attendance-report-uploaded": _uploaded_report,
    "attendance-report-imported": _about_file(gettext_lazy("The attendance report was imported.")),
    "attendance-import-undone": _about_file(gettext_lazy("The import of the attendance report was undone.")),
    "attendance-header-mapped": gettext_lazy("The columns of a report were named by hand."),
    "attendance-header-forgotten": gettext_lazy("The columns of a report that were named by hand were forgotten."),
    "attendance-row-matched": gettext_lazy("A row of the attendance report was assigned to a person."),
    "attendance-match-taken-back": gettext_lazy(
        "The match of a row of the attendance report to a person was taken back."
    ),
    "attendance-row-set-aside": gettext_lazy("A row of the attendance report was set aside."),
    "attendance-row-put-back": gettext_lazy("A row of the attendance report that was set aside waits again."),
    "attendance-corrected": _corrected,
    "attendance-asked": gettext_lazy("A person asked to confirm their attendance."),
    "attendance-request-accepted": gettext_lazy("The request “I was there” was accepted."),
    "attendance-request-refused": gettext_lazy("The request “I was there” was refused."),
    "attendance-roll-call": gettext_lazy("The roll call was saved."),
    "ledger-updated": gettext_lazy("The ledger of credits was brought up to date."),
    "figures-exported": gettext_lazy("The figures of a period were downloaded."),
    "feedback-exported": gettext_lazy("The results of evaluations were downloaded."),
    "answers-exported": gettext_lazy("The anonymous answers were downloaded as rows."),
    "rows-exported": gettext_lazy("Rows without names were downloaded from the page with the figures."),
    "own-data-downloaded": gettext_lazy("The person downloaded the data about them."),
    "people-exported": gettext_lazy("People with names and addresses were downloaded from the page with the figures."),
    "long-export-asked": gettext_lazy("A long download of rows without names was asked for."),
    "long-export-downloaded": gettext_lazy("A long download of rows without names was opened."),
    "long-export-deleted": gettext_lazy("A long download of rows without names was deleted."),
    "report-built": gettext_lazy("The report of a period was built."),
    "report-comment-chosen": gettext_lazy("A comment was added to the report, or changed."),
    "report-comment-left-out": gettext_lazy("A comment was left out of the report."),
    "report-published": gettext_lazy("The report was published."),
    "report-withdrawn": gettext_lazy("The report was withdrawn."),
    "report-deleted": gettext_lazy("The draft of the report was deleted."),
    "evaluation-opened": gettext_lazy("The evaluation of the session was opened."),
    "certificate-issued": gettext_lazy("The certificate was issued."),
    "certificate-revoked": gettext_lazy("The certificate was revoked."),
    "certificate-rendered": gettext_lazy("The file of the certificate was made."),
    "inquiry-sent": gettext_lazy("The form was sent."),
    "inquiry-confirmed": gettext_lazy("The sender confirmed the form."),
    "inquiry-disowned": gettext_lazy("The owner of the address said that the form was not theirs."),
    "inquiry-planned": gettext_lazy("The next step was set."),
    "inquiry-handed-over": gettext_lazy("It was given to another hub."),
    "inquiry-note": gettext_lazy("A note was written."),
    "inquiry-answer": gettext_lazy("An answer was sent to the authors."),
    "inquiry-comment": gettext_lazy("An author wrote a comment."),
    "co-author-invited": gettext_lazy("A co-author was invited."),
    "co-author-joined": gettext_lazy("A co-author joined."),
    "co-author-removed": gettext_lazy("A co-author left, or was removed."),
    "date-watch-asked": gettext_lazy("Somebody asked to be told of a date."),
    "date-watch-confirmed": gettext_lazy("The request to be told of a date was confirmed."),
    "date-watch-ended": gettext_lazy("The request to be told of a date was ended."),
    "team-invited": _invited,
    "team-accepted": gettext_lazy("A colleague who was invited said yes."),
    "team-declined": gettext_lazy("A colleague who was invited said no."),
    "news-asked": gettext_lazy("Somebody asked for news at this address."),
    "news-confirmed": gettext_lazy("The person agreed to get news."),
    "news-disowned": gettext_lazy("The owner of the address said that they did not ask for news."),
    "news-chosen": gettext_lazy("The person chose topics and language of the news."),
    "news-ended": gettext_lazy("The person ended the news."),
    "newsletter-sent": gettext_lazy("The newsletter was sent to subscribers."),
    "newsletter-recalled": gettext_lazy("The newsletter was taken back."),
    "subscribers-exported": gettext_lazy("The list of subscribers was downloaded."),
    "plan-saved": gettext_lazy("The plan was changed."),
    "plan-moved": gettext_lazy("The idea moved to another stage."),
    "plan-became-series": gettext_lazy("A draft series was made from the plan."),
    "inquiry-closed": gettext_lazy("It was closed."),
    "inquiry-reopened": gettext_lazy("It was opened again."),
    "message-edited": gettext_lazy("The text of the email was edited."),
    "message-held": gettext_lazy("The email was held."),
    "message-released": gettext_lazy("The email was released."),
    "message-cancelled": gettext_lazy("The email was cancelled."),
    "message-resent": gettext_lazy("The email was sent again."),
    "suppression-lifted": gettext_lazy("The address gets emails again."),
}
# Acts on the page of any model, whose events are named "<model>-added" and so on.
ON_PAGES = {
    "added": gettext_lazy("It was added."),
    "changed": gettext_lazy("It was changed."),
    "deleted": gettext_lazy("It was deleted."),
}
# Changes that triggers found, because they were made by another connection than those of the portal (ADR 42).
IN_DATABASE = {
    "added-in-database": gettext_lazy("It was added directly in the database."),
    "changed-in-database": gettext_lazy("It was changed directly in the database."),
    "deleted-in-database": gettext_lazy("Something that belongs to it was deleted directly in the database."),
}
OTHERWISE = gettext_lazy("Something was changed.")


def sentence_of(verb: str, details: Details) -> str:
    """Return the sentence for an event of this kind, in the active language."""
    said = SENTENCES.get(verb) or IN_DATABASE.get(verb) or ON_PAGES.get(verb.rpartition("-")[2], OTHERWISE)
    return str(said(details)) if callable(said) else str(said)
