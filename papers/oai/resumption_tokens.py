"""Resumption tokens: signed, equal for equal places, and with all that a list needs to go on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.signing import BadSignature, Signer

from papers import taxonomy
from papers.oai.arguments import InvalidRequest, OaiError, Span
from papers.oai.metadata_formats import FORMATS, Format
from papers.oai.record_lists import Key, ListSelection

tokens = Signer(salt="papers.oai")


def make_token(verb: str, form: Format, wanted: ListSelection, behind: Key, cursor: int) -> str:
    """A token for the part behind this place: equal for equal places, and valid for as long as the site keeps its key."""
    span = [_as_text(wanted.span.first), _as_text(wanted.span.end)]
    content = [verb, form.prefix, *span, wanted.spec, behind[0].astimezone(UTC).isoformat(), behind[1], cursor]
    return tokens.sign_object(content, compress=True)


def read_token(verb: str, token: str) -> tuple[Format, ListSelection, Key, int]:
    """The format, the list and the place that a token of ours stands for; raises Refused."""
    try:
        content: list[Any] = tokens.unsign_object(token)
        given, prefix, first, end, spec, at, pk, cursor = content
        form = FORMATS[prefix]
        if given != verb or (spec and spec not in taxonomy.OAI_SETS):
            raise ValueError(given)
        span = Span(_as_moment(first), _as_moment(end))
        return form, ListSelection(span, spec, form.only_arxiv), (datetime.fromisoformat(at), pk), cursor
    except (BadSignature, ValueError, KeyError, TypeError) as error:
        message = f"This is not a token that {verb} gave here. Begin the list again, from the last datestamp you have."
        raise InvalidRequest(OaiError("badResumptionToken", message)) from error


def _as_text(value: datetime | None) -> str:
    return value.isoformat() if value else ""


def _as_moment(value: str) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
