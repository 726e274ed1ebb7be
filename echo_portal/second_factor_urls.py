"""The parts of allauth in use: the second factor, the list of one's sessions, and reauthentication."""

from allauth.account import views as account_views
from django.urls import include, path

urlpatterns = [
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("logout/", account_views.logout, name="account_logout"),
    path("2fa/", include("allauth.mfa.urls")),
    path("browsers/", include("allauth.usersessions.urls")),
]
