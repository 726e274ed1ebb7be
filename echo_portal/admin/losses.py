"""Words for who loses minutes or a certificate when an attendance report is imported or undone."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credits.actions import Loss
from credits.models import Certificate

MOST_NAMES = 10


def loss_lines(losses: Sequence[Loss]) -> list[str]:
    """Return a line for each of the first ten people, with their minutes before and after, and how many follow."""
    lines = [_line(loss) for loss in losses[:MOST_NAMES]]
    if (more := len(losses) - MOST_NAMES) > 0:
        lines.append(ngettext("and %(count)d more person", "and %(count)d more people", more) % {"count": more})
    return lines


def loss_sentence(losses: Sequence[Loss]) -> str:
    """Return a sentence with the same lines, or ""."""
    if not losses:
        return ""
    count = len(losses)
    words = ngettext(
        "%(count)d person lost minutes or a certificate (%(people)s).",
        "%(count)d people lost minutes or a certificate (%(people)s).",
        count,
    )
    return words % {"count": count, "people": "; ".join(loss_lines(losses))}


def _line(loss: Loss) -> str:
    parts = []
    if loss.after < loss.before:
        parts.append(_("%(before)d → %(after)d min") % {"before": loss.before, "after": loss.after})
    if loss.certificate:
        is_revoked = loss.certificate == Certificate.State.REVOKED
        parts.append(_("certificate revoked") if is_revoked else _("certificate replaced"))
    return _("%(name)s: %(changes)s") % {"name": loss.name, "changes": ", ".join(parts)}
