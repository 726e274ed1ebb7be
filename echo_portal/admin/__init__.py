"""The administration: the start page, series, sessions and messages, composed from several apps."""
