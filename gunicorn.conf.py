"""Settings of the web server, read by gunicorn from the folder it starts in."""

# No header of a request sets a path: a local proxy passes on what a client sends.
forwarder_headers = ""
# Nor does one say that the request came by HTTPS, except the header of SECURE_PROXY_SSL_HEADER, which Django reads.
secure_scheme_headers = {}  # type: ignore[var-annotated]
logger_class = "echo_portal.lib.web_server_log.MaskedLogger"
