"""Assign roles to the columns of an unknown layout, once for all reports of a hub, and forget them again."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions import record
from accounts.models import Person
from attendance.models import HeaderMapping
from attendance.reading.headers import MAPPABLE, normal
from echo_portal.lib.refusals import Refusal
from hubs.models import Hub

NEEDED = ("name", "join", "leave")


@transaction.atomic
def map_header(*, hub: Hub, columns: Sequence[str], roles: Sequence[str], by: Person) -> HeaderMapping:
    """Save the roles of the columns in a header, and return the mapping.

    Raises Refusal unless there are columns for the name, the join time and the leave time, and if two columns have the
    same name or the same role.
    """
    named = [(normal(column), role) for column, role in zip(columns, roles, strict=True) if normal(column)]
    used = [role for _column, role in named]
    if any(role not in MAPPABLE for role in used) or any(used.count(role) != 1 for role in NEEDED):
        raise Refusal(_("Choose one column each for the name, for joining and for leaving."), code="roles")
    if len({column for column, _role in named}) < len(named) or any(
        used.count(role) > 1 for role in MAPPABLE if role != "ignored"
    ):
        raise Refusal(_("Two columns cannot be the same."), code="roles")
    mapping, _is_new = HeaderMapping.objects.update_or_create(
        hub=hub,
        columns=[column[:200] for column, _role in named],
        defaults={"roles": used, "mapped_at": timezone.now(), "mapped_by": by},
    )
    record("attendance-header-mapped", about=f"hub:{hub.pk}", by=by, scope_id=hub.pk, details={"mapping": mapping.pk})
    return mapping


@transaction.atomic
def forget_header(*, mapping: HeaderMapping, by: Person) -> None:
    """Delete a mapping, so that the columns are asked for again. Reports that were read with it do not change."""
    pk, hub = mapping.pk, mapping.hub_id
    mapping.delete()
    record("attendance-header-forgotten", about=f"hub:{hub}", by=by, scope_id=hub, details={"mapping": pk})
