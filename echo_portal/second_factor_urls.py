"""The URLs of allauth that the portal uses: the second factor, the list of browser sessions, and reauthentication.

Displaying recovery codes and turning off the second factor require a code first, even after a recent sign-in.
"""

from allauth.account import views as account_views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.totp import views as totp_views
from django.urls import include, path

from accounts.second_factor import fresh_factor_required
from accounts.views import activate_second_factor, sign_out

urlpatterns = [
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("logout/", sign_out, name="account_logout"),
    path("2fa/", factor_views.index, name="mfa_index"),
    path("2fa/authenticate/", factor_views.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", factor_views.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", activate_second_factor, name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", fresh_factor_required(totp_views.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/",
        fresh_factor_required(recovery_views.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/generate/",
        fresh_factor_required(recovery_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        fresh_factor_required(recovery_views.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("browsers/", include("allauth.usersessions.urls")),
]
