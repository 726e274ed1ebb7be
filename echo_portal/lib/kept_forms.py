"""A form that is half filled in when its page changes language or clock.

The buttons that do so send the form under this name instead of following a link. The view then shows it again as it
was typed: nothing is judged, nothing is stored. The value is the language of the page that was left, or the clock.
"""

KEEP = "keep"
CLOCK = "clock"
