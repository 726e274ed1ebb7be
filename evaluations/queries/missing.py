"""Sessions whose evaluation is open and was not answered by everybody who was asked."""

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from evaluations.models import Invitation
from sessions.models import SessionQuerySet


def with_missing_feedback(rows: SessionQuerySet) -> SessionQuerySet:
    """Return the sessions in `rows` of which people can still give feedback; `how_many` is their number."""
    waiting = Invitation.objects.waiting(timezone.now()).filter(evaluation__session=OuterRef("pk")).order_by()
    counted = waiting.values("evaluation__session").annotate(count=Count("pk")).values("count")
    return rows.annotate(how_many=Subquery(counted)).filter(how_many__isnull=False)
