"""The lock under which the attendance of one session is written."""

from sessions.models import Session


def lock_session(session: Session) -> Session:
    """Return the session as it is now, locked until the transaction ends; its hub can be read without a query."""
    return Session.objects.select_for_update(of=("self",)).select_related("series__hub").get(pk=session.pk)
