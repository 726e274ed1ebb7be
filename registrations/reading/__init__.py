"""Parse lists of people from CSV files and workbooks, and check each cell, without a database.

`registrant_list.py` finds the header and the rows; `child.py` runs it in a process that can be stopped. `columns.py`
determines the role of each column, and `checks.py` returns the people, or the faults and their cells.
"""
