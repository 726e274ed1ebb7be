"""The list of proposals to merge two profiles, and the page on which Pallium staff decide about them."""

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as translate

from accounts import second_factor
from accounts.admin_scope import signed_in_person
from accounts.models import Person
from credits.actions import merge_people
from credits.actions.merging import Merged, credits_of
from echo_portal.admin.back_to_start import came_from_start, with_way_back
from echo_portal.admin.deciding import DecidedByStaff
from echo_portal.lib.refusals import Refusal
from registrations.actions import decide_merge
from registrations.models import MergeProposal, Registration

State = MergeProposal.State


@dataclasses.dataclass(frozen=True)
class Profile:
    """A profile with the values by which Pallium staff compare it with the other one."""

    person: Person
    is_kept: bool
    last_used: dt.datetime | None
    places: int
    credits: Decimal


@admin.register(MergeProposal)
class MergeProposalAdmin(DecidedByStaff):
    """The list of proposals. Coordinators see those of their hubs; only Pallium staff decide about them."""

    list_display = ("names", "series", "state", "proposed", "proposed_by")
    search_fields = ("names",)
    fields = ("names", "series", "reason", "state", "proposed", "proposed_by", "decided", "decided_by")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        decide = self.admin_site.admin_view(self.decide_view)
        route = path("<int:pk>/decide/", decide, name="registrations_mergeproposal_decide")
        return [route, *super().get_urls()]

    def decide_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Display both profiles and the effects of merging them. On POST, merge them or refuse the proposal.

        Raises Http404 for everybody except Pallium staff.
        """
        staff = signed_in_person(request)
        rows = MergeProposal.objects.select_related("person", "other", "series__hub", "proposed_by")
        row = rows.filter(pk=pk).first() if staff.is_pallium_staff else None
        if row is None:
            raise Http404
        back = reverse("admin:registrations_mergeproposal_changelist")
        kept, gone = _chosen(row, (request.POST if request.method == "POST" else request.GET).get("kept", ""))
        if request.method == "POST":
            here = f"{reverse('admin:registrations_mergeproposal_decide', args=(row.pk,))}?kept={kept.pk}"
            here = with_way_back(here) if came_from_start(request) else here
            if asked := second_factor.ask_unless_recent(request, here):
                return asked
            try:
                if request.POST.get("kept") != str(kept.pk):
                    raise Refusal(translate("Choose which profile stays."), code="kept")
                if request.POST.get("decision") == "accept":
                    done, _merged = self._accept(row, kept, gone, by=staff)
                else:
                    done = decide_merge(proposal=row, state=State.REFUSED, by=staff)
            except Refusal as refusal:
                self.message_user(request, refusal.sentence, messages.ERROR)
            else:
                said = translate("%(label)s: %(value)s") % {"label": done, "value": done.get_state_display()}
                self.message_user(request, said, messages.SUCCESS)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": translate("Merge two profiles of one person"),
            "opts": self.opts,
            "proposal": row,
            "profiles": [_profile(person, is_kept=person == kept) for person in (row.person, row.other)],
            "kept": kept,
            "gone": gone,
            "back": back,
            **(self._preview(row, kept, gone, staff) if row.is_open else {}),
        }
        return TemplateResponse(request, "admin/registrations/decide_merge.html", context)

    @transaction.atomic
    def _accept(self, row: MergeProposal, kept: Person, gone: Person, *, by: Person) -> tuple[MergeProposal, Merged]:
        done = decide_merge(proposal=row, state=State.ACCEPTED, by=by)
        return done, merge_people(kept=kept, gone=gone, by=by)

    def _preview(self, row: MergeProposal, kept: Person, gone: Person, staff: Person) -> dict[str, Any]:
        """Merge in a transaction that is rolled back. Return what would change, or why they cannot be merged."""
        with transaction.atomic():
            try:
                merged: Merged | None = self._accept(row, kept, gone, by=staff)[1]
            except Refusal as refusal:
                transaction.set_rollback(True)
                return {"fault": refusal.sentence}
            transaction.set_rollback(True)
        return {"merged": merged}


def _chosen(row: MergeProposal, wanted: str) -> tuple[Person, Person]:
    """Return the profile to keep and the other one.

    The one to keep is `wanted` or, without a choice, the one whose mailbox was used last.
    """
    first, second = row.person, row.other
    if wanted in (str(first.pk), str(second.pk)):
        return (first, second) if wanted == str(first.pk) else (second, first)
    used = [person.mailbox_used_at or dt.datetime.min.replace(tzinfo=dt.UTC) for person in (first, second)]
    return (first, second) if used[0] >= used[1] else (second, first)


def _profile(person: Person, *, is_kept: bool) -> Profile:
    places = Registration.objects.active().filter(person=person).count()
    return Profile(person, is_kept, person.mailbox_used_at, places, credits_of(person))
