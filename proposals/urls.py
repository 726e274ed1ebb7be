"""The URLs of the three forms and of the sender's page, with translated paths."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from proposals import views

urlpatterns = [
    path(_("propose/"), views.propose, name="propose"),
    path(_("partner-with-us/"), views.partner, name="partner"),
    path(_("take-part/"), views.interest, name="interest"),
    path(_("sent/<uuid:receipt>/"), views.inquiry_sent, name="inquiry_sent"),
    path(_("inquiry/<str:token>/"), views.inquiry, name="inquiry"),
]
