"""Records in Dublin Core, as arXiv fills it and as other repositories do."""

from __future__ import annotations

import re
from datetime import date
from hashlib import blake2b

from papers import taxonomy
from papers.ingest.readers.author_lists import Printed, byline_of
from papers.ingest.readers.oai_fields import ARXIV_SOURCE, OF_ARXIV, OTHER_SOURCE, Fields
from papers.ingest.readers.xml_stream import text_of
from papers.ingest.records import InvalidRecord, PaperRecord, SourceFields, read_day

SUFFIXED = re.compile(r"(.+\S) (Jr\.?|Sr\.?|II|III|IV|V|VI)")
MSC = re.compile(r"\d\d(?:[A-Z]\d\d|[A-Z]xx|-\d\d|-[Xx]{2})\b.*")
ACM = re.compile(r"[A-K]\.(?:\d|m)\b.*")
LONGEST_SLUG = 80
FULL_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T.*)?")


def from_dublin_core(fields: Fields, name: str, set_specs: list[str], datestamp: date | None) -> PaperRecord:
    """The paper in an `oai_dc` element; raises InvalidRecord naming the field."""
    texts = {key: [text for one in found if (text := text_of(one).strip())] for key, found in fields.items()}
    is_arxivs = name.lower().startswith(OF_ARXIV)
    arxiv_id, dois, journal_ref = _sorted_identifiers(texts.get("identifier", []))
    if is_arxivs:
        arxiv_id = name.rpartition(":")[2]
    dates = [read_day("date", text) for text in texts.get("date", []) if FULL_DAY.fullmatch(text)]
    days = sorted(day for day in dates if day)
    description, *more = texts.get("description", []) or [""]
    categories, msc, acm = _sorted_subjects(texts.get("subject", []), set_specs, keep_unknown=is_arxivs)
    return PaperRecord.from_source(
        SourceFields(
            source=ARXIV_SOURCE if is_arxivs else OTHER_SOURCE,
            giver="" if is_arxivs or not re.search("[A-Za-z0-9]", name) else slug_of(name),
            arxiv_id=arxiv_id,
            slug="" if arxiv_id else slug_of(name),
            title=next(iter(texts.get("title", [])), ""),
            abstract=description,
            authors=byline_of([_creator(text) for text in texts.get("creator", [])]),
            categories=categories,
            posted=days[0] if days else None,
            updated=days[-1] if days else None,
            dois=" ".join(dois),
            journal_ref="; ".join(journal_ref) if is_arxivs else "",
            comments=" ".join(text.removeprefix("Comment: ") for text in more) if is_arxivs else "",
            license=next((text for text in texts.get("rights", []) if text.startswith(("http://", "https://"))), ""),
            msc_class=", ".join(msc),
            acm_class=", ".join(acm),
            datestamp=datestamp,
        )
    )


def _creator(text: str) -> Printed:
    """The parts of "Keyname Suffix, Forenames"; a text without a comma is a name by itself."""
    surname, _, forenames = (part.strip() for part in text.partition(","))
    suffix = ""
    if forenames and (found := SUFFIXED.fullmatch(surname)):
        surname, suffix = found.groups()
    return Printed(surname, forenames, suffix)


def _sorted_identifiers(texts: list[str]) -> tuple[str | None, list[str], list[str]]:
    """The arXiv id, the DOIs and the rest (arXiv puts its journal reference there) among `dc:identifier`."""
    arxiv_id = None
    dois, rest = [], []
    for text in texts:
        if re.match(r"(?:https?://(?:www\.)?arxiv\.org/abs/|arxiv:)", text, re.IGNORECASE):
            arxiv_id = text
        elif re.match(r"(?:doi:|info:doi/|https?://(?:dx\.)?doi\.org/|10\.\d{4,9}/)", text, re.IGNORECASE):
            dois.append(re.sub(r"^(?:doi:\s*|info:doi/)", "", text, flags=re.IGNORECASE))
        elif not re.match(r"[a-z][a-z0-9+.-]*:\S", text, re.IGNORECASE):
            rest.append(text)
    return arxiv_id, dois, rest


def _sorted_subjects(
    subjects: list[str], set_specs: list[str], keep_unknown: bool
) -> tuple[list[str], list[str], list[str]]:
    """The codes of the categories whose names are among `dc:subject`, and the MSC and ACM classes among them.

    Two categories are called "Machine Learning": the sets of the record decide between such. Other repositories'
    free keywords are no categories and are left out.
    """
    in_sets = {taxonomy.from_oai_set(spec) for spec in set_specs if spec in taxonomy.OAI_SETS}
    codes, msc, acm = [], [], []
    for subject in subjects:
        candidates = CODES_BY_NAME.get(_folded(subject), [])
        if candidates:
            codes += [code for code in candidates if code in in_sets] or candidates[:1]
        elif MSC.fullmatch(subject):
            msc.append(subject)
        elif ACM.fullmatch(subject):
            acm.append(subject)
        elif keep_unknown:
            codes.append(subject)
    return codes, msc, acm


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _read_names() -> dict[str, list[str]]:
    """Codes by the names arXiv prints: "Combinatorics" or "Mathematics - Combinatorics"; a name may have several."""
    names: dict[str, list[str]] = {}
    for subject in taxonomy.ALL.values():
        for name in (subject.name, f"{subject.archive_name} - {subject.name}"):
            names.setdefault(_folded(name), []).append(subject.code)
    return names


CODES_BY_NAME = _read_names()


def slug_of(name: str) -> str:
    """The identifier of a paper that only its OAI identifier names: "oai:zenodo.org:42" is "zenodo-org-42".

    Where letters of the identifier had to be replaced, a digest of it keeps two of them apart.
    """
    local = name.removeprefix("oai:")
    slug = re.sub(r"[^a-z0-9]+", "-", local.lower()).strip("-")
    if not slug:
        raise InvalidRecord("identifier", f"{name!r} is not an OAI identifier")
    is_plain = re.fullmatch(r"[a-z0-9.]+:[a-z0-9]+", local) and len(slug) <= LONGEST_SLUG
    return slug if is_plain else f"{slug[:LONGEST_SLUG]}-{blake2b(name.encode(), digest_size=4).hexdigest()}"
