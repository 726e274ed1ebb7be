"""Limits for verifying codes of certificates: 30 per minute for each network, and a total limit (SAFETY.md)."""

import datetime as dt

import structlog
from django.http import HttpRequest

from accounts.throttles import Limit, NetworkLimit, alarm_is_due, client_network

log = structlog.get_logger(__name__)
MINUTE = dt.timedelta(minutes=1)
CHECKS_PER_NETWORK = NetworkLimit("verify-ip", 30, MINUTE)
CHECKS_IN_ALL = Limit("verify-all", 600, MINUTE)


def may_check(request: HttpRequest) -> bool:
    """Count one verification of a code, whether it exists or not, and return whether it is within both limits.

    Beyond the total limit, nobody can verify a code, so an error is logged, once an hour.
    """
    if not CHECKS_PER_NETWORK.reserve(client_network(request)):
        return False
    if CHECKS_IN_ALL.reserve(""):
        return True
    if alarm_is_due("verify-all"):
        log.error("credits.too_many_verifications", limit=CHECKS_IN_ALL.tries)
    return False
