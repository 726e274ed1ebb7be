#!/usr/bin/env python
"""The command-line utility of the portal's Django project."""

import os
import sys

WHAT_TO_TYPE = """The environment of the portal is not set here. On your own machine, beside `make run`, type:
  DEBUG=1 .venv/bin/python manage.py {command}
In production, give the command the settings of the portal (docs/deploy.md)."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echo_portal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        if "SECRET_KEY" not in str(fault):
            raise
        sys.exit(f"{fault}\n{WHAT_TO_TYPE.format(command=' '.join(sys.argv[1:]))}")


if __name__ == "__main__":
    main()
