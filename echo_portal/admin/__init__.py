"""The administration: the start page, and the pages of series, sessions and messages, which use several apps."""
