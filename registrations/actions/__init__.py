"""Actions on registrations. Each runs in one transaction, together with its messages and its audit event."""

from registrations.actions.adding import Added, add_people, recall_addition
from registrations.actions.announcing import (
    AnnouncementTexts,
    recall_announcement,
    write_to_registrants,
    write_to_series,
)
from registrations.actions.answering import accept_addition, decline_addition
from registrations.actions.changing import NewTime, cancel_session, recall_change, reschedule_session
from registrations.actions.correcting import accept_address, propose_address, refuse_address
from registrations.actions.editing import SessionEdit, has_registrants_to_tell, save_sessions, time_of
from registrations.actions.enrolling import (
    Application,
    claim_place,
    cover_new_session,
    enroll,
    enrollments_to_cover,
    single_session,
)
from registrations.actions.erasing import erase_registrations, give_up_places
from registrations.actions.giving_back_many import drop_person, give_back_places, recall_give_back
from registrations.actions.holding import hold_reminders, release_reminders
from registrations.actions.importing import (
    checked_list,
    complete_list,
    forget_lists,
    import_list,
    map_list_columns,
    map_list_words,
    upload_list,
)
from registrations.actions.inviting import send_invitations
from registrations.actions.leaving import leave_series, leave_session, swap_session
from registrations.actions.merging import MergedPlaces, decide_merge, merge_places, propose_merge, tell_merged
from registrations.actions.moving import move_registration, promote_person, recall_move
from registrations.actions.places import promote_waiting
from registrations.actions.profile import change_profile
from registrations.actions.publishing import publish_series, publish_session
from registrations.actions.reminding import use_mailbox, write_reminders, write_waiting_reminders
from registrations.actions.returning import return_to_session

from .teams import TeamForm, accept_invitation, decline_invitation, delete_old_invitations, invite_team

__all__ = [
    "Added",
    "AnnouncementTexts",
    "Application",
    "MergedPlaces",
    "NewTime",
    "SessionEdit",
    "TeamForm",
    "accept_addition",
    "accept_address",
    "accept_invitation",
    "add_people",
    "cancel_session",
    "change_profile",
    "checked_list",
    "claim_place",
    "complete_list",
    "cover_new_session",
    "decide_merge",
    "decline_addition",
    "decline_invitation",
    "delete_old_invitations",
    "drop_person",
    "enroll",
    "enrollments_to_cover",
    "erase_registrations",
    "forget_lists",
    "give_back_places",
    "give_up_places",
    "has_registrants_to_tell",
    "hold_reminders",
    "import_list",
    "invite_team",
    "leave_series",
    "leave_session",
    "map_list_columns",
    "map_list_words",
    "merge_places",
    "move_registration",
    "promote_person",
    "promote_waiting",
    "propose_address",
    "propose_merge",
    "publish_series",
    "publish_session",
    "recall_addition",
    "recall_announcement",
    "recall_change",
    "recall_give_back",
    "recall_move",
    "refuse_address",
    "release_reminders",
    "reschedule_session",
    "return_to_session",
    "save_sessions",
    "send_invitations",
    "single_session",
    "swap_session",
    "tell_merged",
    "time_of",
    "upload_list",
    "use_mailbox",
    "write_reminders",
    "write_to_registrants",
    "write_to_series",
    "write_waiting_reminders",
]
