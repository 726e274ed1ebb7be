"""Reading attendance reports of Zoom and Teams: bytes in, stays of people out. No Django, no database (DOMAIN.md 2).

`files.py` reads cells, `headers.py` and `layouts.py` find the participants, `moments.py` reads their times, `stays.py`
applies the session's window, `intervals.py` adds up seconds. `report.py` is the way in: it does all this in a child
process that can be stopped.
"""
