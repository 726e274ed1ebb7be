"""The models that are registered in the administration, grouped by the people who may see their rows."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.db.models import Model
from django.test import Client

from accounts.models import AuditEvent, Person, PolicyVersion
from attendance.models import (
    Attendance,
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceImport,
    AttendanceRequest,
    HeaderMapping,
)
from credits.models import Accreditation, Certificate, CreditEntry
from echo_portal.outbox.models import Message, Suppression
from evaluations.models import Question
from hubs.models import Hub, Membership, Organisation, Programme
from news.models import Mailing, Subscriber
from pages.models import Newsletter, Page, QuestionAndAnswer
from proposals.models import Inquiry
from registrations.models import AddressCorrection, MergeProposal, Registration
from sessions.models import EnrollmentKey, Series, Session
from tests.admin.pages import leaks
from tests.tables import checksums

ADMINS: "dict[type[Model], ModelAdmin[Any]]" = dict(admin.site._registry)


OF_ATTENDANCE = {
    Attendance,
    AttendanceAlias,
    AttendanceCorrection,
    AttendanceImport,
    AttendanceRequest,
    HeaderMapping,
}


OF_HUBS = OF_ATTENDANCE | {
    Series,
    Session,
    EnrollmentKey,
    AddressCorrection,
    MergeProposal,
    Inquiry,
    Registration,
    Accreditation,
    CreditEntry,
    Certificate,
    Hub,
    Membership,
    Message,
    Suppression,
    Question,
    Page,
    QuestionAndAnswer,
    Newsletter,
}


STAFF_ONLY = {Person, PolicyVersion, AuditEvent, Programme, Mailing, Subscriber}


SHARED = {Organisation}  # public names: every hub may read them, and Pallium staff may edit them


by_model = pytest.mark.parametrize("model", ADMINS, ids=lambda model: model.__name__)


# Models with rows that belong to a hub.
by_hub_model = pytest.mark.parametrize("model", sorted(OF_HUBS, key=str), ids=lambda model: model.__name__)


def refused(client: Client, page: str, data: dict[str, Any]) -> Any:
    """Post the form, assert that no table has changed, and return the response."""
    before = checksums()
    answer = client.post(page, data)
    assert checksums() == before
    assert not leaks(answer)
    return answer
