"""Make, list and revoke the tokens with which programs act for a curator."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from profiles.models import ApiToken
from profiles.models.tokens import Scope, make_token


class Command(BaseCommand):
    help = "Make, list and revoke tokens for the API. A token is shown once, when it is made."

    def add_arguments(self, parser: CommandParser) -> None:
        todo = parser.add_subparsers(dest="what", required=True)
        make = todo.add_parser("make", help="a new token, printed once")
        make.add_argument("user", help="whose permissions it has")
        make.add_argument("--name", required=True, help="what it is for")
        make.add_argument(
            "--scope", action="append", default=[], choices=Scope.values, help="besides reading; repeatable"
        )
        make.add_argument("--days", type=int, help="valid for so many days (default: until revoked)")
        todo.add_parser("list", help="all tokens, newest first")
        revoke = todo.add_parser("revoke", help="end a token for good")
        revoke.add_argument("id", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        {"make": self.make, "list": self.list, "revoke": self.revoke}[options["what"]](options)

    def make(self, options: dict[str, Any]) -> None:
        user = get_user_model().objects.filter(username=options["user"]).first()
        if user is None:
            raise CommandError(f"There is no user {options['user']!r}.")
        if options["days"] is not None and not 1 <= options["days"] <= 36_500:
            raise CommandError("Give --days from 1 to 36500.")
        expires_at = timezone.now() + timedelta(days=options["days"]) if options["days"] else None
        made, text = make_token(user, options["name"][:100], options["scope"], expires_at)
        self.stderr.write(f"Token {made.pk} of {user}, shown here only:")
        self.stdout.write(text)

    def list(self, options: dict[str, Any]) -> None:
        for token in ApiToken.objects.select_related("user"):
            ended = (
                "revoked" if token.revoked_at else f"until {token.expires_at:%Y-%m-%d}" if token.expires_at else "valid"
            )
            used = token.last_used_on or "never"
            may = ", ".join(token.scopes) or "reading"
            self.stdout.write(f"{token.pk}\t{token.user}\t{token}\t{may}\t{ended}\tlast used {used}")

    def revoke(self, options: dict[str, Any]) -> None:
        token = ApiToken.objects.filter(pk=options["id"]).first()
        if token is None:
            raise CommandError(f"There is no token {options['id']}; `api_token list` shows them.")
        token.revoke()
        self.stdout.write(f"Token {token.pk} is revoked.")
