"""URLs of the archive of newsletters, and of the links in emails with news, with translated paths."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from news.views import choices, sign_up

urlpatterns = [
    path(_("newsletters/"), sign_up.newsletters, name="newsletters"),
    path(_("news/confirm/<str:token>/"), sign_up.news_confirm, name="news_confirm"),
    path(_("news/choices/<str:token>/"), choices.news_choices, name="news_choices"),
    path(_("news/stop/<str:token>/"), choices.news_stop, name="news_stop"),
]
