"""ENGINE = "echo_portal.local_servers.embedded_database": PostgreSQL, started on first use."""
