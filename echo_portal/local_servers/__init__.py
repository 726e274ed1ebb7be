"""The PostgreSQL and Valkey servers that `make run` and the tests start, and `make run` itself."""
