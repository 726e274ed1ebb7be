"""How often codes of certificates may be checked (SAFETY.md: 30 a minute from one network, and a limit in all)."""

import datetime as dt

from django.http import HttpRequest

from accounts.throttles import Limit, client_network

MINUTE = dt.timedelta(minutes=1)
CHECKS_PER_NETWORK = Limit("verify-ip", 30, MINUTE)
CHECKS_IN_ALL = Limit("verify-all", 600, MINUTE)


def may_check(request: HttpRequest) -> bool:
    """Count one check of a code, whatever the code, and return whether it is within both limits."""
    return CHECKS_PER_NETWORK.reserve(client_network(request)) and CHECKS_IN_ALL.reserve("")
