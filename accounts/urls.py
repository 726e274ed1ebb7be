"""URLs of sign-in, sign-out, link revocation and the privacy policy, in both languages."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts import views

urlpatterns = [
    path(_("sign-in/"), views.sign_in, name="sign_in"),
    path(_("sign-in/code/"), views.sign_in_code, name="sign_in_code"),
    path(_("sign-in/link/<str:link>/"), views.sign_in_link, name="sign_in_link"),
    path(_("sign-in/again/"), views.sign_in_again, name="sign_in_again"),
    path(_("sign-out/"), views.sign_out, name="sign_out"),
    path(_("sign-out/undo/"), views.open_again, name="open_again"),
    path(_("profile/revoke-links/"), views.revoke_links, name="revoke_links"),
    path(_("privacy/"), views.privacy, name="privacy"),
    path(_("privacy/<slug:version>/"), views.privacy, name="privacy_version"),
]
