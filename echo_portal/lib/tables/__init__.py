"""Parse CSV files and workbooks that people upload, within limits of size, time and memory (SAFETY.md F26).

`files.py` splits a file into cells, `limits.py` refuses files that are too large before they are parsed, and `child.py`
runs a parser in a child process that can be stopped.
"""
