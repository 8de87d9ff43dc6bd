"""Every setting of a Coterie site, read from the environment; README has the table of names and defaults."""

import logging
import os
import re
import secrets
import tomllib
from contextlib import suppress
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env

BASE_DIR = Path(__file__).resolve().parent.parent
VERSION: str = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

env = Env(prefix="")
if (BASE_DIR / ".env").is_file():
    env.read_env(BASE_DIR / ".env")

# --- Where things live ------------------------------------------------------------------------------------------------

DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def generated_secret_key() -> str:
    """The key kept in DATA_DIR/secret_key, made on the first run and readable by its owner only."""
    path = DATA_DIR / "secret_key"
    if not path.exists():
        draft = path.with_name(f"secret_key.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(64))
        # Of two processes that start at once one puts its key in place, whole, and both read that.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    key = path.read_text(errors="replace").strip()
    if len(key) < 50:
        raise ImproperlyConfigured(f"{path} holds no usable key. Delete it to have a new one made, or set SECRET_KEY.")
    return key


def address(url: str) -> SplitResult:
    """The parts of the site's address; raises ImproperlyConfigured for what is none."""
    try:
        found = urlsplit(url)
        is_one = found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
    except ValueError:
        is_one = False
    if not is_one or found.query or found.fragment or found.username or any(c.isspace() for c in url):
        raise ImproperlyConfigured(f"SITE_URL is {url!r}, and looks like https://papers.example.org.")
    if not re.fullmatch(r"(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*", found.path):
        raise ImproperlyConfigured(
            f"SITE_URL is {url!r}: the path that the site is below has letters, digits and hyphens only, such as "
            f"{found.scheme}://{found.hostname}/lab."
        )
    return found


def not_below_0(found: int) -> int:
    """The number; raises ImproperlyConfigured for one below 0."""
    if found < 0:
        raise ImproperlyConfigured(f"{found} is below 0: NUM_PROXIES and KEEP_PAGES take numbers from 0.")
    return found


def rate(found: str) -> str:
    """So many requests in a time; raises ImproperlyConfigured for what says something else."""
    if not re.fullmatch(r"[0-9]{1,9}/(s|sec|second|m|min|minute|h|hour|d|day)", found):
        raise ImproperlyConfigured(
            f"{found!r} is no rate: API_RATE, TOKEN_RATE and OAI_RATE look like 600/min (s, min, hour or day)."
        )
    return found


# --- The site ---------------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or generated_secret_key()
SITE_NAME = env.str("SITE_NAME", "Coterie")
# Where `make run` serves, and whether a new database gets the seed profile; what the command line says goes before.
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
WORKERS = env.int("WORKERS", 2)
SEED = env.bool("SEED", None)
SITE_URL = env.str("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
CONTACT_EMAIL = env.str("CONTACT_EMAIL", "")
ADDRESS = address(SITE_URL)
HTTPS = ADDRESS.scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", sorted({ADDRESS.hostname or "", "127.0.0.1", "localhost", "[::1]"}))
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", [f"https://{ADDRESS.netloc}"] if HTTPS else [])
# The path that the site is below, if any (papers/http/addresses.py). Other sites of the host get none of its cookies.
FORCE_SCRIPT_NAME = ADDRESS.path or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = f"{ADDRESS.path}/"
MESSAGE_STORAGE = "config.messages.MessageStorage"

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "corsheaders",
    "rest_framework",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "papers",
    "profiles",
]

MIDDLEWARE = [
    # First what every answer carries, also those that the next ones make themselves.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.errors_are_not_kept",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.PageLanguage",
    "config.middleware.readable_addresses",
    "config.middleware.whole_bodies",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "config.compression.Compression",
    "config.middleware.busy_answers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.cached_pages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.sign_in.known_browsers",
    "config.middleware.named_fields",
    "config.middleware.bad_requests",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.site",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "fragments",
        "DIRS": [BASE_DIR / "templates" / "jinja2"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "papers.display.jinja.environment"},
    },
]

# --- The database -----------------------------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'coterie.sqlite3'}"
LOOKS_LIKE = "It looks like sqlite:////srv/coterie.sqlite3 or postgresql://user:password@host:5432/name."
if not re.match(r"sqlite://(/[^?]|:memory:$)|(postgres|postgresql|pgsql)://", DATABASE_URL):
    # Of sqlite: the rest is kept in memory only, and lost when a command ends.
    raise ImproperlyConfigured(f"DATABASE_URL names no database that can be used. {LOOKS_LIKE}")
try:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)}
except (dj_database_url.ParseError, ValueError) as error:
    raise ImproperlyConfigured(f"DATABASE_URL can't be read: {error}. {LOOKS_LIKE}") from error

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A curator's write waits for an import's short batches instead of being refused, and pages read on undisturbed.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

# What may be added to the names on papers (papers/people.py).
PEOPLE = "profiles.people.LinkedPeople"

IN_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES: dict[str, dict[str, object]] = {
    "default": {"BACKEND": IN_MEMORY, "LOCATION": "coterie"},
    # Apart from the rest, so that whoever asks for very many pages pushes out pages only, not the counts of the rate limit.
    "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"},
}
if KEEP_PAGES := not_below_0(env.int("KEEP_PAGES", 500)):
    CACHES["pages"] = {"BACKEND": IN_MEMORY, "LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": KEEP_PAGES}}

# --- Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

# --- Static files -----------------------------------------------------------------------------------------------------

STATIC_URL = f"{ADDRESS.path}/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.staticfiles.StaticFiles"},
}

# --- Security ---------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_PROXY", False):
    # Only with a proxy that sets this header itself: otherwise anybody could claim to speak HTTPS.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"  # for who would be sent to another site
# The second for sessions that began with it, and for what is no sign-in from outside.
AUTHENTICATION_BACKENDS = ["config.sign_in.SlowedBackend", "django.contrib.auth.backends.ModelBackend"]

# --- The API ----------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["papers.api.renderers.Json"],
    "DEFAULT_PARSER_CLASSES": ["papers.api.parsers.JsonBody"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "papers.api.renderers.Negotiation",
    # The token first: what it says is asked for where nobody is signed in (401).
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "profiles.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.DjangoModelPermissionsOrAnonReadOnly"],
    "DEFAULT_FILTER_BACKENDS": ["papers.api.pagination.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "papers.api.pagination.KeysetPagination",
    "DEFAULT_SCHEMA_CLASS": "papers.api.schema.ApiSchema",
    "DEFAULT_THROTTLE_CLASSES": ["papers.api.throttling.AddressThrottle", "papers.api.throttling.TokenThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "address": rate(env.str("API_RATE", "600/min")),
        "token": rate(env.str("TOKEN_RATE", "3000/min")),
        "oai": rate(env.str("OAI_RATE", "300/min")),
    },
    "EXCEPTION_HANDLER": "papers.api.exceptions.problem_details",
    "NUM_PROXIES": not_below_0(env.int("NUM_PROXIES", 0)),
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "DESCRIPTION": "Papers, authors and similar authors with the reasons. Read by anybody; each paper names its source.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SERVERS": [{"url": SITE_URL}],
    "ENUM_NAME_OVERRIDES": {
        "DecisionKind": "profiles.models.Decision.Kind",
        "Standing": "profiles.models.Author.Standing",
        "Visibility": "profiles.models.AuthorName.Visibility",
        "Precision": "papers.models.papers.Precision",
        "IdentifierScheme": "profiles.models.AuthorIdentifier.Scheme",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "papers.api.schema.finish_document",
    ],
}

# Programs in other sites' pages may read, without cookies, and write nothing: a cookie or token is sent by our own pages only.
CORS_URLS_REGEX = r"^/(api|oai|data)(/|$)"
CORS_ALLOW_ALL_ORIGINS = True
CORS_ALLOW_CREDENTIALS = False
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS", "POST"]  # POST for many ids at once
CORS_ALLOW_HEADERS = ["accept", "content-type", "if-none-match", "if-modified-since"]
CORS_EXPOSE_HEADERS = [
    "ETag",
    "Last-Modified",
    "Link",
    "Location",
    "Retry-After",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
]
CORS_PREFLIGHT_MAX_AGE = 86_400

# --- Logs -------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", "WARNING").upper()
if LOG_LEVEL not in logging.getLevelNamesMapping():
    raise ImproperlyConfigured(f"LOG_LEVEL is {LOG_LEVEL!r}, and takes DEBUG, INFO, WARNING, ERROR or CRITICAL.")


def is_no_refusal(record: logging.LogRecord) -> bool:
    """Whether to log it: who comes too often or too slowly is told so, and would fill the disk with lines about it."""
    return getattr(record, "status_code", 0) not in (408, 429, 503)


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "papers.text.terminal.LogLine",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"refusals": {"()": "django.utils.log.CallbackFilter", "callback": is_no_refusal}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"filters": ["refusals"]},
        # Whoever asks for another site than ours is told so (400). It is none of our faults, and scanners do it all day.
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
