"""Actions on inquiries."""

from .authors import invite_author, join_idea, remove_author
from .erasing import erase_inquiries, inquiries_that_name
from .merging import merge_inquiries
from .planning import make_series, move_to_stage, save_plan
from .sending import Application, confirm_inquiry, delete_old_inquiries, disown_inquiry, send_inquiry
from .watching import confirm_watch, delete_old_watches, end_watch, tell_of_dates, watch_series
from .working import close_inquiry, hand_over_inquiry, plan_inquiry, reopen_inquiry, take_back_inquiry
from .writing import add_note, answer_authors, comment

__all__ = [
    "Application",
    "add_note",
    "answer_authors",
    "close_inquiry",
    "comment",
    "confirm_inquiry",
    "confirm_watch",
    "delete_old_inquiries",
    "delete_old_watches",
    "disown_inquiry",
    "end_watch",
    "erase_inquiries",
    "hand_over_inquiry",
    "inquiries_that_name",
    "invite_author",
    "join_idea",
    "make_series",
    "merge_inquiries",
    "move_to_stage",
    "plan_inquiry",
    "remove_author",
    "reopen_inquiry",
    "save_plan",
    "send_inquiry",
    "take_back_inquiry",
    "tell_of_dates",
    "watch_series",
]
