"""The number of sessions of a series that people attended."""

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Person
from attendance.models import Attendance
from sessions.models import Series


def with_sessions_attended[People: QuerySet[Person]](people: People, series: Series) -> People:
    """Annotate `attended`: the number of sessions in the series for which the person has a confirmed attendance."""
    rows = Attendance.objects.confirmed().filter(person=OuterRef("pk"), session__series=series)
    counted = rows.order_by().values("person").annotate(count=Count("*")).values("count")
    annotated: People = people.annotate(attended=Coalesce(Subquery(counted), 0))
    return annotated
