"""Writing through the API: a decision once however often it is sent, its preview, and what may not be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, cast

from rest_framework import status
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from papers.database import bulk
from profiles.curation import Refused, decide, preview, undo
from profiles.curation.acts import Act
from profiles.curation.effects import Effects
from profiles.curation.rules import Invalid
from profiles.models import Decision, KeptAnswer

HEADER = "Idempotency-Key"
LONGEST_KEY = 255


class Conflict(APIException):
    """What is here stands in the way of the decision (409); the sentence says what, `field` about which part of the body."""

    status_code = 409
    default_code = "conflict"

    def __init__(self, refused: Refused):
        super().__init__(str(refused))
        self.field = refused.field


class KeyReused(APIException):
    status_code = 422
    default_code = "key_reused"
    default_detail = f"This {HEADER} was used for another request. Take a new one."


def once(request: Request, write: Callable[[], Response]) -> Response:
    """The answer of `write`; for an Idempotency-Key that was used before, the answer it had then, and nothing is written.

    The answer is kept in the transaction of the write itself: there is no moment in which one is there without the other.
    """
    key = request.headers.get(HEADER, "")
    if not key:
        return write()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise ValidationError({HEADER: [f"Give at most {LONGEST_KEY} printable characters."]})
    said = json.dumps([request.method, request.path, request.data], sort_keys=True, cls=JSONEncoder)
    digest = hashlib.sha256(said.encode()).hexdigest()
    with bulk.one_writer():
        kept = KeptAnswer.objects.filter(user=request.user.pk, key=key).first()
        if kept and kept.request != digest:
            raise KeyReused
        if kept:
            headers = {"Idempotency-Replayed": "true", **({"Location": kept.location} if kept.location else {})}
            return Response(kept.body, status=kept.status, headers=headers)
        response = write()
        if response.status_code != status.HTTP_201_CREATED:
            return response  # a dry run has written nothing
        KeptAnswer.forget_old()
        KeptAnswer.objects.create(
            user=cast(Any, request.user),
            key=key,
            request=digest,
            status=response.status_code,
            body=json.loads(json.dumps(response.data, cls=JSONEncoder)),
            location=response.headers.get("Location", ""),
        )
    return response


def apply_or_preview(
    act: Act | Decision, by: Any, reason: str, *, dry_run: bool, answer: Callable[[Decision], Response]
) -> Response:
    """Decide the act, or undo the decision, and answer with what was made; in a dry run with its effects.

    Raises ValidationError for a value that its field can't have, and Conflict for what contradicts what is here.
    """
    try:
        if dry_run:
            return Response({"dry_run": True, "effects": effects_json(preview(act, by, reason))})
        made = undo(act, by, reason) if isinstance(act, Decision) else decide(act, by, reason)
    except Invalid as invalid:
        raise ValidationError({invalid.field: [str(invalid)]}) from invalid
    except Refused as refused:
        raise Conflict(refused) from refused
    return answer(made)


def effects_json(effects: Effects) -> dict[str, Any]:
    """What a decision would do."""
    said = asdict(effects)
    said["papers"] = [
        {"identifier": identifier, "title": title, "before": before, "after": after}
        for identifier, title, before, after in effects.papers
    ]
    said["redirected"] = [{"address": address, "to": to} for address, to in effects.redirected]
    return said
