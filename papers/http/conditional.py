"""Conditional requests: one tag for the state of the whole site, read in two queries.

A tag for each record would have to know everything that the record shows (names of other people, counts, evidence). The state
moves with every paper, run, decision and edit, so that an unchanged one is proof; a site changes once a day.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.http import http_date, parse_http_date_safe, quote_etag
from rest_framework.request import Request

from papers.database.builds import code_version
from papers.people import people

# Each is one look at the end of an index.
STATE = """
SELECT (SELECT max(revision) FROM papers_paper), (SELECT max(modified_at) FROM papers_paper),
       (SELECT max(id) FROM django_admin_log), (SELECT max(action_time) FROM django_admin_log WHERE id =
            (SELECT max(id) FROM django_admin_log)),
       (SELECT count(*) FROM papers_category), b.id, b.status, b.started_at, b.finished_at, b.progress
FROM (SELECT 1) one LEFT JOIN (SELECT * FROM papers_build ORDER BY id DESC LIMIT 1) b ON 1 = 1
"""


@dataclass(frozen=True, slots=True)
class Freshness:
    """The tag of an answer, and when anything on the site last changed (None where it changed just now or never).

    The tag is weak: the same answer may be packed in several ways.
    """

    etag: str
    changed: datetime | None

    @classmethod
    def now(cls, *about: str) -> Freshness:
        """The present one, for an answer that besides the site depends on these texts."""
        with connection.cursor() as cursor:
            cursor.execute(STATE)
            facts = cursor.fetchone()
        parts = [*facts, *people().state(), code_version(), settings.SITE_URL, settings.SITE_NAME, *about]
        digest = hashlib.blake2b("\0".join(map(str, parts)).encode(errors="replace"), digest_size=12).hexdigest()
        moments = [moment for part in parts if (moment := _moment(part))]
        changed = max(moments, default=None)
        # A second holds many changes; what changed in this one may change again in it.
        if changed and timezone.now() - changed < timedelta(seconds=2):
            changed = None
        return cls(f"W/{quote_etag(digest)}", changed)

    def is_known(self, request: Request) -> bool:
        """Whether the request's conditions say that the client has this already (RFC 9110, 13.2.2)."""
        if wanted := request.headers.get("If-None-Match"):
            tags = [tag.strip() for tag in wanted.split(",")]
            return "*" in tags or self.etag in tags or self.etag.removeprefix("W/") in tags
        since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
        return since is not None and self.changed is not None and int(self.changed.timestamp()) <= since

    def headers(self) -> dict[str, str]:
        found = {"ETag": self.etag, "Cache-Control": "no-cache"}
        if self.changed:
            found["Last-Modified"] = http_date(int(self.changed.timestamp()))
        return found


def _moment(value: Any) -> datetime | None:
    if isinstance(value, str):  # SQLite keeps moments as texts
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)
