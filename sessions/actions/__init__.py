"""Actions on series, sessions and materials of sessions."""

from .materials import Upload, count_view, restore_material, upload_material, withdraw_material
from .saving import (
    CALENDAR_FIELDS,
    DERIVED_FIELDS,
    PUBLIC_FIELDS,
    add_drafts,
    end_role,
    give_role,
    save_series,
    save_session,
)

__all__ = [
    "CALENDAR_FIELDS",
    "DERIVED_FIELDS",
    "PUBLIC_FIELDS",
    "Upload",
    "add_drafts",
    "count_view",
    "end_role",
    "give_role",
    "restore_material",
    "save_series",
    "save_session",
    "upload_material",
    "withdraw_material",
]
