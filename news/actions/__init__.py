"""Actions on news: request, choose, confirm and stop news, and send newsletters by email."""

from .asking import ask_for_news, confirm_news, delete_old_requests, disown_request
from .choosing import save_choice, stop_news
from .erasing import erase_news
from .mailing import recall_mailing, send_newsletter
from .merging import merge_news

__all__ = [
    "ask_for_news",
    "confirm_news",
    "delete_old_requests",
    "disown_request",
    "erase_news",
    "merge_news",
    "recall_mailing",
    "save_choice",
    "send_newsletter",
    "stop_news",
]
