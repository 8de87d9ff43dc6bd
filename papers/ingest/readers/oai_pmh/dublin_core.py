"""Records in Dublin Core, as arXiv fills it and as other repositories do: DSpace, EPrints, OJS, Zenodo, HAL."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import blake2b
from itertools import islice
from xml.etree.ElementTree import Element

from papers.ingest.checks import InvalidRecord, one_line, possible_date
from papers.ingest.readers.documents.xml_fields import Fields
from papers.ingest.readers.documents.xml_stream import text_of
from papers.ingest.readers.fields.author_lists import Printed, byline_of, editors_of
from papers.ingest.readers.fields.licenses import license_among
from papers.ingest.readers.oai_pmh.own_paper import MOST_PLACES, OwnPaper
from papers.ingest.readers.oai_pmh.sources import ARXIV_SOURCE, OF_ARXIV, OTHER_SOURCE
from papers.ingest.readers.oai_pmh.subjects import sorted_subjects
from papers.ingest.records import PaperRecord, SourceFields
from papers.publications import Details
from papers.publications.details import NO_DETAILS
from papers.publications.languages import language_tag
from papers.taxonomy.types import known_type, word_of
from papers.text.dates import PartialDate, earliest
from papers.text.jats import text_of_markup
from papers.text.printed_dates import date_in

SUFFIXED = re.compile(r"(.+\S) (Jr\.?|Sr\.?|II|III|IV|V|VI)")
LONGEST_SLUG = 80
FULL_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(T.*)?")
NO_PUBLISHER = re.compile(r"(?:arxiv|(?:hal )?ccsd)\b", re.IGNORECASE)  # servers that give their own name for one
PROVENANCE = re.compile(
    r"(?:fil:|submitted by\b|made available (?:in|on)\b|approved for entry|rejected by|no\. of bitstreams"
    r"|item (?:created|withdrawn)|restriction (?:set|removed)|peer[ -]?reviewed$|published version$|full text\b.{0,20}$"
    r"|\d+ p(?:\.|ages?|ágs?\.|p\.)?$)",
    re.IGNORECASE,
)
SHORT_NOTE = 100  # characters; an abstract is longer
ROLE = re.compile(r"[(\[,]\s*(?:eds?|editors?|hrsg|herausgeber(?:in)?|éd|dir)\.?\s*[)\]]?$", re.IGNORECASE)
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
READ = frozenset("title creator subject description publisher date type identifier language rights source".split())


def from_dublin_core(
    fields: Fields, name: str, set_specs: list[str], datestamp: date | None, base_url: str = ""
) -> PaperRecord:
    """The paper in an `oai_dc` element of the repository at `base_url`; raises InvalidRecord naming the field."""
    texts = {key: [text for one in found if (text := text_of(one).strip())] for key, found in fields.items()}
    if name.lower().startswith(OF_ARXIV):
        return _of_arxiv(texts, name, set_specs, datestamp)
    warnings: list[str] = []
    language = next(iter(texts.get("language", [])), "")
    title = _in_language(fields.get("title", []), language)
    source_type = next((word for text in texts.get("type", []) if known_type(word := word_of(text))), "")
    own = OwnPaper(source_type, one_line(text_of_markup(title)))
    for text in texts.get("identifier", []):
        own.take_identifier(text)
    of_title = next((each.get(LANGUAGE, "") for each in fields.get("title", []) if text_of(each).strip() == title), "")
    sources = sorted(fields.get("source", []), key=lambda each: not _is_same(each.get(LANGUAGE, ""), of_title))
    for element in islice(sources, MOST_PLACES):
        own.take_source(text_of(element).strip())
    own.take_relations(texts.get("relation", []))
    posted, updated, issued = _sorted_dates(texts.get("date", []), warnings)
    subjects = _subjects(fields.get("subject", []), of_title)
    categories, msc, acm, keywords = sorted_subjects(subjects, set_specs, keep_unknown=False)
    contributors = texts.get("contributor", [])
    editors = [text for text in contributors if ROLE.search(text)]
    unread = [key for key in texts if key not in READ and texts[key]]
    unread = [key for key in unread if key != "contributor" or len(editors) < len(contributors)]
    return PaperRecord.from_source(
        SourceFields(
            source=OTHER_SOURCE,
            giver=slug_of_name(name) if re.search("[A-Za-z0-9]", name) else "",
            base_url=base_url,
            arxiv_id=own.arxiv_id or None,
            slug="" if own.arxiv_id else slug_of_name(name),
            title=own.title,
            abstract=text_of_markup(_abstract(fields.get("description", []), language)),
            authors=byline_of([_creator(text) for text in texts.get("creator", [])]),
            categories=categories,
            posted=posted,
            updated=updated,
            issued=issued,
            type="article-journal" if not source_type and own.place.get("volume") else "",
            details=Details(
                source_type=source_type,
                publisher=next((text for text in texts.get("publisher", []) if not NO_PUBLISHER.match(text)), ""),
                language=language,
                keywords=tuple(keywords),
                editors=editors_of([_creator(ROLE.sub("", text)) for text in editors]),
                **own.details(),
            ),
            dois=" ".join(own.dois.values()),
            license=license_among(texts.get("rights", []), warnings),
            msc_class=", ".join(msc),
            acm_class=", ".join(acm),
            datestamp=datestamp,
            warnings=[*warnings, *own.warnings],
            unread=unread if own.has_unread_relations else [key for key in unread if key != "relation"],
        )
    )


def _of_arxiv(texts: dict[str, list[str]], name: str, set_specs: list[str], datestamp: date | None) -> PaperRecord:
    warnings: list[str] = []
    dois, others = _identifiers_of_arxiv(texts.get("identifier", []))
    posted, updated, issued = _sorted_dates(texts.get("date", []), warnings)
    description, *more = texts.get("description", []) or [""]
    categories, msc, acm, _keywords = sorted_subjects(texts.get("subject", []), set_specs, keep_unknown=True)
    return PaperRecord.from_source(
        SourceFields(
            source=ARXIV_SOURCE,
            arxiv_id=name.rpartition(":")[2],
            title=next(iter(texts.get("title", [])), ""),
            abstract=description,
            authors=byline_of([_creator(text) for text in texts.get("creator", [])]),
            categories=categories,
            posted=posted,
            updated=updated,
            issued=issued,
            details=NO_DETAILS,
            dois=" ".join(dois),
            journal_ref="; ".join(others),
            comments=" ".join(text.removeprefix("Comment: ") for text in more),
            license=next((text for text in texts.get("rights", []) if text.startswith(("http://", "https://"))), ""),
            msc_class=", ".join(msc),
            acm_class=", ".join(acm),
            datestamp=datestamp,
            warnings=warnings,
        )
    )


# --- In several languages


def _in_language(elements: Sequence[Element], language: str) -> str:
    """The text in the record's language, else the first; a text without a language is in the record's."""
    given = [(text, each.get(LANGUAGE, "")) for each in elements if (text := text_of(each).strip())]
    return next((text for text, of in given if not of or _is_same(of, language)), given[0][0] if given else "")


def _abstract(elements: Sequence[Element], language: str) -> str:
    """The description that is an abstract: not what a repository notes of its own work, nor a short note before a long text."""
    kept = [each for each in elements if (text := text_of(each).strip()) and not PROVENANCE.match(text)]
    first = _in_language(kept, language)
    longest = max((text_of(each).strip() for each in kept), key=len, default="")
    return longest if len(first) < SHORT_NOTE and len(longest) > 3 * len(first) else first


def _subjects(subjects: Sequence[Element], of_title: str) -> list[str]:
    """The subjects in the language of the title, where they are told apart; else all."""
    marked = [(text, each.get(LANGUAGE, "")) for each in subjects if (text := text_of(each).strip())]
    kept = [text for text, of in marked if not of or not of_title or _is_same(of, of_title)]
    return kept or [text for text, _ in marked]


def _is_same(one: str, other: str) -> bool:
    return bool(one and other) and (language_tag(one) or one).lower()[:2] == (language_tag(other) or other).lower()[:2]


# --- When


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


# --- Who wrote it


def _creator(text: str) -> Printed:
    """The parts of "Keyname Suffix, Forenames"; a text without a comma is a name by itself."""
    surname, _, forenames = (part.strip() for part in text.partition(","))
    suffix = ""
    if forenames and (found := SUFFIXED.fullmatch(surname)):
        surname, suffix = found.groups()
    return Printed(surname, forenames, suffix)


# --- What arXiv has in fields of its own, and names


def _identifiers_of_arxiv(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The DOIs, and what is no address (arXiv puts its journal reference there), among `dc:identifier`."""
    dois, rest = [], []
    for text in texts:
        if re.match(r"(?:doi:|info:doi/|https?://(?:dx\.|www\.)?doi\.org/|10\.\d{4,9}/)", text, re.IGNORECASE):
            dois.append(re.sub(r"^(?:doi:\s*|info:doi/)", "", text, flags=re.IGNORECASE))
        elif not re.match(r"(?:https?://|arxiv:|[a-z][a-z0-9+.-]*:\S)", text, re.IGNORECASE):
            rest.append(text)
    return dois, rest


def slug_of_name(name: str) -> str:
    """The identifier of a paper that only its OAI identifier names: "oai:zenodo.org:42" is "zenodo-org-42".

    Where letters of the identifier had to be replaced, a digest of it keeps two of them apart.
    """
    local = name.removeprefix("oai:")
    slug = re.sub(r"[^a-z0-9]+", "-", local.lower()).strip("-")
    if not slug:
        raise InvalidRecord("identifier", f"{name!r} is not an OAI identifier")
    is_plain = re.fullmatch(r"[a-z0-9.]+:[a-z0-9]+", local) and len(slug) <= LONGEST_SLUG
    return slug if is_plain else f"{slug[:LONGEST_SLUG]}-{blake2b(name.encode(), digest_size=4).hexdigest()}"
