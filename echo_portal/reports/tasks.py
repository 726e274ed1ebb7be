"""Celery tasks of reports. Running a task twice has no further effect."""

from celery import shared_task

from echo_portal.reports.exporting import delete_expired_exports, write_exports


@shared_task
def write_long_exports() -> None:
    """Write the files of long exports that are due."""
    write_exports()


@shared_task
def delete_long_exports() -> None:
    """Delete long exports that are older than a week, with their files."""
    delete_expired_exports()
