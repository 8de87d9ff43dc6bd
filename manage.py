#!/usr/bin/env python
"""The command line of a Coterie site: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        # Commands say themselves what they kept; this is Ctrl-C before or after they work.
        sys.exit("Stopped.")


if __name__ == "__main__":
    main()
