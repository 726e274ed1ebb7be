"""Celery tasks of pages. Running a task twice has no further effect."""

from celery import shared_task

from pages.actions import render_report_files


@shared_task
def make_report_files() -> None:
    """Make the PDF files of published reports."""
    render_report_files()
