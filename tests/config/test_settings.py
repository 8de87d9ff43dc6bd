"""Settings from the environment: each in a process of its own, as a site reads them."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

import config.settings as site_settings

BASE = site_settings.BASE_DIR
OURS = [
    "ALLOWED_HOSTS",
    "API_RATE",
    "BEHIND_PROXY",
    "CONTACT_EMAIL",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DATA_DIR",
    "DEBUG",
    "HOST",
    "KEEP_PAGES",
    "LOG_LEVEL",
    "NUM_PROXIES",
    "OAI_RATE",
    "PORT",
    "SECRET_KEY",
    "SEED",
    "SITE_NAME",
    "SITE_URL",
    "WORKERS",
]


def python(tmp_path: Path, *arguments: str, cwd: Path = BASE, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    env = clean | {"DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings"} | environment
    return subprocess.run([sys.executable, *arguments], env=env, cwd=cwd, capture_output=True, text=True, timeout=60)


def read(tmp_path: Path, *names: str, **environment: str) -> list[Any]:
    """The values of these settings in such an environment."""
    code = (
        f"import json, config.settings as s; print(json.dumps([getattr(s, n, None) for n in {names!r}], default=str))"
    )
    done = python(tmp_path, "-c", code, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


SAFE = (
    "DEBUG",
    "SESSION_COOKIE_SECURE",
    "CSRF_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
    "SECURE_HSTS_SECONDS",
    "SECURE_PROXY_SSL_HEADER",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "SITE_URL",
)


def test_a_site_on_one_s_own_machine(tmp_path: Path) -> None:
    assert read(tmp_path, *SAFE, "SITE_NAME", "CONTACT_EMAIL", "STATIC_ROOT", PORT="8123") == [
        False,
        False,
        False,
        False,
        0,
        None,
        ["127.0.0.1", "[::1]", "localhost"],
        [],
        "http://127.0.0.1:8123",
        "Coterie",
        "",
        str(tmp_path / "static"),
    ]
    assert read(tmp_path, "DATABASES")[0]["default"]["NAME"] == str(tmp_path / "coterie.sqlite3")


def test_a_public_site(tmp_path: Path) -> None:
    environment = {
        "SITE_URL": "https://papers.example.org/",
        "BEHIND_PROXY": "1",
        "NUM_PROXIES": "1",
        "API_RATE": "9/s",
    }
    assert read(tmp_path, *SAFE, **environment) == [
        False,
        True,
        True,
        True,
        31_536_000,
        ["HTTP_X_FORWARDED_PROTO", "https"],
        ["127.0.0.1", "[::1]", "localhost", "papers.example.org"],
        ["https://papers.example.org"],
        "https://papers.example.org",
    ]
    api = read(tmp_path, "REST_FRAMEWORK", **environment)[0]
    assert (api["NUM_PROXIES"], api["DEFAULT_THROTTLE_RATES"]) == (
        1,
        {
            "address": "9/s",
            "token": "3000/min",
            "oai": "300/min",
        },
    )


def test_a_site_below_a_path(tmp_path: Path) -> None:
    names = ("FORCE_SCRIPT_NAME", "STATIC_URL", "CSRF_TRUSTED_ORIGINS", "SITE_URL", "ALLOWED_HOSTS")
    cookies = ("SESSION_COOKIE_PATH", "CSRF_COOKIE_PATH", "LANGUAGE_COOKIE_PATH")
    assert read(tmp_path, *names, *cookies, SITE_URL="https://example.org:8443/our/lab/") == [
        "/our/lab",
        "/our/lab/static/",
        ["https://example.org:8443"],
        "https://example.org:8443/our/lab",
        ["127.0.0.1", "[::1]", "example.org", "localhost"],
        *["/our/lab/"] * 3,
    ]
    assert read(tmp_path, *names[:2], *cookies, SITE_URL="https://example.org") == [None, "/static/", *["/"] * 3]
    done = python(tmp_path, "manage.py", "check", SITE_URL="https://example.org/papers")
    assert done.returncode == 1
    assert (
        "SITE_URL is 'https://example.org/papers', and the site has addresses of its own below /papers/." in done.stderr
    )


def test_what_is_set_wins(tmp_path: Path) -> None:
    assert read(
        tmp_path,
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "SITE_NAME",
        "CONTACT_EMAIL",
        "SECRET_KEY",
        "DEBUG",
        ALLOWED_HOSTS="a.example,b.example",
        CSRF_TRUSTED_ORIGINS="https://c.example",
        SITE_NAME="Our papers",
        CONTACT_EMAIL="us@example.org",
        SECRET_KEY="s" * 60,
        DEBUG="1",
    ) == [["a.example", "b.example"], ["https://c.example"], "Our papers", "us@example.org", "s" * 60, True]
    assert not (tmp_path / "secret_key").exists()


def test_a_file_env_says_what_the_environment_does_not(tmp_path: Path) -> None:
    for name in ("papers", "profiles", "templates", "static", "locale", "fixtures", "pyproject.toml"):
        (tmp_path / name).symlink_to(BASE / name)
    shutil.copytree(BASE / "config", tmp_path / "config")
    (tmp_path / ".env").write_text("PORT=8150\nHOST=127.0.0.2\nWORKERS=3\nSEED=0\n")
    code = (
        "import sys, django; django.setup(); from profiles.management.commands.serve import Command;"
        "found = Command().create_parser('manage.py', 'serve').parse_args(sys.argv[1:]);"
        "print(found.host, found.port, found.workers, found.seed)"
    )
    for arguments, environment, wanted in (
        ([], {}, "127.0.0.2 8150 3 False\n"),
        ([], {"PORT": "8151", "SEED": "1"}, "127.0.0.2 8151 3 True\n"),
        (["--port", "8152", "--seed", "0"], {"PORT": "8151", "SEED": "1"}, "127.0.0.2 8152 3 0\n"),
    ):
        done = python(tmp_path, "-c", code, *arguments, cwd=tmp_path, **environment)
        assert done.stdout == wanted, done.stderr
    assert re.search(r"manage\.py serve$", (BASE / "Makefile").read_text(), re.MULTILINE)


def test_production_settings_pass_django_s_own_check(tmp_path: Path) -> None:
    done = python(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", SITE_URL="https://example.org")
    assert (done.returncode, done.stdout, done.stderr) == (
        0,
        "System check identified no issues (0 silenced).\n",
        "",
    )


FORM = "It looks like sqlite:////srv/coterie.sqlite3 or postgresql://user:password@host:5432/name."
README = "Settings come from the environment and from .env; README has them."


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        *(
            ({"DATABASE_URL": url}, f"DATABASE_URL names no database that can be used. {FORM}")
            for url in ("nonsense://x", "sqlite:rel", "sqlite://", "sqlite:///", "sqlite://rel", "SQLite:x")
        ),
        ({"DATABASE_URL": "postgresql://host:port/name"}, FORM),
        (
            {"SITE_URL": "papers.example.org"},
            "SITE_URL is 'papers.example.org', and looks like https://papers.example.org.",
        ),
        ({"SITE_URL": "http://["}, "SITE_URL is 'http://[', and looks like https://papers.example.org."),
        (
            {"SITE_URL": "https://a.example/../us/"},
            "SITE_URL is 'https://a.example/../us': the path that the site is below has letters, digits and hyphens only, "
            "such as https://a.example/lab.",
        ),
        ({"SITE_URL": "https://a.example/?q"}, "SITE_URL is 'https://a.example/?q', and looks like"),
        ({"PORT": "many"}, 'Environment variable "PORT" invalid: Not a valid integer.'),
        ({"DEBUG": "perhaps"}, 'Environment variable "DEBUG" invalid: Not a valid boolean.'),
        ({"NUM_PROXIES": "-1"}, "-1 is below 0: NUM_PROXIES and KEEP_PAGES take numbers from 0."),
        ({"OAI_RATE": "often"}, "'often' is no rate: API_RATE, TOKEN_RATE and OAI_RATE look like 600/min"),
        ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'LOUD', and takes DEBUG, INFO, WARNING, ERROR or CRITICAL."),
    ],
    ids=lambda given: str(given)[:30],
)
def test_a_setting_that_can_not_be_used_is_a_sentence(
    environment: dict[str, str], message: str, tmp_path: Path
) -> None:
    done = python(tmp_path, "manage.py", "verify_counts", **environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("A setting can't be used: ")
    assert message in done.stderr
    assert done.stderr.endswith(f"{README}\n")
    assert len(done.stderr.splitlines()) == 1


def test_a_place_for_data_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    for place, said in ((file, "File exists. Something else is in its place"), (file / "data", "Not a directory.")):
        done = python(tmp_path, "manage.py", "verify_counts", DATA_DIR=str(place))
        assert done.returncode == 1
        assert done.stderr.startswith(f"{place}: {said}")
        assert len(done.stderr.splitlines()) == 1


def test_a_folder_where_the_secret_key_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()
    done = python(tmp_path, "manage.py", "migrate")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{tmp_path}/secret_key: Is a directory. A file is wanted there.\n"


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(site_settings, "DATA_DIR", tmp_path)
    return tmp_path


def test_the_secret_key_is_made_once_and_for_its_owner_only(data_dir: Path) -> None:
    previous = os.umask(0)  # the laxest there is must not open the file
    try:
        key = site_settings.generated_secret_key()
    finally:
        os.umask(previous)
    path = data_dir / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (path.read_text(), len(key)) == (key, 86)
    assert site_settings.generated_secret_key() == key
    path.unlink()
    assert site_settings.generated_secret_key() != key


@pytest.mark.parametrize("content", [b"", b"short", b" \n", b"\xff\x00"])
def test_a_damaged_secret_key_is_not_used(content: bytes, data_dir: Path) -> None:
    (data_dir / "secret_key").write_bytes(content)
    with pytest.raises(ImproperlyConfigured) as refused:
        site_settings.generated_secret_key()
    assert str(refused.value) == (
        f"{data_dir / 'secret_key'} holds no usable key. Delete it to have a new one made, or set SECRET_KEY."
    )
