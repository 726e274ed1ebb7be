"""The administration: the coordinators' start page, series, sessions and messages, composed from several rooms."""
