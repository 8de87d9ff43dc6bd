"""A Coterie of its own on loopback: a process with its own database and a web server, told what to do while it serves.

    with LiveSite(folder) as site:
        site.run("import_papers", "papers.jsonl")
        urlopen(site.url + "/oai?verb=Identify")

Run as a program it is that process: it takes one JSON list a line, a command of manage.py with its arguments, or "python" and
a piece of code.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any, Self

BASE = Path(__file__).resolve().parent.parent


class LiveSite:
    """The process, with arXiv's taxonomy loaded; `run` raises AssertionError with what the command said if it fails."""

    def __init__(self, folder: Path, **environment: str):
        self.folder = folder
        self.environment = environment

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        given = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "SITE_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST")
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.live_site"],
            cwd=BASE,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={
                **given,
                "DATA_DIR": str(self.folder),
                "API_RATE": "100000/min",
                "OAI_RATE": "100000/min",
                **self.environment,
            },
        )
        self.url: str = self._answer()["url"]
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def run(self, *command: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        said = self._answer()
        assert said["done"], said["error"]

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, f"the site ended with {self.process.wait(30)}"
        answer: dict[str, Any] = json.loads(line)
        return answer


def main() -> None:
    import socket
    from socketserver import ThreadingMixIn
    from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

        def server_bind(self) -> None:
            WSGIServer.server_bind(self)
            os.environ["SITE_URL"] = f"http://127.0.0.1:{self.server_port}"

    class Handler(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            """Requests are not printed."""

    socket.setdefaulttimeout(60)
    server = Server(("127.0.0.1", 0), Handler)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    out, sys.stdout = sys.stdout, sys.stderr
    import django
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    django.setup()
    from django.conf import settings

    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        call_command("migrate", verbosity=0, stdout=nowhere)
        call_command("loaddata", "categories", verbosity=0, stdout=nowhere)
        server.set_app(get_wsgi_application())
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(json.dumps({"url": os.environ["SITE_URL"]}), file=out, flush=True)
        for line in sys.stdin:
            name, *arguments = json.loads(line)
            answer: dict[str, Any] = {"done": True}
            try:
                if name == "python":
                    exec(arguments[0], {})  # noqa: S102
                else:
                    call_command(name, *arguments, stdout=nowhere, stderr=nowhere)
            except (Exception, SystemExit) as error:
                answer = {"done": False, "error": repr(error)}
            print(json.dumps(answer), file=out, flush=True)
    server.shutdown()


if __name__ == "__main__":
    main()
