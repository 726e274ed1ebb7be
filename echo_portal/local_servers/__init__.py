"""The PostgreSQL and Valkey that one-command runs start, and `make run` itself."""
