"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echo_portal.settings")

application = get_wsgi_application()

# Imported after Django is set up, because the checks use its settings.
from echo_portal.checks import check_configuration  # noqa: E402

check_configuration()
