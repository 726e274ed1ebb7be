"""The Celery task of the administration. Running it twice has no further effect."""

from celery import shared_task

from echo_portal.admin.desk.list_worker import work_on_list


@shared_task
def work_on_lists() -> None:
    """Check or import a long list of people, if one waits."""
    work_on_list()
