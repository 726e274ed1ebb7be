"""Store the report of a period, choose its comments, and publish or withdraw it."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actions import record
from accounts.models import Person
from echo_portal.lib.bilingual import LANGUAGES
from pages.models import Report, ReportFile, hash_of
from pages.rules import check_can_choose_another, check_can_publish, check_can_withdraw, check_is_draft

Comment = dict[str, Any]


@transaction.atomic
def store_report(
    *, first_on: dt.date, last_on: dt.date, figures: dict[str, Any], allowed: Collection[str], by: Person | None
) -> Report:
    """Store a draft report, which replaces an earlier draft of the same period, and return it.

    The comments chosen for the earlier draft are kept if their keys are in `allowed`. If the data is the same, nothing
    changes. Locks the earlier draft.
    """
    draft = Report.objects.drafts().of_period(first_on, last_on).select_for_update().first()
    comments = [one for one in draft.comments if one["key"] in allowed] if draft is not None else []
    sha256 = hash_of(figures, comments)
    if draft is not None:
        if draft.sha256 == sha256:
            return draft
        draft.delete()
    report = Report.objects.create(
        first_on=first_on,
        last_on=last_on,
        figures=figures,
        comments=comments,
        sha256=sha256,
        made_at=timezone.now(),
        made_by=by,
    )
    record("report-built", about=f"report:{report.pk}", by=by, details={"sha256": sha256})
    return report


@transaction.atomic
def choose_comment(*, report: Report, comment: Comment, by: Person) -> None:
    """Add the comment to a draft, or replace it if it was chosen before.

    Raises Refusal if the report is published or has too many comments.
    """
    row = _locked(report)
    check_is_draft(row)
    others = [one for one in row.comments if one["key"] != comment["key"]]
    if len(others) == len(row.comments):
        check_can_choose_another(len(others))
        _save_comments(row, [*others, comment])
    else:
        _save_comments(row, [comment if one["key"] == comment["key"] else one for one in row.comments])
    record("report-comment-chosen", about=f"report:{row.pk}", by=by, details={"comments": len(row.comments)})


@transaction.atomic
def leave_out_comment(*, report: Report, key: str, by: Person) -> None:
    """Remove a comment from a draft. A second call changes nothing.

    Raises Refusal if the report is published.
    """
    row = _locked(report)
    check_is_draft(row)
    others = [one for one in row.comments if one["key"] != key]
    if len(others) < len(row.comments):
        _save_comments(row, others)
        record("report-comment-left-out", about=f"report:{row.pk}", by=by, details={"comments": len(others)})


@transaction.atomic
def publish_report(*, report: Report, sha256: str, by: Person) -> Report:
    """Publish the draft and return it. A worker makes its files later.

    `sha256` is the hash of the data that the person saw. Raises Refusal if the data has changed since, or if another
    report of the period is published.
    """
    row = _locked(report)
    check_can_publish(row, sha256)
    row.published_at, row.published_by = timezone.now(), by
    row.save(update_fields=["published_at", "published_by"])
    ReportFile.objects.bulk_create(ReportFile(report=row, language=language) for language in LANGUAGES)
    record("report-published", about=f"report:{row.pk}", by=by, details={"sha256": row.sha256})
    return row


@transaction.atomic
def withdraw_report(*, report: Report, notice_en: str, notice_fr: str, by: Person) -> None:
    """Withdraw a report, whose page then displays the notice instead. Raises Refusal if it is not published."""
    row = _locked(report)
    check_can_withdraw(row)
    row.withdrawn_at, row.withdrawn_by = timezone.now(), by
    row.notice_en, row.notice_fr = notice_en, notice_fr
    row.save(update_fields=["withdrawn_at", "withdrawn_by", "notice_en", "notice_fr"])
    record("report-withdrawn", about=f"report:{row.pk}", by=by)


@transaction.atomic
def delete_draft(*, report: Report, by: Person) -> None:
    """Delete a report that was never published. Raises Refusal if it was published."""
    row = _locked(report)
    check_is_draft(row)
    record("report-deleted", about=f"report:{row.pk}", by=by, details={"sha256": row.sha256})
    row.delete()


def _locked(report: Report) -> Report:
    return Report.objects.select_for_update(of=("self",)).get(pk=report.pk)


def _save_comments(row: Report, comments: list[Comment]) -> None:
    row.comments, row.sha256 = comments, hash_of(row.figures, comments)
    row.save(update_fields=["comments", "sha256"])
