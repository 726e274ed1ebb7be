"""Limits for verifying codes of certificates: 30 per minute for each network, and a total limit (SAFETY.md)."""

import datetime as dt

from django.http import HttpRequest

from accounts.throttles import Limit, NetworkLimit, client_network

MINUTE = dt.timedelta(minutes=1)
CHECKS_PER_NETWORK = NetworkLimit("verify-ip", 30, MINUTE)
CHECKS_IN_ALL = Limit("verify-all", 600, MINUTE)


def may_check(request: HttpRequest) -> bool:
    """Count one verification of a code, whether it exists or not, and return whether it is within both limits."""
    return CHECKS_PER_NETWORK.reserve(client_network(request)) and CHECKS_IN_ALL.reserve("")
