"""Write to the audit trail."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from accounts.models import AuditEvent, Person
from echo_portal.lib.database import insert_unless_there
from echo_portal.lib.logs import current_request_id


def record(
    verb: str,
    *,
    about: str,
    by: Person | None,
    scope_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add an audit event in the caller's transaction.

    `details` must contain only IDs and states, never personal values.
    """
    insert_unless_there(
        AuditEvent(
            actor_id=by.pk if by else None,
            verb=verb,
            about=about,
            scope_id=scope_id,
            details=details or {},
            request_id=current_request_id(),
        )
    )


def changed_values(before: Model, after: Model, names: Iterable[str]) -> dict[str, list[Any]]:
    """Return the stored values of these fields before and after a change, for the details of an audit event."""
    values = {name: [getattr(row, name) for row in (before, after)] for name in names}
    return {
        name: [one if one is None or isinstance(one, bool | int) else str(one) for one in pair]
        for name, pair in values.items()
    }
