"""`/oai`: a request in, one XML document out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from papers.oai.arguments import InvalidRequest, OaiRequest, read_arguments
from papers.oai.metadata_formats import XSI
from papers.oai.verbs import answer, base_url
from papers.oai.xml_writer import element, moment, parent

OAI = "http://www.openarchives.org/OAI/2.0/"
SECONDS_TO_WAIT = "10"


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    """An answer of the OAI-PMH repository, with status 200 also where the protocol says that something is wrong."""
    given = dict(request.GET.lists())
    for name, values in request.POST.lists():
        given[name] = [*given.get(name, []), *values]
    # The time of the question: what changes while it is answered is asked for again by whoever goes on from here.
    now = datetime.now(UTC)
    asked: OaiRequest | None = None
    try:
        asked = read_arguments(given)
        content = answer(asked)
    except InvalidRequest as refusal:
        content = "".join(element("error", fault.message, code=fault.code) for fault in refusal.faults)
    except OperationalError:
        return HttpResponse(
            "The database is busy. Ask again in a moment.\n",
            status=503,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": SECONDS_TO_WAIT},
        )
    return HttpResponse(envelope(now, asked, content), content_type="text/xml; charset=utf-8")


def envelope(now: datetime, asked: OaiRequest | None, content: str) -> str:
    """The whole document; the request is repeated only where it was understood."""
    repeated = {"verb": asked.verb, **asked.values} if asked else {}
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + parent(
        "OAI-PMH",
        _parts(now, repeated, content),
        xmlns=OAI,
        xmlns__xsi=XSI,
        xsi__schemaLocation=f"{OAI} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd",
    )


def _parts(now: datetime, repeated: dict[str, str], content: str) -> Sequence[str]:
    return [element("responseDate", moment(now)), element("request", base_url(), **repeated), content]
