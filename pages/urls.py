"""URLs of the pages about the project, in both languages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from pages import views

urlpatterns = [
    path(_("about/"), views.about, name="about"),
    path(_("about/<slug:slug>/"), views.page, name="page"),
    path(_("accessibility/"), views.accessibility, name="accessibility"),
    path(_("questions/"), views.questions, name="questions"),
    path(_("newsletters/"), views.newsletters, name="newsletters"),
    path(_("newsletters/<slug:slug>/"), views.newsletter, name="newsletter"),
    path(_("contact/"), views.contact, name="contact"),
]
