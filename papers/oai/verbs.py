"""The answers to the six verbs of OAI-PMH, as the XML inside the envelope."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Sum
from django.urls import reverse

from papers import taxonomy
from papers.display.cards import category_names, shown_byline
from papers.display.editors import shown_details
from papers.http.addresses import absolute_url
from papers.models import EarlierIdentifier, Paper, PaperCount, PaperDoi
from papers.oai.arguments import InvalidRequest, OaiError, OaiRequest, Span
from papers.oai.metadata_formats import ARXIV, FORMATS, XSI, Format, Row
from papers.oai.record_lists import Key, Listed, ListSelection, earliest, moved_identifiers, read_list_part, set_specs
from papers.oai.resumption_tokens import make_token, read_token
from papers.oai.xml_writer import element, moment, parent
from papers.people import people

RECORDS_A_PAGE = 500
IDENTIFIERS_A_PAGE = 2000
# What headers and metadata need; the other columns stay where they are.
HEADER = ("identifier", "arxiv_id", "categories", "modified_at", "is_deleted")
WHOLE = (
    *HEADER,
    "title",
    "abstract",
    "byline",
    "byline_is_complete",
    "collaborations",
    "categories_text",
    "published",
    "published_precision",
    "issued",
    "issued_precision",
    "updated",
    "type",
    "details",
    "is_withdrawn",
    "journal_ref",
    "comments",
    "license",
    "report_no",
    "msc_class",
    "acm_class",
    "source",
    "datestamp",
    "read_at",
)
# Sources whose records are arXiv's own, told of in `about`.
FROM_ARXIV = {"arxiv-oai", "arxiv-snapshot"}
PACKED = ("zstd", "br", "gzip")  # as the middleware packs answers
PROVENANCE = "http://www.openarchives.org/OAI/2.0/provenance"
IDENTIFIER_SCHEME = "http://www.openarchives.org/OAI/2.0/oai-identifier"
DOMAIN = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(?:\.[a-zA-Z][a-zA-Z0-9-]*)+")


def answer(asked: OaiRequest) -> str:
    """The element that answers this request; raises Refused."""
    return VERBS[asked.verb](asked)


def domain() -> str:
    """The host that visitors know this site by; it is part of every identifier."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def base_url() -> str:
    return absolute_url(reverse("oai"))


def identify(_asked: OaiRequest) -> str:
    host = domain()
    # The protocol wants an address; RFC 2142 says that this one reaches who runs a site that gave none.
    mail = settings.CONTACT_EMAIL or f"webmaster@{host if '.' in host else host + '.invalid'}"
    about = []
    if DOMAIN.fullmatch(host):
        scheme = [
            element("scheme", "oai"),
            element("repositoryIdentifier", host),
            element("delimiter", ":"),
            element("sampleIdentifier", f"oai:{host}:0806.4129"),
        ]
        schema = f"{IDENTIFIER_SCHEME} http://www.openarchives.org/OAI/2.0/oai-identifier.xsd"
        about = [
            parent(
                "description",
                [parent("oai-identifier", scheme, xmlns=IDENTIFIER_SCHEME, xmlns__xsi=XSI, xsi__schemaLocation=schema)],
            )
        ]
    return parent(
        "Identify",
        [
            element("repositoryName", settings.SITE_NAME),
            element("baseURL", base_url()),
            element("protocolVersion", "2.0"),
            element("adminEmail", mail),
            element("earliestDatestamp", moment(earliest())),
            element("deletedRecord", "persistent"),
            element("granularity", "YYYY-MM-DDThh:mm:ssZ"),
            *(element("compression", each) for each in PACKED),
            *about,
        ],
    )


def list_metadata_formats(asked: OaiRequest) -> str:
    formats: Iterable[Format] = FORMATS.values()
    if asked["identifier"]:
        row = _record(asked["identifier"], HEADER)
        formats = [each for each in formats if _fits(each, row)]
    return parent(
        "ListMetadataFormats",
        (
            parent(
                "metadataFormat",
                [
                    element("metadataPrefix", each.prefix),
                    element("schema", each.schema),
                    element("metadataNamespace", each.namespace),
                ],
            )
            for each in formats
        ),
    )


def list_sets(asked: OaiRequest) -> str:
    if asked["resumptionToken"]:
        raise InvalidRequest(
            OaiError("badResumptionToken", "The list of sets is given out whole; no token leads on in it.")
        )
    sets = taxonomy.OAI_SETS.values()
    return parent(
        "ListSets", (parent("set", [element("setSpec", each.spec), element("setName", each.name)]) for each in sets)
    )


def get_record(asked: OaiRequest) -> str:
    form = _format(asked["metadataPrefix"])
    row = _record(asked["identifier"], WHOLE)
    if not _fits(form, row):
        raise InvalidRequest(
            OaiError("cannotDisseminateFormat", f"This record is not arXiv's and has no {form.prefix} form.")
        )
    return parent("GetRecord", records([row], form))


def list_records(asked: OaiRequest) -> str:
    return _list(asked, RECORDS_A_PAGE, WHOLE)


def list_identifiers(asked: OaiRequest) -> str:
    return _list(asked, IDENTIFIERS_A_PAGE, HEADER)


VERBS = {
    "Identify": identify,
    "ListMetadataFormats": list_metadata_formats,
    "ListSets": list_sets,
    "GetRecord": get_record,
    "ListRecords": list_records,
    "ListIdentifiers": list_identifiers,
}


def _list(asked: OaiRequest, size: int, columns: Sequence[str]) -> str:
    after: Key | None = None
    cursor = 0
    if token := asked["resumptionToken"]:
        form, wanted, after, cursor = read_token(asked.verb, token)
    else:
        form = _format(asked["metadataPrefix"])
        if asked["set"] and asked["set"] not in taxonomy.OAI_SETS:
            raise InvalidRequest(OaiError("badArgument", "There is no such set; ListSets names all, such as cs:cs:LG."))
        wanted = ListSelection(asked.span, asked["set"], form.only_arxiv)
    part = read_list_part(wanted, after, size, columns)
    if not part.records and after is None:
        raise InvalidRequest(OaiError("noRecordsMatch", "Nothing here changed in that span, in that set and format."))
    rows = [header(row) for row in part.records] if asked.verb == "ListIdentifiers" else records(part.records, form)
    behind = ""
    if part.behind:
        behind = make_token(asked.verb, form, wanted, part.behind, cursor + len(part.records))
    if part.behind or after:
        size_known = _size(wanted) if not after else ""
        rows.append(element("resumptionToken", behind, completeListSize=size_known, cursor=str(cursor)))
    return parent(asked.verb, rows)


def _size(wanted: ListSelection) -> str:
    """About how many records the list has, where kept counts say so; deletions are not among them."""
    if wanted.span != Span() or wanted.only_arxiv:
        return ""
    if not wanted.spec:
        return str(PaperCount.objects.total())
    codes = taxonomy.OAI_SETS[wanted.spec].codes
    if len(codes) != 1:  # papers in two of them would count twice
        return ""
    return str(PaperCount.objects.filter(category__code=codes[0]).aggregate(n=Sum("papers", default=0))["n"])


# --- Records ----------------------------------------------------------------------------------------------------------


def is_gone(row: Listed) -> bool:
    """Whether nothing is to be said of the record but that it was here."""
    return isinstance(row, EarlierIdentifier) or row.is_deleted


def header(row: Listed) -> str:
    return parent(
        "header",
        [
            element("identifier", f"oai:{domain()}:{row.identifier}"),
            element("datestamp", moment(row.modified_at)),
            *(element("setSpec", spec) for spec in set_specs(row.categories)),
        ],
        status="deleted" if is_gone(row) else "",
    )


def records(rows: Sequence[Listed], form: Format) -> list[str]:
    """The papers as `record` elements; three queries, whatever their number, one more where there are editors."""
    live = [row.pk for row in rows if not is_gone(row)]
    details = shown_details(row for row in rows if isinstance(row, Paper) and not row.is_deleted)
    known = people().on_papers(live) if live else {}
    dois: dict[int, list[str]] = {}
    for pk, doi in PaperDoi.objects.filter(paper__in=live).order_by("paper", "position").values_list("paper", "doi"):
        dois.setdefault(pk, []).append(doi)
    names = category_names()
    found = []
    for paper in rows:
        if isinstance(paper, EarlierIdentifier) or paper.is_deleted:
            found.append(parent("record", [header(paper)]))
            continue
        row = Row(
            paper,
            shown_byline(paper, known.get(paper.pk, {})),
            details[paper.pk],
            dois.get(paper.pk, []),
            [names.get(code, code) for code in paper.categories],
            absolute_url(paper.get_absolute_url()),
        )
        found.append(parent("record", [header(paper), parent("metadata", [form.write(row)]), _about(paper)]))
    return found


def _about(paper: Paper) -> str:
    """Where the record came from, for one that arXiv gave out."""
    if not (paper.arxiv_id and paper.datestamp and paper.source in FROM_ARXIV):
        return ""
    origin = parent(
        "originDescription",
        [
            element("baseURL", "https://oaipmh.arxiv.org/oai"),
            element("identifier", f"oai:arXiv.org:{paper.arxiv_id}"),
            element("datestamp", paper.datestamp.isoformat()),
            element("metadataNamespace", ARXIV.namespace),
        ],
        harvestDate=moment(paper.read_at),
        altered="true",
    )
    schema = f"{PROVENANCE} http://www.openarchives.org/OAI/2.0/provenance.xsd"
    return parent(
        "about", [parent("provenance", [origin], xmlns=PROVENANCE, xmlns__xsi=XSI, xsi__schemaLocation=schema)]
    )


def _record(identifier: str, columns: Sequence[str]) -> Listed:
    """The paper with this identifier of ours, or the trace of one that had it."""
    start = f"oai:{domain()}:"
    row: Listed | None = None
    if identifier.startswith(start):
        wanted = identifier.removeprefix(start)
        row = Paper.objects.filter(identifier=wanted).only(*columns).first()
        row = row or moved_identifiers().filter(identifier=wanted).first()
    if row is None:
        raise InvalidRequest(OaiError("idDoesNotExist", f"No record here has this identifier; ours begin with {start}"))
    return row


def _fits(form: Format, row: Listed) -> bool:
    return not form.only_arxiv if isinstance(row, EarlierIdentifier) else form.fits(row)


def _format(prefix: str) -> Format:
    if prefix not in FORMATS:
        message = f"There is no format {prefix}; records come as {' or '.join(FORMATS)}."
        raise InvalidRequest(OaiError("cannotDisseminateFormat", message))
    return FORMATS[prefix]
