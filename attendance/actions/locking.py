"""The lock for saving the attendance of one session."""

from sessions.models import Session


def lock_session(session: Session) -> Session:
    """Lock the row of the session until the end of the transaction, and return the reloaded session with its hub."""
    return Session.objects.select_for_update(of=("self",)).select_related("series__hub").get(pk=session.pk)
