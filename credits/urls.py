"""URLs of certificates, of the transcript and of reviewers, with translated paths."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from credits.views import certificates, review, transcript

urlpatterns = [
    path(_("verify/"), certificates.verify, name="verify"),
    path(_("verify/keys.json"), certificates.certificate_keys, name="certificate_keys"),
    path(_("verify/file/"), certificates.verify_file, name="verify_file"),
    path(_("verify/<str:code>/"), certificates.verify, name="verify_code"),
    path(_("certificates/<str:token>/"), certificates.certificate_link, name="certificate_link"),
    path(_("my-sessions/transcript/"), transcript.transcript_page, name="transcript"),
    path(_("my-sessions/transcript.csv"), transcript.transcript_csv, name="transcript_csv"),
    path(_("my-sessions/transcript.pdf"), transcript.transcript_file, name="transcript_pdf"),
    path(_("my-sessions/certificates/<uuid:certificate>.pdf"), certificates.own_certificate, name="own_certificate"),
    path(_("review/"), review.reviews, name="reviews"),
    path(_("review/<int:review>/"), review.review_page, name="review"),
    path(_("review/<int:review>/audit-pack.zip"), review.review_pack, name="review_pack"),
    path(
        _("review/<int:review>/certificates/<uuid:certificate>.pdf"),
        review.review_certificate,
        name="review_certificate",
    ),
]
