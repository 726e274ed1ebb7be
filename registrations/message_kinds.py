"""The kinds of messages about registrations. `registrations.emails` renders them."""

from sessions.vocabularies import Reminder

CONFIRMATION = "confirmation"
UNCHANGED = "registration-unchanged"
PLACE = "place-from-waiting-list"
FREE_PLACE = "free-place"
INVITATION = "invitation"
LEFT = "left"
RESCHEDULED = "rescheduled"
CANCELLED = "session-cancelled"
ANNOUNCEMENT = "announcement"
ADDED = "added-by-hub"
TEAM_INVITATION = "team-invitation"
MOVED = "moved-by-hub"
ADDRESS_CORRECTED = "address-corrected"
ADDRESS_REPLACED = "address-replaced"
PROFILES_MERGED = "profiles-merged"
PROFILE_CLOSED = "profile-closed"
REMINDER_KINDS = {
    Reminder.WEEK: "reminder-week",
    Reminder.DAY: "reminder-day",
    Reminder.HOUR: "reminder-hour",
}
REMINDER_OF_KIND = {kind: reminder for reminder, kind in REMINDER_KINDS.items()}
REMINDERS = tuple(REMINDER_OF_KIND)

# How a session was added to the person's calendar. A CANCEL removes an entry of the first kind in every calendar, and
# one of the second kind only in some.
BY_INVITATION, BY_FILE, IN_NO_CALENDAR = "invitation", "file", ""
