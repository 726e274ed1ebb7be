"""Read lists of people from CSV files and workbooks, and check each cell, without a database.

`registrant_list.py` finds the header and the rows; `child.py` does so in a process that can be stopped. `columns.py`
says what each column is, and `checks.py` returns the people, or what is wrong in which cell.
"""
