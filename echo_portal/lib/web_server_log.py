"""The log of the web server, in the format of the portal's own log."""

from gunicorn.config import Config
from gunicorn.glogging import Logger

from echo_portal.lib.logs import structured_formatter


class MaskedLogger(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Mask the tokens of personal links. gunicorn logs the first line of each request that is not valid HTTP."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        for handler in (*self.error_log.handlers, *self.access_log.handlers):
            handler.setFormatter(structured_formatter())
