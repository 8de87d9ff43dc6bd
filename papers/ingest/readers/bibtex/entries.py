"""The paper that one entry of BibTeX or biblatex describes, from its fields as texts by their names in small letters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from papers import identifiers
from papers.bylines import Byline
from papers.bylines.names import letters
from papers.ingest.checks import one_line
from papers.ingest.readers.bibtex.braces import plain, without_outer_braces
from papers.ingest.readers.bibtex.crossrefs import Parent, inherited
from papers.ingest.readers.bibtex.dates import issued_of, year_of
from papers.ingest.readers.bibtex.details import container_of, details_of, is_numbered, is_read, with_short_dashes
from papers.ingest.readers.bibtex.names import is_doubtful, names_in
from papers.ingest.readers.fields.author_lists import Printed, byline_of, orcid_of
from papers.ingest.readers.fields.preprints import OF_ARXIV, PREPRINT_WORD, SERVER
from papers.ingest.readers.fields.slugs import slug_of
from papers.ingest.records import PaperRecord, SourceFields
from papers.publications import Details
from papers.taxonomy.types import PREPRINT
from papers.text.addresses import addresses_in, plain_address

SOURCE = "bibtex"
EMPTY_LINE = re.compile(r"\n[ \t]*\n")

Fields = Mapping[str, str]


def record(
    fields: Fields,
    entry_type: str = "article",
    key: str = "",
    parents: Mapping[str, Parent] | None = None,
    warnings: Sequence[str] = (),
) -> PaperRecord:
    """The paper that an entry's fields describe; raises InvalidRecord naming the field.

    Its slug comes of its own fields alone, so that it is the same whatever its `crossref` leads to.
    """
    own, said = fields, list(warnings)
    fields, missing = inherited(entry_type, fields, parents or {})
    said += missing
    title = _title(fields)
    entry_type = entry_type.lower()
    byline = _byline(fields, said)
    arxiv_id = _arxiv_id(fields, said)
    dois = _dois(fields)
    details = details_of(fields, entry_type, arxiv_id, dois)
    return PaperRecord.from_source(
        SourceFields(
            source=SOURCE,
            giver=key,
            arxiv_id=arxiv_id,
            slug="" if arxiv_id else slug_of(byline, year_of(own), title),
            title=title,
            abstract="\n\n".join(map(plain, EMPTY_LINE.split(fields.get("abstract", "")))),
            authors=byline,
            categories=_categories(fields) if arxiv_id else "",
            issued=issued_of(fields, said),
            type=PREPRINT if _is_preprint(fields, entry_type, arxiv_id, details) else "",
            details=details,
            dois=dois,
            comments=plain(fields.get("note", "")) or _howpublished(fields),
            report_no=with_short_dashes(plain(fields.get("number", ""))) if is_numbered(fields, entry_type) else "",
            warnings=said,
            unread=[name for name, text in own.items() if text and not is_read(name)],
        )
    )


# --- What it is called


def _title(fields: dict[str, str]) -> str:
    title, subtitle = (without_outer_braces(fields.get(name, "")) for name in ("title", "subtitle"))
    return f"{title}: {subtitle}" if subtitle else title


# --- Who wrote and edited it


def _byline(fields: Fields, warnings: list[str]) -> Byline:
    """The authors; raises InvalidRecord for more than a record may have."""
    printed, is_complete = names_in(fields.get("author", ""), "author")
    for position, orcid in _orcids(fields, printed, warnings):
        printed[position] = printed[position]._replace(orcid=orcid)
    byline = byline_of(printed, is_complete)
    doubts = tuple(f"several names: {_all_of(name)}" for name in printed if is_doubtful(name))
    return replace(byline, problems=doubts) if doubts and not byline.problems else byline


def _all_of(name: Printed) -> str:
    return name.whole or ", ".join((name.surname, name.suffix, name.forenames))


ANNOTATED = re.compile(r"(\d{1,5})\s*(?::\s*orcid\s*)?=\s*\"?([^;\"]{1,100})", re.IGNORECASE)
LONGEST_ORCIDS = 50_000  # characters, a thousand people
NAME_AND_ORCID = re.compile(r"([^/;\n]{1,200})/\s*(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])")


def _orcids(fields: Fields, printed: Sequence[Printed], warnings: list[str]) -> Iterator[tuple[int, str]]:
    """Places in the byline with their ORCID iD: from biblatex's annotations, and from the Web of Science's "Name/iD"."""
    annotated = fields.get("author+an:orcid") or fields.get("author+an", "")
    for found in ANNOTATED.finditer(annotated) if "orcid" in annotated.lower() or "author+an:orcid" in fields else ():
        if 0 < int(found[1]) <= len(printed) and (orcid := orcid_of(found[2], warnings)):
            yield int(found[1]) - 1, orcid
    if numbers := one_line(fields.get("orcid-numbers", "")[:LONGEST_ORCIDS]):
        places: dict[tuple[str, str], list[int]] = {}
        for place, name in enumerate(printed):
            places.setdefault((letters(name.surname), letters(name.forenames)[:1]), []).append(place)
        for found in NAME_AND_ORCID.finditer(numbers):
            surname, _, forenames = found[1].partition(",")
            same = places.get((letters(surname), letters(forenames)[:1]), [])
            if len(same) == 1 and (orcid := orcid_of(found[2], warnings)):
                yield same[0], orcid


# --- Which paper it is

OLD_NUMBER = re.compile(r"\d{7}(?:v\d+)?")
# Where an arXiv id may stand beside `eprint`, and a DOI beside `doi`.
ARXIV_PLACES = (
    "url journal journaltitle note howpublished number volume eid pages html pdf link preprint url_pdf url_preprint eprint"
).split()
DOI_PLACES = "url html link ee eprint eid pages howpublished note bdsk-url-1 bdsk-url-2".split()
# What may stand before the DOI of a note, as in "Available online at ...".
DOI_LEAD = re.compile(
    r"(?:available|published|accessible|online)(?: (?:online|at|from|as|in|via|under))*:? ", re.IGNORECASE
)
DOI_FIRST = ("10.", "doi", "https://doi.org/", "http://doi.org/", "https://dx.doi.org/", "http://dx.doi.org/")


def _arxiv_id(fields: Fields, warnings: list[str]) -> str | None:
    """The arXiv id, from `eprint` before a DOI or address of arXiv's and before "arXiv:..." in journal or note.

    An `eprint` of arXiv's that is none is left out with a warning.
    """
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "").strip().lower()
    is_arxiv = archive.startswith("arxiv") or archive in identifiers.OLD_ARCHIVES
    eprint = plain_address(fields.get("eprint", ""))
    if OLD_NUMBER.fullmatch(eprint):
        subject = fields.get("primaryclass") or fields.get("eprintclass") or archive
        eprint = f"{subject.partition('.')[0]}/{eprint}"
    own = fields.get("arxiv") or fields.get("arxivid") or ""
    doi = plain_address(fields.get("doi", ""))
    for text in (eprint if is_arxiv or not archive else "", plain_address(own), doi if "arxiv" in doi.lower() else ""):
        if text and _is_arxiv_id(text):
            return text
    places = [f"arXiv:{eprint}"] if is_arxiv else []
    places += [fields[name] for name in ARXIV_PLACES if fields.get(name)]
    for text in places:
        if found := identifiers.find_arxiv_id(text):
            return str(found)
    if OF_ARXIV.match(fields.get("journal") or fields.get("journaltitle") or ""):
        for name in ("eid", "pages", "number", "volume"):
            if NEW_ID.fullmatch(text := plain_address(fields.get(name, ""))) and _is_arxiv_id(text):
                return text
    if eprint and is_arxiv:
        warnings.append(f"eprint: {eprint!r:.80} is not an arXiv id, and was left out")
    return None


NEW_ID = re.compile(r"\d{4}\.\d{4,5}(?:v\d+)?")


def _categories(fields: Fields) -> str:
    return (fields.get("primaryclass") or fields.get("eprintclass") or "").replace(",", " ")


def _is_arxiv_id(text: str) -> bool:
    try:
        identifiers.ArxivId.parse(text)
    except identifiers.InvalidIdentifier:
        return False
    return True


# A DOI in the address of a publisher's page, "https://publisher.org/doi/full/10.1000/1_2".
DOI_WITHIN = re.compile(
    r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>$?#]+?(?=/(?:full|abstract|e?pdf|html?)\b|\.pdf\b|[\s\"<>$?#]|$)"
)


def _dois(fields: Fields) -> str:
    """The publisher's DOIs in one text, from `doi`, else from where lists put one; a note's only where it begins with it."""
    doi = plain_address(fields.get("doi", ""))
    if doi and not ("arxiv" in doi.lower() and (identifiers.arxiv_id_of_doi(doi) or _is_arxiv_id(doi))):
        if identifiers.split_dois(doi)[0]:
            return doi
        within = DOI_WITHIN.search(doi)
        return identifiers.find_doi(doi) or (within[0] if within else doi)
    for name in DOI_PLACES:
        text = fields.get(name, "")
        if name in ("note", "howpublished"):
            begins = DOI_LEAD.sub("", plain_address(text).lstrip("(<[ "), count=1).lower()
            if not begins.startswith(DOI_FIRST):
                continue
        if (found := identifiers.find_doi(text)) and not identifiers.arxiv_id_of_doi(found):
            return found
    return ""


# --- What it is

# What may be a preprint where nothing says that it appeared elsewhere.
MAY_BE_PREPRINT = frozenset({"article", "misc", "unpublished", "online", "electronic", "www", "webpage"})


def _is_preprint(fields: Fields, entry_type: str, arxiv_id: str | None, details: Details) -> bool:
    if entry_type not in MAY_BE_PREPRINT:
        return False
    if details.container:
        return bool(SERVER.match(details.container))
    archive = fields.get("archiveprefix") or fields.get("eprinttype") or ""
    said = (container_of(fields, entry_type), fields.get("howpublished", ""), fields.get("note", ""))
    return bool(arxiv_id or SERVER.match(archive) or any(map(PREPRINT_WORD.search, said)))


def _howpublished(fields: Fields) -> str:
    """How it was published, where that is more than an address or "preprint"."""
    text = fields.get("howpublished", "")
    return "" if PREPRINT_WORD.search(text) or addresses_in(text) or identifiers.find_doi(text) else plain(text)
