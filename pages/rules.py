"""Rules for when a report may be changed (PRODUCT.md 7)."""

from django.utils.translation import gettext as _

from echo_portal.lib.refusals import Refusal
from pages.models import Report

MOST_COMMENTS = 20


def check_is_draft(report: Report) -> None:
    """Raise Refusal if the report was published, because its figures and comments must not change afterwards."""
    if not report.is_draft:
        raise Refusal(_("This report is published. It does not change any more."), code="published")


def check_can_publish(report: Report, sha256: str) -> None:
    """Raise Refusal if the report or another one of its period is published, or if its data does not have this hash."""
    check_is_draft(report)
    if report.sha256 != sha256:
        raise Refusal(_("Somebody changed this report meanwhile. Look at it again."), code="changed")
    if Report.objects.current().of_period(report.first_on, report.last_on).exists():
        sentence = _("The report of this period is published already. Withdraw it first.")
        raise Refusal(sentence, code="another-published")


def check_can_withdraw(report: Report) -> None:
    if report.is_draft:
        raise Refusal(_("This report is not published."), code="not-published")
    if report.is_withdrawn:
        raise Refusal(_("This report is withdrawn already."), code="withdrawn")


def check_can_choose_another(comments: int) -> None:
    """Raise Refusal if the report already has the largest permitted number of comments."""
    if comments >= MOST_COMMENTS:
        sentence = _("A report has at most %(count)d comments. Leave one out first.") % {"count": MOST_COMMENTS}
        raise Refusal(sentence, code="too-many-comments")
