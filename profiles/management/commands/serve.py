"""manage.py serve: what `make run` does, the site made ready and served."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.urls import reverse

from profiles.management.commands import prepare_site


class Command(prepare_site.Command):
    help = "Make the site ready, and serve it until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--host", default=settings.HOST, help="default: %(default)s")
        parser.add_argument("--port", type=number(65_535), default=str(settings.PORT), help="default: %(default)s")
        parser.add_argument(
            "--workers",
            type=number(1_000),
            default=str(settings.WORKERS),
            help="server processes (default: %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        make_sure_of_port(host, port)
        super().handle(*args, **options)
        hold_port(port)
        make_sure_of_port(host, port)
        self.stdout.write(
            f"Serving on http://{host}:{port}{reverse('home')} with the admin at {reverse('admin:index')} "
            "(make an account: manage.py createsuperuser). Ctrl-C stops it."
        )
        self.stdout.flush()
        os.execv(  # noqa: S606
            sys.executable,
            [
                sys.executable,
                "-m",
                "granian",
                "--interface",
                "asginl",
                "config.server:application",
                "--host",
                host,
                "--port",
                str(port),
                "--workers",
                str(options["workers"]),
                "--no-ws",
                "--respawn-failed-workers",
                "--workers-kill-timeout",
                "20",
                "--log-level",
                "warning",
            ],
        )


def number(most: int) -> Callable[[str], int]:
    """What reads a number from 1 to `most` from the command line."""

    def read(text: str) -> int:
        if not (text.isdecimal() and 1 <= int(text) <= most):
            raise ArgumentTypeError(f"{text!r} is no number from 1 to {most}")
        return int(text)

    return read


def make_sure_of_port(host: str, port: int) -> None:
    """Raise CommandError where nobody can be served. The server itself would share a port, and get a part of the requests."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what ended a moment ago holds nothing back
            found.bind(address)
            found.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(taken(port)) from error
        raise CommandError(
            f"Nothing can be served on {host}, port {port}: {error}. Name others by HOST and PORT."
        ) from error


def hold_port(port: int) -> None:
    """Keep others of this site from starting on the port while the server starts and runs; raises CommandError."""
    lock = os.open(Path(settings.DATA_DIR) / f"port-{port}.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CommandError(taken(port)) from error
    os.set_inheritable(lock, True)  # the server holds it on


def taken(port: int) -> str:
    return (
        f"Port {port} is taken, perhaps by this site itself. Stop that, or name another port: make run PORT={port + 1}"
    )
