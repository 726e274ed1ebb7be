"""URLs of the pages about the project, in both languages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from pages import views

urlpatterns = [
    path(_("about/"), views.about, name="about"),
    path(_("about/<slug:slug>/"), views.page, name="page"),
]
