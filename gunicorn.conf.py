"""Settings of the web server, read by gunicorn from the folder it starts in."""

# No header of a request sets a path: a local proxy passes on what a client sends.
forwarder_headers = ""
