"""Tokens with which programs act for a curator, and what a repeated request is answered again.

Only a token's hash is stored: it is shown once, when it is made. It allows what its user may do and its scopes name, no more.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from papers.database.availability import write_if_free

PREFIX = "coterie_"  # so that a token that leaked into a file is recognised as one
HINT = 6


class Scope(models.TextChoices):
    """What a token may be for besides reading."""

    DECISIONS = "decisions", "make and undo decisions"
    SUGGESTIONS = "suggestions", "accept and reject possible duplicates"


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def valid(self) -> ApiTokenQuerySet:
        """Neither revoked nor past their day, of a user whose account is open."""
        in_time = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(in_time, revoked_at=None, user__is_active=True)


class ApiToken(models.Model):
    """A key of one user for one program. The hash is of 256 random bits, so that a plain one is enough."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, help_text="What the token is for.")
    scopes = models.JSONField(default=list, blank=True)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=HINT, editable=False, help_text="How the token begins.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_on = models.DateField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "API token"
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    def allows(self, scope: str) -> bool:
        return scope in self.scopes

    def revoke(self) -> None:
        """End it for good; what it did stays done."""
        if self.revoked_at is None:
            self.revoked_at = timezone.now()
            self.save(update_fields=["revoked_at"])

    def used(self) -> None:
        """Note the day; one write a day, whatever it is used for, and none while another writes."""
        today = timezone.now().date()
        if self.last_used_on != today:
            write_if_free(lambda: type(self).objects.filter(pk=self.pk).update(last_used_on=today))


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def make_token(
    user: Any, name: str, scopes: Iterable[str] = (), expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its text, which is known here and now only. Raises ValueError for a scope that does not exist."""
    scopes = sorted(set(scopes))
    if unknown := set(scopes) - set(Scope.values):
        raise ValueError(f"There is no scope {', '.join(sorted(unknown))}. There are {', '.join(Scope.values)}.")
    secret = secrets.token_urlsafe(32)
    text = PREFIX + secret
    made = ApiToken.objects.create(
        user=user, name=name, scopes=scopes, digest=digest_of(text), hint=secret[:HINT], expires_at=expires_at
    )
    return made, text


def find_token(text: str) -> ApiToken | None:
    """The valid token of this text, with its user; else None."""
    if not text.startswith(PREFIX):
        return None
    return ApiToken.objects.valid().select_related("user").filter(digest=digest_of(text)).first()


KEPT_FOR = timedelta(days=7)


class KeptAnswer(models.Model):
    """What a writing request with an Idempotency-Key was answered, so that its repetition does nothing again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64, help_text="Hash of method, address and body.")
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    location = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ("-id",)
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_idempotency_key")]

    def __str__(self) -> str:
        return self.key

    @classmethod
    def forget_old(cls) -> None:
        cls.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()
