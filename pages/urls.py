"""URLs of the pages about the project and of published reports, in both languages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from pages.views import public_texts, reports

urlpatterns = [
    path(_("about/"), public_texts.about, name="about"),
    path(_("about/<slug:slug>/"), public_texts.page, name="page"),
    path(_("accessibility/"), public_texts.accessibility, name="accessibility"),
    path(_("questions/"), public_texts.questions, name="questions"),
    path(_("newsletters/<slug:slug>/"), public_texts.newsletter, name="newsletter"),
    path(_("contact/"), public_texts.contact, name="contact"),
    path(_("reports/"), reports.reports, name="reports"),
    path(_("reports/<slug:period>/"), reports.report, name="report"),
    path(_("reports/<slug:period>/report.pdf"), reports.report_file, name="report_file"),
]
