#!/usr/bin/env python
"""The command line of a Coterie site: `python manage.py help` lists what it can do."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        try:
            from config.commands import run
        except ImportError as error:
            sys.exit(f"A package is missing or can't be loaded: {error}. Give: make site, and use .venv/bin/python.")
        sys.exit(run(sys.argv))
    except KeyboardInterrupt:  # before or after the command
        sys.stderr.write("Stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
