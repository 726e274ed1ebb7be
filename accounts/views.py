"""Views for signing in by code or link, signing out, revoking links, and displaying the privacy policy."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import activate_totp
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import actions, known_browsers, second_factor
from accounts.forms import CodeForm, SignInForm
from accounts.left_links import leave_links, links_of_sender, open_link_again
from accounts.models import Person, SignInCode
from accounts.policies import privacy_policies
from accounts.throttles import (
    CODE_TRIES_IN_KNOWN_BROWSERS,
    CODE_TRIES_PER_NETWORK,
    CODES_PER_NETWORK,
    client_network,
    mailbox_of,
)
from echo_portal.lib import refused_forms
from echo_portal.lib.bilingual import active_language
from echo_portal.lib.dates import date_long
from echo_portal.lib.http import private, safe_next
from echo_portal.lib.methods import require_http_methods, require_POST, require_safe
from echo_portal.lib.personal_cookies import forget_person
from echo_portal.lib.refusals import Refusal
from echo_portal.lib.richtext import text_html
from echo_portal.lib.text import email_key, masked
from echo_portal.outbox.suppressions import has_bounced

REQUEST_KEY = "sign_in_request"
ADDRESS = "sign_in_address"
NO_COOKIES = "cookies"  # in the query string after a code was requested by a browser that stores no cookies
USED_UP = "used-up"


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Display the form for the address and, on POST, queue a code.

    The response is the same for known and unknown addresses.
    """
    next_path = safe_next(request, request.POST.get("next", request.GET.get("next", "")))
    if request.user.is_authenticated:
        return redirect(next_path or "my_sessions")
    form = SignInForm(refused_forms.sent_values(request))
    if request.method == "POST" and form.is_valid():
        try:
            _send_code(request, form.cleaned_data["email"], next_path)
            return redirect("sign_in_code")
        except Refusal as refusal:
            form.add_error(refusal.field or None, ValidationError(refusal.sentence, code=refusal.code))

    def page() -> HttpResponse:
        context = {
            "form": form,
            "next": next_path,
            "has_code": _has_code_here(request, form),
            "needs_cookies": NO_COOKIES in request.GET,
        }
        return private(render(request, "accounts/sign_in.html", context))

    return refused_forms.answer(request, form, page)


def _has_code_here(request: HttpRequest, form: SignInForm) -> bool:
    """Return whether the form exceeded the limit of codes, but this browser requested a code for its address before."""
    typed = str(form["email"].value() or "")
    asked_here = REQUEST_KEY in request.session and email_key(request.session.get(ADDRESS, "")) == email_key(typed)
    return asked_here and form.has_error("email", "code-limit")


def _send_code(request: HttpRequest, email: str, next_path: str) -> None:
    network, is_known = client_network(request), known_browsers.is_known(request, email)
    # Browsers that are known to the mailbox have only its limit, because others may share their network.
    if not is_known and not CODES_PER_NETWORK.reserve(network):
        raise Refusal(
            _("Many codes were asked for from here. Wait an hour, then try again."), code="code-limit-network"
        )
    request.session[REQUEST_KEY] = actions.request_sign_in_code(
        email=email,
        language=active_language(),
        next_path=next_path,
        network=network,
        in_known_browser=is_known,
    )
    request.session[ADDRESS] = email


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """Check the six digits. They work only in the browser that requested them."""
    request_key = request.session.get(REQUEST_KEY)
    if not request_key:
        no_cookies = request.method == "GET" and not request.COOKIES
        return redirect(reverse("sign_in", query={NO_COOKIES: "1"} if no_cookies else None))
    form = CodeForm(refused_forms.sent_values(request))
    if request.method == "POST" and form.is_valid():
        allowed = _may_try_code(request)
        code = actions.use_code(request_key=request_key, typed=form.cleaned_data["code"]) if allowed else None
        if code is not None:
            return _sign_in(request, code)
        left = actions.tries_left(request_key) if allowed else 0
        form.add_error("code", ValidationError(_wrong_code(left), code=USED_UP if not left else "wrong"))
    address = request.session.get(ADDRESS, "")
    # Others must not learn that the portal has written to this address before.
    came_back = known_browsers.is_known(request, address) and has_bounced(address)

    def page() -> HttpResponse:
        context = {"form": form, "address": address, "came_back": came_back}
        context["is_used_up"] = form.has_error("code", USED_UP)
        return private(render(request, "accounts/sign_in_code.html", context))

    return refused_forms.answer(request, form, page)


def _may_try_code(request: HttpRequest) -> bool:
    """Count an attempt, and return whether it is within the limit: a separate one for browsers that are known."""
    address = request.session.get(ADDRESS, "")
    if known_browsers.is_known(request, address):
        return CODE_TRIES_IN_KNOWN_BROWSERS.reserve(mailbox_of(address))
    return CODE_TRIES_PER_NETWORK.reserve(client_network(request))


def _wrong_code(tries_left: int) -> str:
    if not tries_left:
        return _("This code no longer works")
    return ngettext(
        "These are not the digits of the newest email. Look again: you can try once more.",
        "These are not the digits of the newest email. Look again: you can try %(count)d more times.",
        tries_left,
    ) % {"count": tries_left}


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_link(request: HttpRequest, link: str) -> HttpResponse:
    """Display a button on GET, and sign the person in on POST. The link works in any browser.

    GET changes nothing, because mail scanners open links.
    """
    if request.method == "POST":
        code = actions.use_link(link)
        if code is not None:
            return _sign_in(request, code)
    found = actions.find_link(link)
    context = {"works": found is not None, "address": masked(found.email) if found else ""}
    return private(render(request, "accounts/sign_in_link.html", context, status=200 if found else 410))


def _sign_in(request: HttpRequest, code: SignInCode) -> HttpResponse:
    """Start a browser session for the owner of this mailbox. allauth asks for the second factor if they have one."""
    try:
        person = actions.prove_mailbox(code=code)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("sign_in")
    for key in (REQUEST_KEY, ADDRESS):
        request.session.pop(key, None)
    person.backend = settings.AUTHENTICATION_BACKENDS[0]
    record_authentication(request, person, method="code", reauthenticated=True)
    target = safe_next(request, code.next_path) or reverse("my_sessions")
    response: HttpResponse = perform_login(request, person, email_verification="none", redirect_url=target)
    known_browsers.remember(request, response, code.email)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def activate_second_factor(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app, on allauth's page.

    This session has then passed the second factor, and the person's other sessions are ended.
    """
    assert isinstance(request.user, Person)
    was_set_up = second_factor.is_set_up(request.user)
    response: HttpResponse = activate_totp(request)
    if not was_set_up and second_factor.is_set_up(request.user):
        authenticator = Authenticator.objects.get(user=request.user, type=Authenticator.Type.TOTP)
        second_factor.record_passed(request, authenticator)
        actions.end_sessions(person=request.user, except_key=request.session.session_key)
    return response


@require_POST
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Sign out, and send a code to the person's address for signing in again."""
    next_path = safe_next(request, request.POST.get("next", ""))
    if not isinstance(request.user, Person):
        return redirect_to_login(next_path or reverse("my_sessions"))
    email = request.user.email
    logout(request)
    try:
        _send_code(request, email, next_path)
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("sign_in")
    return redirect("sign_in_code")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out, and delete the personal cookies, also if nobody is signed in: a link in an email sets one.

    The person's link opens their pages in this browser only after a press, so that Back does not display them.
    """
    was_signed_in, left = request.user.is_authenticated, links_of_sender(request)
    logout(request)
    if was_signed_in:
        messages.success(request, _("You are signed out. This device no longer opens your sessions."))
    else:
        messages.success(request, _("This device no longer opens these pages. The links in emails ask first."))
    response = redirect(safe_next(request, request.POST.get("next", "")) or "catalogue")
    return forget_person(leave_links(request, response, left) if left else response)


@require_POST
def open_again(request: HttpRequest) -> HttpResponse:
    """Open the pages of a personal link again, which were left in this browser."""
    token = request.POST.get("token", "")
    target = safe_next(request, request.POST.get("next", "")) or "my_sessions"
    return private(open_link_again(request, redirect(target), token))


@require_POST
def revoke_links(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user, Person):
        return redirect_to_login(reverse("profile"))
    actions.revoke_links(person=request.user, by=request.user)
    messages.success(
        request,
        _(
            "The links to your sessions and your calendar feed have stopped working. "
            "Links that join a session go on working."
        ),
    )
    return redirect("profile")


@require_safe
def privacy(request: HttpRequest, version: str = "") -> HttpResponse:
    """Display the current privacy policy, or the version of this day, which may apply later or have been replaced."""
    today, language = timezone.localdate(), active_language()
    known, later = privacy_policies(today)
    shown = known[0] if not version else next((one for one in (*known, *later) if one.version == version), None)
    if shown is None:
        raise Http404
    is_sample = settings.OPERATOR_EMAIL == settings.SAMPLE_OPERATOR_EMAIL and not settings.DEBUG
    context = {
        "version": date_long(shown.applies_on, language),
        "applies_later": shown in later,
        "is_replaced": shown in known[1:],
        "others": [
            (one.version, date_long(one.applies_on, language), one in later)
            for one in (*later, *known)
            if one is not shown
        ],
        "text": text_html(shown.text[language], language),
        "operator_email": "" if is_sample else settings.OPERATOR_EMAIL,
        "operator_address": settings.OPERATOR_ADDRESS,
    }
    return render(request, "accounts/privacy.html", context)
