"""URLs of certificates and of the transcript, with translated paths."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from credits import views

urlpatterns = [
    path(_("verify/"), views.verify, name="verify"),
    path(_("verify/keys.json"), views.certificate_keys, name="certificate_keys"),
    path(_("verify/<str:code>/"), views.verify, name="verify_code"),
    path(_("certificates/<str:token>/"), views.certificate_link, name="certificate_link"),
    path(_("my-sessions/transcript/"), views.transcript_page, name="transcript"),
    path(_("my-sessions/transcript.csv"), views.transcript_csv, name="transcript_csv"),
    path(_("my-sessions/transcript.pdf"), views.transcript_file, name="transcript_pdf"),
    path(_("my-sessions/certificates/<uuid:certificate>.pdf"), views.own_certificate, name="own_certificate"),
]
