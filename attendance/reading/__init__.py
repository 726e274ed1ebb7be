"""Parse attendance reports of Zoom and Teams into stays of people, without Django or a database (DOMAIN.md 2).

`files.py` splits a file into cells, `headers.py` and `layouts.py` find the rows of participants, `moments.py` parses
times, `stays.py` selects the stays inside the session, and `intervals.py` adds up seconds. Call `read_report` in
`report.py`, which runs all of them in a child process that can be stopped.
"""
