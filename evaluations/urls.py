"""The URL of the page for answering an evaluation, with a translated path."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from evaluations import views

urlpatterns = [path(_("evaluate/<str:token>/"), views.evaluate, name="evaluate")]
