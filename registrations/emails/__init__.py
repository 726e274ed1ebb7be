"""Emails about registrations, rendered when they are sent (ARCHITECTURE P3). Each kind has one function."""

from echo_portal.outbox.reasons import register_reasons
from registrations.drop_reasons import DropReason, HoldReason
from registrations.emails import (
    adding,
    announcing,
    changing,
    correcting,
    free_place,
    leaving,
    moving,
    registering,
    reminding,
    team,
)


def register_renderers() -> None:
    register_reasons(DropReason)
    register_reasons(HoldReason)
    registering.register_renderers()
    free_place.register_renderers()
    leaving.register_renderers()
    reminding.register_renderers()
    changing.register_renderers()
    announcing.register_renderers()
    adding.register_renderers()
    correcting.register_renderers()
    moving.register_renderers()
    team.register_renderers()
