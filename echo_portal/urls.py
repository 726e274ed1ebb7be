"""The URLs of the portal. Public pages are under /en/ and /fr/, with translated paths."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView
from django.views.i18n import set_language

from echo_portal.lib.methods import require_POST, require_safe
from echo_portal.outbox.webhooks import mail_events
from echo_portal.views import (
    catalogue,
    dashboard,
    data,
    exports,
    hubs,
    library,
    mailbox,
    own,
    own_data,
    reports,
    root,
    search,
    series,
    sitemap,
)
from pages.views.public_texts import security_text

handler400 = "echo_portal.views.errors.bad_request"
handler404 = "echo_portal.views.errors.page_not_found"

urlpatterns = [
    path("", root.language_root, name="root"),
    path("i18n/setlang/", require_POST(set_language), name="set_language"),
    path("hooks/mail/", mail_events, name="mail_events"),
    path(".well-known/security.txt", security_text, name="security_text"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("robots.txt", sitemap.robots, name="robots"),
    path("data/sessions.json", data.sessions_json, name="sessions_json"),
    path("admin/", admin.site.urls),
    path(
        "accounts/login/",
        require_safe(RedirectView.as_view(pattern_name="sign_in", query_string=True)),
        name="account_login",
    ),
    *i18n_patterns(
        path("accounts/", include("echo_portal.second_factor_urls")),
        path("", catalogue.catalogue, name="catalogue"),
        path(_("series/<slug:slug>/"), series.series_page, name="series"),
        path(_("series/<slug:slug>/register/"), series.register, name="register"),
        path(_("series/<slug:slug>/sessions.ics"), series.series_calendar, name="series_calendar"),
        path(_("sessions/<uuid:session>/"), series.session_page, name="session"),
        path(_("sessions/<uuid:session>.ics"), series.session_calendar, name="session_calendar"),
        path(_("library/"), library.library, name="library"),
        path(_("search/"), search.search, name="search"),
        path(_("series/<slug:slug>/picture.png"), data.series_picture, name="series_picture"),
        path(_("data/"), data.public_data, name="public_data"),
        path(_("feeds/sessions.rss"), data.sessions_rss, name="sessions_rss"),
        path(_("framed/sessions/"), data.framed_sessions, name="framed_sessions"),
        path(_("hubs/"), hubs.hubs, name="hubs"),
        path(_("hubs/<slug:slug>/"), hubs.hub_page, name="hub"),
        path(_("evaluation/"), dashboard.dashboard, name="dashboard"),
        path(_("evaluation/figures.csv"), dashboard.dashboard_file, name="dashboard_file"),
        path(_("evaluation/rows/"), dashboard.dashboard_rows, name="dashboard_rows"),
        path(_("evaluation/people/"), dashboard.dashboard_people, name="dashboard_people"),
        path(_("evaluation/exports/"), exports.long_exports, name="long_exports"),
        path(_("evaluation/exports/<uuid:export>/file/"), exports.long_export_file, name="long_export_file"),
        path(_("evaluation/exports/<uuid:export>/delete/"), exports.delete_long_export, name="delete_long_export"),
        path(_("evaluation/reports/"), reports.staff_reports, name="staff_reports"),
        path(_("evaluation/reports/<int:pk>/"), reports.staff_report, name="staff_report"),
        path(_("evaluation/reports/<int:pk>/report.pdf"), reports.staff_report_pdf, name="staff_report_pdf"),
        path(_("evaluation/reports/<int:pk>/comments/"), reports.staff_report_comments, name="staff_report_comments"),
        path(_("evaluation/reports/<int:pk>/publish/"), reports.publish_report, name="publish_report"),
        path(_("evaluation/reports/<int:pk>/withdraw/"), reports.withdraw_report, name="withdraw_report"),
        path(_("evaluation/reports/<int:pk>/delete/"), reports.delete_report, name="delete_report"),
        path(_("profile/my-data/"), own_data.own_data, name="own_data"),
        path(_("profile/my-data.json"), own_data.own_data_file, name="own_data_file"),
        path("", include("accounts.urls")),
        path("", include("pages.urls")),
        path("", include("sessions.urls")),
        path("", include("credits.urls")),
        path(_("my-sessions/"), own.my_sessions, name="my_sessions"),
        path(_("my-sessions/credits/"), own.my_credits, name="my_credits"),
        path(_("my-sessions/<str:token>/"), own.my_sessions_link, name="my_sessions_link"),
        path("", include("proposals.urls")),
        path("", include("registrations.urls")),
        path("", include("news.urls")),
        path("", include("attendance.urls")),
        path("", include("evaluations.urls")),
    ),
]

if settings.DEBUG:
    urlpatterns += i18n_patterns(
        path("mailbox/", mailbox.mailbox, name="mailbox"),
        path("mailbox/<uuid:message>/", mailbox.message, name="mailbox_message"),
        path("mailbox/<uuid:message>/html/", mailbox.message_html, name="mailbox_html"),
        path("mailbox/<uuid:message>/<int:part>/", mailbox.attachment, name="mailbox_attachment"),
    )
