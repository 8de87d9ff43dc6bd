"""Records in Dublin Core, as arXiv fills it and as other repositories do."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from papers import taxonomy
from papers.ingest.checks import InvalidRecord, possible_date
from papers.ingest.readers.author_lists import Printed, byline_of
from papers.ingest.readers.oai_fields import ARXIV_SOURCE, OF_ARXIV, OTHER_SOURCE, Fields
from papers.ingest.readers.xml_stream import text_of
from papers.ingest.records import PaperRecord, SourceFields
from papers.publications import Details, Url, parse_journal_ref
from papers.publications.details import NO_DETAILS
from papers.taxonomy.types import known_type, word_of
from papers.text.dates import PartialDate, earliest
from papers.text.printed_dates import date_in

SUFFIXED = re.compile(r"(.+\S) (Jr\.?|Sr\.?|II|III|IV|V|VI)")
MSC = re.compile(r"\d\d(?:[A-Z]\d\d|[A-Z]xx|-\d\d|-[Xx]{2})\b.*")
ACM = re.compile(r"[A-K]\.(?:\d|m)\b.*")
LONGEST_SLUG = 80
FULL_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(T.*)?")
NO_PUBLISHER = re.compile(r"(?:arxiv|(?:hal )?ccsd)\b", re.IGNORECASE)  # servers that give their own name for one
# A code of a classification, not a word: "ddc:510", "[MATH.MATH-AG]…", "510", an address.
NO_KEYWORD = re.compile(r"(?:info:|https?://|ddc[: ]|\[|[\d.\s]+$)", re.IGNORECASE)
BOOK_NUMBER = re.compile(r"(?:urn:)?(isbn|issn)[:\s]\s*([\dXx-]{8,17})", re.IGNORECASE)
BARE_ISSN = re.compile(r"\d{4}-\d{3}[\dXx]")
# OJS prints "Journal of Things; Vol. 3 No. 2 (1998): On Stones; 1-10" as `dc:source`.
OF_OJS = re.compile(
    r"(?P<container>[^;]*[^\W\d_][^;]*); (?:Vol|Bd|Tom|T)\w*\.? (?P<volume>[\w/-]{1,10})"
    r"(?:,? (?:No|Nr|Núm|N|Issue|Iss|H|Fasc)[\w.º°]{0,6} (?P<issue>[\w/-]{1,10}))?"
    r" ?\(\d{4}\)(?:: [^;]*)?(?:; (?P<pages>[A-Za-z]?\d+(?:-[A-Za-z]?\d+)?))?"
)


def from_dublin_core(
    fields: Fields, name: str, set_specs: list[str], datestamp: date | None, base_url: str = ""
) -> PaperRecord:
    """The paper in an `oai_dc` element of the repository at `base_url`; raises InvalidRecord naming the field."""
    texts = {key: [text for one in found if (text := text_of(one).strip())] for key, found in fields.items()}
    is_arxivs = name.lower().startswith(OF_ARXIV)
    warnings: list[str] = []
    arxiv_id, dois, urls, others = _sorted_identifiers(texts.get("identifier", []))
    if is_arxivs:
        arxiv_id = name.rpartition(":")[2]
    posted, updated, issued = _sorted_dates(texts.get("date", []), warnings)
    description, *more = texts.get("description", []) or [""]
    categories, msc, acm, keywords = _sorted_subjects(texts.get("subject", []), set_specs, keep_unknown=is_arxivs)
    return PaperRecord.from_source(
        SourceFields(
            source=ARXIV_SOURCE if is_arxivs else OTHER_SOURCE,
            giver="" if is_arxivs or not re.search("[A-Za-z0-9]", name) else slug_of(name),
            base_url="" if is_arxivs else base_url,
            arxiv_id=arxiv_id,
            slug="" if arxiv_id else slug_of(name),
            title=next(iter(texts.get("title", [])), ""),
            abstract=description,
            authors=byline_of([_creator(text) for text in texts.get("creator", [])]),
            categories=categories,
            posted=posted,
            updated=updated,
            issued=issued,
            details=NO_DETAILS if is_arxivs else _details(texts, urls, keywords),
            dois=" ".join(dois),
            journal_ref="; ".join(others) if is_arxivs else "",
            comments=" ".join(text.removeprefix("Comment: ") for text in more) if is_arxivs else "",
            license=next((text for text in texts.get("rights", []) if text.startswith(("http://", "https://"))), ""),
            msc_class=", ".join(msc),
            acm_class=", ".join(acm),
            datestamp=datestamp,
            warnings=warnings,
        )
    )


def _sorted_dates(texts: list[str], warnings: list[str]) -> tuple[PartialDate | None, date | None, PartialDate | None]:
    """When the paper was put there, when that was changed last, and when it was published, of the days in `dc:date`.

    Full days are those of the repository, a year or month alone is the publication's. Where some have a time of day, a
    machine wrote these, and the day without one is the publication's. What can't be or is still to come is left out.
    """
    days: list[PartialDate] = []
    stamped: list[PartialDate] = []
    issued: list[PartialDate] = []
    for text in texts:
        if text.lower().startswith("info:"):  # the end of an embargo
            continue
        try:
            found = date_in(text)
        except ValueError as error:
            warnings.append(f"date: {text!r:.80} {error}, and was left out")
            continue
        if found is None or possible_date("date", found, warnings) is None:
            continue
        full = FULL_DAY.fullmatch(text)
        (stamped if full and full[2] else days if full else issued).append(found)
    if stamped and not issued:
        days, issued = [], days
    days += stamped
    today = datetime.now(UTC).date()
    past = [day for day in days if day.first <= today + timedelta(days=1)] or days[:1]
    warnings += [f"date: {day.iso()} is still to come, and was left out" for day in days if day not in past]
    past.sort(key=lambda day: day.first)
    return past[0] if past else None, past[-1].first if past else None, earliest(issued)


def _details(texts: dict[str, list[str]], urls: list[str], keywords: list[str]) -> Details:
    """What another repository says of the publication; of `dc:source` only what can be understood whole."""
    found: dict[str, Any] = next(filter(None, map(_in_journal, texts.get("source", []))), {})
    numbers: dict[str, Any] = {"isbn": "", "issn": ""}
    for text in [*texts.get("identifier", []), *texts.get("source", [])]:
        if number := BOOK_NUMBER.match(text):
            numbers[number[1].lower()] = numbers[number[1].lower()] or number[2].upper()
        elif BARE_ISSN.fullmatch(text):
            numbers["issn"] = numbers["issn"] or text.upper()
    return Details(
        source_type=next((word for text in texts.get("type", []) if known_type(word := word_of(text))), ""),
        publisher=next((text for text in texts.get("publisher", []) if not NO_PUBLISHER.match(text)), ""),
        language=next(iter(texts.get("language", [])), ""),
        keywords=tuple(keywords),
        urls=tuple(Url(url, "pdf" if url.lower().endswith(".pdf") else "landing") for url in urls),
        **numbers,
        **found,
    )


def _in_journal(source: str) -> dict[str, str]:
    if found := OF_OJS.fullmatch(source):
        return {name: text or "" for name, text in found.groupdict().items()}
    if read := parse_journal_ref(source):
        return {"container": read.name, "volume": read.volume, "issue": read.issue, "pages": read.pages}
    return {}


def _creator(text: str) -> Printed:
    """The parts of "Keyname Suffix, Forenames"; a text without a comma is a name by itself."""
    surname, _, forenames = (part.strip() for part in text.partition(","))
    suffix = ""
    if forenames and (found := SUFFIXED.fullmatch(surname)):
        surname, suffix = found.groups()
    return Printed(surname, forenames, suffix)


def _sorted_identifiers(texts: list[str]) -> tuple[str | None, list[str], list[str], list[str]]:
    """The arXiv id, the DOIs, other addresses and the rest (arXiv puts its journal reference there) among `dc:identifier`."""
    arxiv_id = None
    dois, urls, rest = [], [], []
    for text in texts:
        if re.match(r"(?:https?://(?:www\.)?arxiv\.org/abs/|arxiv:)", text, re.IGNORECASE):
            arxiv_id = text
        elif re.match(r"(?:doi:|info:doi/|https?://(?:dx\.|www\.)?doi\.org/|10\.\d{4,9}/)", text, re.IGNORECASE):
            dois.append(re.sub(r"^(?:doi:\s*|info:doi/)", "", text, flags=re.IGNORECASE))
        elif re.match(r"https?://\S+$", text, re.IGNORECASE):
            urls.append(text)
        elif not re.match(r"[a-z][a-z0-9+.-]*:\S", text, re.IGNORECASE):
            rest.append(text)
    return arxiv_id, dois, urls, rest


def _sorted_subjects(
    subjects: list[str], set_specs: list[str], keep_unknown: bool
) -> tuple[list[str], list[str], list[str], list[str]]:
    """The codes of the categories whose names are among `dc:subject`, the MSC and ACM classes among them, and keywords.

    Two categories are called "Machine Learning": the sets of the record decide between such. What else arXiv's own
    records have is a category, and another repository's a keyword.
    """
    in_sets = {taxonomy.from_oai_set(spec) for spec in set_specs if spec in taxonomy.OAI_SETS}
    codes, msc, acm, keywords = [], [], [], []
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
        else:
            words = (word.strip() for word in subject.split(";"))
            keywords += [word for word in words if word and not NO_KEYWORD.match(word)]
    return codes, msc, acm, keywords


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
