"""The logger of the web server, which uses the log format of the portal."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from echo_portal.lib.logs import structured_formatter


class MaskedLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """A gunicorn logger that masks the tokens of personal links.

    For each request that is not valid HTTP, gunicorn logs the first line, which may contain a token.
    """

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(structured_formatter())
