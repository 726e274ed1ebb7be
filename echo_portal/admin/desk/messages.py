"""The tab with the messages of a series, and how many were sent, are waiting, or did not arrive."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin_scope import signed_in_person
from echo_portal.admin.desk.frame import desk_answer
from echo_portal.admin.desk.queries import messages_of_series
from echo_portal.admin.messages.filters import DID_NOT_ARRIVE
from echo_portal.admin.messages.history import in_eastern_time
from echo_portal.outbox import kinds
from echo_portal.outbox.models import Message
from hubs.admin_scope import HubScopedAdmin
from registrations.queries.recallable import recallable_announcement
from sessions.models import Series

PER_PAGE = 50
State = Message.State
ARRIVAL = {
    "sent": Q(state__in=[State.SENT, State.CARRIED]),
    "waiting": Q(state__in=[State.QUEUED, State.CLAIMED, State.DEFERRED, State.HELD]),
    "no": Q(state__in=DID_NOT_ARRIVE),
}


def messages_page(page: HubScopedAdmin, request: HttpRequest, series: Series) -> HttpResponse:
    """Display the messages of the series, filtered by whether they arrived if the query asks for it."""
    rows = messages_of_series(series, signed_in_person(request))
    counts = rows.order_by().aggregate(**{name: Count("pk", filter=condition) for name, condition in ARRIVAL.items()})
    chosen = request.GET.get("arrival", "")
    if chosen in ARRIVAL:
        rows = rows.filter(ARRIVAL[chosen])
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    labels = {"": _("All"), "sent": _("Sent"), "waiting": _("Not sent yet"), "no": _("Did not arrive")}
    context: dict[str, Any] = {
        "filters": [(name, label, counts.get(name), name == chosen) for name, label in labels.items()],
        "rows": [
            (row, kinds.kind_label(row.kind), in_eastern_time(row.sent_at or row.due_at), row.get_state_display())
            for row in found
        ],
        "page_obj": found,
        "recallable_announcement": recallable_announcement(series),
        "now": timezone.now(),
        "query": f"arrival={chosen}&" if chosen in ARRIVAL else "",
    }
    return desk_answer(page, request, series, "messages", "messages", context)
