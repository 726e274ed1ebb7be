"""ENGINE = "echo_portal.lib.embedded_database": PostgreSQL, started when first needed."""
