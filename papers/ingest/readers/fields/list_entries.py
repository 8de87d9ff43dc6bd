"""The common ground of entries of lists, whatever their format: preprints among articles, identifiers within other fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from papers import identifiers
from papers.bylines import Byline
from papers.bylines.words import SUFFIXES
from papers.field_rules import too_long
from papers.ingest.checks import InvalidRecord, check_count
from papers.ingest.readers.fields.addresses import own_addresses
from papers.ingest.readers.fields.author_lists import Printed, is_others
from papers.ingest.readers.fields.preprints import OF_ARXIV, PREPRINT_WORD, SERVER
from papers.ingest.readers.fields.slugs import slug_of
from papers.ingest.records import PaperRecord, SourceFields
from papers.taxonomy.types import PREPRINT, type_of

LOOKED_AT = 2_000  # characters of a field in which an identifier is looked for
# What may be a preprint where nothing says that it appeared elsewhere.
MAY_BE_PREPRINT = frozenset({"", "article-journal", "document", "manuscript", "post", "report", "webpage", PREPRINT})


def paper_of(given: SourceFields) -> PaperRecord:
    """The paper of an entry whose fields are these; raises InvalidRecord naming the field.

    A server such as arXiv isn't where a paper appeared, and addresses that only repeat the DOI or the arXiv id are left out.
    """
    byline, details = given.authors, given.details
    if not isinstance(byline, Byline):
        raise TypeError("an entry's authors are a byline")
    kind = given.type or type_of(details.source_type)
    if kind in MAY_BE_PREPRINT and (given.arxiv_id or kind != "report"):
        said = (details.container, given.comments or "")
        place = details.container or details.publisher
        if place and not OF_ARXIV.match(place):
            is_preprint = bool(SERVER.match(place))
        else:
            is_preprint = bool(given.arxiv_id) or any(map(PREPRINT_WORD.search, said))
        kind = PREPRINT if is_preprint else kind
    if OF_ARXIV.match(details.container):
        details = replace(details, container="", volume="", issue="", article_number="")
    if OF_ARXIV.match(details.publisher):
        details = replace(details, publisher="")
    if identifiers.find_arxiv_id(details.pages[:LOOKED_AT]):
        details = replace(details, pages="")
    if identifiers.find_arxiv_id(details.article_number[:LOOKED_AT]):
        details = replace(details, article_number="")
    urls = own_addresses(details.urls, given.arxiv_id, given.dois or "")
    year = str(given.issued.year) if given.issued else ""
    return PaperRecord.from_source(
        replace(
            given,
            slug="" if given.arxiv_id else slug_of(byline, year, given.title or ""),
            type=kind,
            details=replace(details, urls=urls),
        )
    )


def arxiv_id_among(texts: Iterable[str]) -> str | None:
    """The first arXiv id that one of the texts names as such."""
    return next((str(found) for text in texts if (found := identifiers.find_arxiv_id(text[:LOOKED_AT]))), None)


def doi_of(stated: str, others: Iterable[str]) -> str:
    """The DOIs of the field that is meant for them, else the first that another one names; arXiv's own DOIs are none."""
    is_arxivs = bool(identifiers.arxiv_id_of_doi(stated))
    if stated and not is_arxivs and identifiers.split_dois(stated)[0]:
        return stated
    found = (identifiers.find_doi(text[:LOOKED_AT]) for text in (stated, *others))
    return next((doi for doi in found if doi and not identifiers.arxiv_id_of_doi(doi)), "" if is_arxivs else stated)


# --- Names


def printed_names(texts: Sequence[str], name: str) -> tuple[list[Printed], bool]:
    """The people named a line each, "Last, First, Suffix", and whether no "et al." follows."""
    if reason := too_long("authors", "".join(texts)):
        raise InvalidRecord(name, reason)
    check_count("authors", len(texts))
    printed = []
    is_complete = True
    for text in texts:
        text = " ".join(text.strip("* ").split())
        if is_others(text):
            is_complete = False
        elif text:
            printed.append(printed_name(text))
    return printed, is_complete


def printed_name(text: str) -> Printed:
    """The name in "Last, First, Suffix", or in whatever else a list has in the place of one name."""
    parts = [part.strip() for part in text.split(",")]
    if ";" in text or len(parts) > 3 or len(parts) == 1 or any(" and " in part for part in parts[1:]):
        return Printed(whole=text)
    if not any(parts[1:]):  # the way of groups: "Department of State,"
        return Printed(whole=parts[0], is_literal=" " in parts[0])
    surname, *rest = parts
    if len(rest) == 2 and rest[0] in SUFFIXES:
        rest.reverse()
    return Printed(surname=surname, forenames=rest[0], suffix=rest[1] if len(rest) == 2 else "")


def between_commas(text: str) -> list[str]:
    """The pieces between commas, but for those within a number."""
    return [piece.strip() for piece in re.split(r",(?!\d)|(?<!\d),", text)]
