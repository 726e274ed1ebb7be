"""Rules for what may be done with an inquiry, and until when."""

import datetime as dt

from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import Person
from echo_portal.lib.refusals import Refusal
from hubs.models import Hub
from proposals.models import MOST_AUTHORS, Inquiry, Plan
from sessions.models import Series, Session

# The time within which the hub answers, as the page and the email promise to the sender.
ANSWER_WITHIN = dt.timedelta(days=14)
# How long an inquiry that nobody has confirmed, and its link, are kept.
UNPROVED_KEPT = dt.timedelta(days=14)
# How long a request to be told of a date is kept after its email.
TOLD_KEPT = dt.timedelta(days=30)
# How long a closed inquiry is kept.
CLOSED_KEPT = dt.timedelta(days=2 * 365)


def hubs_for(kind: str) -> list[Hub]:
    """Return the hubs that a person can choose in the form of this kind. The national hub is the last one."""
    accepting = {
        Inquiry.Kind.IDEA: Hub.objects.filter(accepts_proposals=True),
        Inquiry.Kind.PARTNER: Hub.objects.filter(accepts_partners=True),
    }[Inquiry.Kind(kind)]
    found = list(accepting.exclude(scope=Hub.Scope.NATIONAL))
    return [*sorted(found, key=lambda hub: hub.name), *national_hub()]


def national_hub() -> list[Hub]:
    """Return a list with the national hub, or an empty list. It gets the inquiries for which there is no other hub."""
    return list(Hub.objects.filter(scope=Hub.Scope.NATIONAL))


def hub_of_province(province: str) -> Hub:
    """Return the hub of the province, or else the national hub. Raises Refusal if there is neither."""
    scopes = [Hub.Scope.PROVINCIAL, Hub.Scope.REGIONAL]
    own = list(Hub.objects.filter(province=province, scope__in=scopes).order_by("pk")) if province else []
    if found := own or national_hub():
        return found[0]
    raise Refusal(_("No hub can take this form yet. Write to us instead."), code="no-hub")


def check_open(inquiry: Inquiry) -> None:
    if not inquiry.is_open:
        raise Refusal(_("This is closed. Open it again first."), code="closed")


def check_closed(inquiry: Inquiry) -> None:
    if inquiry.state != Inquiry.State.CLOSED:
        raise Refusal(_("This is open already."), code="open")
    if inquiry.outcome == Inquiry.Outcome.WITHDRAWN:
        raise Refusal(_("The sender withdrew this form."), code="withdrawn")


def check_can_hand_over(inquiry: Inquiry, hub: Hub, by: Person) -> None:
    """Raise Refusal unless `by` is Pallium staff, because a hub must not choose between other hubs."""
    check_open(inquiry)
    if not by.is_pallium_staff:
        raise Refusal(_("Only Pallium staff give this to another hub. Write to them."), code="not-staff")
    if hub.pk == inquiry.hub_id:
        raise Refusal(_("This hub has it already."), code="same-hub", field="hub")


def check_can_invite(inquiry: Inquiry) -> None:
    check_open(inquiry)
    if inquiry.kind != Inquiry.Kind.IDEA:
        raise Refusal(_("Only an idea has co-authors."), code="no-idea")
    if inquiry.co_authors.count() >= MOST_AUTHORS:
        raise Refusal(_("An idea has at most %(most)d co-authors.") % {"most": MOST_AUTHORS}, code="co-authors-full")


def name_of_author(inquiry: Inquiry, person: Person) -> str:
    """Return the name of this author in the idea: that of the form, or for co-authors that of the invitation."""
    if person.pk == inquiry.person_id:
        return inquiry.name
    return next(iter(inquiry.co_authors.filter(person=person).values_list("name", flat=True)), "")


def next_stages(plan: Plan) -> list[Plan.Stage]:
    """Return the stages to which the plan can be moved: the next one and the one before."""
    stages, at = list(Plan.Stage), plan.stage_number - 1
    return [*stages[at + 1 : at + 2], *stages[max(at - 1, 0) : at]]


def check_can_move(plan: Plan, stage: str) -> None:
    """Raise Refusal if the stage is neither the next nor the previous one, or if the plan lacks what it requires."""
    if stage not in next_stages(plan):
        raise Refusal(_("An idea moves one stage at a time."), code="stage", field="stage")
    is_forward = list(Plan.Stage).index(Plan.Stage(stage)) >= plan.stage_number
    if not is_forward:
        return
    if stage == Plan.Stage.PLANNED and not (plan.objectives and plan.sessions.exists()):
        raise Refusal(
            _("A planned idea has at least one learning objective and one session."), code="unplanned", field="stage"
        )
    if stage == Plan.Stage.RUNNING and plan.series_id is None:
        raise Refusal(_("Make the draft series first."), code="no-series", field="stage")
    if stage == Plan.Stage.LEARNED and not plan.learned:
        raise Refusal(_("Write what was learned first."), code="nothing-learned", field="stage")


def check_can_make_series(plan: Plan) -> None:
    if plan.series_id is not None:
        raise Refusal(_("The draft series was made already."), code="made")
    if plan.stage != Plan.Stage.PLANNED:
        raise Refusal(_("Only a planned idea becomes a series."), code="not-planned")


def has_date(series: Series, now: dt.datetime) -> bool:
    """Return whether the series has a public session to come that has a date."""
    return Session.objects.open_for_registration(now).filter(series=series, on_date__isnull=False).exists()


def last_date(series: Series, now: dt.datetime) -> dt.date | None:
    """Return the date of the series' last public session to come that has a date, or None."""
    sessions = Session.objects.open_for_registration(now).filter(series=series, on_date__isnull=False).order_by()
    found: dt.date | None = sessions.aggregate(last=Max("on_date"))["last"]
    return found


def check_awaits_date(series: Series, now: dt.datetime) -> None:
    """Raise Refusal if the series has a date, unless it is open-ended, so that more dates follow."""
    if not series.ongoing and has_date(series, now):
        raise Refusal(_("This series has a date. You can register."), code="has-date")
