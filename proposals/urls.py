"""URLs of the three forms and of the authors' page, with translated paths."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from proposals.views import following, kit, sending, watching

urlpatterns = [
    path(_("propose/"), sending.propose, name="propose"),
    path(_("propose/kit/"), kit.kit, name="kit"),
    path(_("propose/kit/<slug:slug>/"), kit.kit_template, name="kit_template"),
    path(_("propose/kit/<slug:slug>.md"), kit.kit_file, name="kit_file"),
    path(_("partner-with-us/"), sending.partner, name="partner"),
    path(_("take-part/"), sending.interest, name="interest"),
    path(_("sent/<uuid:receipt>/"), sending.inquiry_sent, name="inquiry_sent"),
    path(_("series/<slug:slug>/tell-me/"), watching.tell_me, name="tell_me"),
    path(_("tell-me/<str:token>/"), watching.date_watch, name="date_watch"),
    path(_("inquiry/<str:token>/"), following.inquiry, name="inquiry"),
]
