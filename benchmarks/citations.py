"""Share of a list's fields that come back: `python benchmarks/citations.py LIST.bib …`.

Each entry is read by our reader, written as BibTeX, RIS and CSL-JSON, and read again by pybtex, rispy and citeproc-py. A
field counts as come back where the other program finds the same letters and digits in the place that its format has for it,
and of an address or a journal that only names arXiv or the DOI the arXiv id or the DOI. The share is of the entries that have
the field and were taken for papers; needs no site.
"""

from __future__ import annotations

import argparse
import codecs
import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import latexcodec  # noqa: F401  the codec "ulatex", pybtex's own
import pybtex.database
import pybtex.errors
import rispy
from anyascii import anyascii
from citeproc.source.json import CiteProcJSON

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from papers.citations.formats import FORMATS
from papers.citations.work import Contributor, Work
from papers.identifiers import find_arxiv_id, find_doi
from papers.ingest.readers import FORMATS as OUR_READERS
from papers.ingest.readers import bibtex
from papers.ingest.readers.documents.streams import Stream
from papers.ingest.records import PaperRecord, Rejection
from papers.publications import language_tag
from papers.taxonomy import ALL

READERS = ("pybtex", "rispy", "citeproc-py")
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


class Place(NamedTuple):
    """Where the three formats keep what stands in the fields of these names."""

    names: tuple[str, ...]
    bibtex: tuple[str, ...]
    ris: tuple[str, ...]
    csl: tuple[str, ...]


CONTAINERS = ("journal", "booktitle", "maintitle")
PUBLISHERS = ("publisher", "school", "institution", "organization")
ADDRESSES = ("url", "pdf", "code", "data", "slides", "poster", "video", "other")
VERBATIM = (*ADDRESSES, "doi", "eprint", "website", "html")
PLACES = (
    Place(("author",), ("author",), ("authors",), ("author",)),
    Place(("editor",), ("editor",), ("secondary_authors",), ("editor",)),
    Place(("title",), ("title",), ("title",), ("title",)),
    Place(("journal", "journaltitle"), CONTAINERS, ("journal_name", "secondary_title"), ("container_title",)),
    Place(("booktitle",), CONTAINERS, ("secondary_title", "journal_name"), ("container_title",)),
    Place(("year",), ("year",), ("year",), ("issued",)),
    Place(("month",), ("month",), ("date",), ("issued",)),
    Place(("volume",), ("volume",), ("volume",), ("volume",)),
    Place(("number", "issue"), ("number", "issue"), ("number",), ("issue", "number")),
    Place(("pages",), ("pages",), ("start_page", "end_page"), ("page",)),
    Place(("eid", "articleno"), ("eid",), ("custom7",), ("number",)),
    *(Place((name,), PUBLISHERS, ("publisher",), ("publisher",)) for name in PUBLISHERS),
    Place(("address", "location"), ("address",), ("place_published",), ("publisher_place",)),
    Place(("edition",), ("edition",), ("edition",), ("edition",)),
    Place(("series",), ("series",), ("tertiary_title",), ("collection_title",)),
    Place(("isbn",), ("isbn",), ("issn",), ("ISBN",)),
    Place(("issn",), ("issn",), ("issn",), ("ISSN",)),
    Place(("language",), ("language",), ("language",), ("language",)),
    Place(("keywords",), ("keywords",), ("keywords",), ("keyword",)),
    Place(("abstract",), ("abstract",), ("abstract",), ("abstract",)),
    Place(("note",), ("note",), ("notes",), ("note",)),
    Place(("doi",), ("doi",), ("doi",), ("DOI",)),
    Place(("eprint",), ("eprint",), ("accession_number",), ("number", "custom")),
    Place(("url",), ADDRESSES, ("urls", "file_attachments1"), ("URL", "custom")),
    Place(
        ("pdf", "code", "data", "slides", "poster", "video", "website", "html"),
        ADDRESSES,
        ("urls", "file_attachments1"),
        ("URL", "custom"),
    ),
)


def work_of(record: PaperRecord) -> Work:
    """The record as a work, as a site with this record alone has it."""
    groups = [Contributor.group(name) for name in record.byline.collaborations]
    people = [
        Contributor(one.name.name, one.name.surname, one.name.forenames, one.name.suffix)
        for one in record.byline.entries
    ]
    return Work(
        identifier=record.identifier,
        arxiv_id=record.arxiv_id or "",
        title=record.title,
        url=f"https://site.example/papers/{record.identifier}/",
        source_url=f"https://arxiv.org/abs/{record.arxiv_id}" if record.arxiv_id else "",
        abstract=record.abstract,
        abstract_is_cut=record.abstract_is_cut,
        authors=(*people, *groups),
        is_complete=record.byline.is_complete,
        categories=record.canonical_codes,
        subjects=tuple(ALL[code].name if code in ALL else code for code in record.canonical_codes),
        published=record.published,
        issued=record.issued,
        updated=record.updated,
        type=record.shown_type,
        details=record.details,
        doi=record.dois[0] if record.dois else "",
        journal_ref=record.journal_ref,
        comments=record.comments,
        report_no=record.report_no,
        license=record.license,
        is_withdrawn=record.is_withdrawn,
        citation_key=record.giver,
    )


def read(content: bytes, name: str = "list.bib", format: str = bibtex.FORMAT) -> tuple[list[Work], list[Rejection]]:
    """The works of a list, and what was rejected."""
    works, rejected = [], []
    for _number, _place, found in OUR_READERS[format].read(Stream(BytesIO(content), name, len(content)), 0):
        if isinstance(found, Rejection):
            rejected.append(found)
        elif isinstance(found, PaperRecord):
            works.append(work_of(found))
    return works, rejected


def written(ending: str, works: Iterable[Work]) -> str:
    return "".join(FORMATS[ending].write(works))


# --- The same letters and digits


def letters(text: Any) -> str:
    """The letters and digits of a text, in small letters of ASCII."""
    return re.sub(r"[^a-z0-9]+", "", anyascii(unicodedata.normalize("NFKC", str(text))).lower())


def decoded(text: str) -> str:
    """TeX as the text that it prints, with braces."""
    return str(codecs.getdecoder("ulatex")(UNKNOWN.sub("", text))[0])  # type: ignore[arg-type]


UNKNOWN = re.compile(r"\\(?:enquote|text(?:asciicircum|it)?|mathbb)\b")  # to the codec that pybtex decodes with


def same_text(given: str, found: list[Any], entry: Mapping[str, str]) -> bool:
    del entry
    wanted = letters(given)
    return not wanted or any(wanted in letters(each) for each in (*found, "".join(map(str, found))))


def same_words(given: str, found: list[Any], entry: Mapping[str, str]) -> bool:
    del entry
    have = letters("".join(map(str, found)))
    return all(letters(word) in have for word in re.split("[,;]", given))


def same_address(given: str, found: list[Any], entry: Mapping[str, str]) -> bool:
    """Whether the address came back, or where it leads."""
    have = " ".join(map(str, (*found, entry["own doi"], entry["own arxiv"]))).lower()
    leads = (str(find_arxiv_id(given) or ""), find_doi(given), *re.findall(r"https?://[^\s\"'<>]+", given)[:1], given)
    return any(lead and lead.lower() in have for lead in leads)


def same_container(given: str, found: list[Any], entry: Mapping[str, str]) -> bool:
    return same_text(given, found, entry) or bool(re.match("(?i)arxiv|corr$", given) and entry.get("own arxiv"))


def same_month(given: str, found: list[Any], entry: Mapping[str, str]) -> bool:
    del entry
    dated = re.match(r"\d{4}-(\d\d)", given)
    word = dated[1] if dated else letters(given)[:3]
    number = MONTHS.index(word) + 1 if word in MONTHS else int(word) if word.isdigit() else 0
    month = MONTHS[number - 1] if 0 < number <= len(MONTHS) else word
    return any(letters(each)[:3] == month or f"/{number:02}/" in str(each) for each in found)


def same_language(given: str, found: list[Any], entry: Mapping[str, str]) -> bool:
    return same_text(given, found, entry) or language_tag(given) in found


def same_people(given: str, found: list[Any], entry: Mapping[str, str]) -> bool:
    """Whether all surnames came back in their order."""
    del entry
    wanted = [letters(" ".join(person.last_names)) for person in people_in(given)]
    have = [letters(each) for each in found]
    at = 0
    for surname in wanted:
        if surname in ("others", ""):
            continue
        at = next((place + 1 for place in range(at, len(have)) if surname in have[place]), 0)
        if not at:
            return False
    return True


def people_in(text: str) -> list[Any]:
    entries = pybtex.database.parse_string(f"@misc{{a, author={{{text}}}}}", "bibtex").entries
    return list(entries["a"].persons["author"]) if text else []


SAME: dict[str, Callable[[str, list[Any], Mapping[str, str]], bool]] = {
    "author": same_people,
    "editor": same_people,
    "month": same_month,
    "keywords": same_words,
    "journal": same_container,
    "url": same_address,
    "pdf": same_address,
    "eprint": same_address,
    "doi": same_address,
    "language": same_language,
}


# --- What the other programs read


def by_pybtex(work: Work) -> dict[str, list[Any]]:
    (entry,) = pybtex.database.parse_string(written("bib", [work]), "bibtex").entries.values()
    found: dict[str, list[Any]] = {}
    for name, value in entry.fields.items():
        name = name.lower().rstrip("0123456789")  # url2: a second one
        found.setdefault(name, []).append(value if name in VERBATIM else decoded(value))
    return found | {role: [decoded(str(who)) for who in people] for role, people in entry.persons.items()}


def by_rispy(work: Work) -> dict[str, list[Any]]:
    (record,) = rispy.loads(written("ris", [work]))
    return {name: value if isinstance(value, list) else [value] for name, value in record.items()}


def by_citeproc(work: Work) -> dict[str, list[Any]]:
    (item,) = json.loads(written("json", [work]))
    custom = item.pop("custom")  # where the format has room for what it knows nothing of
    (reference,) = CiteProcJSON([item]).values()
    found: dict[str, list[Any]] = {"custom": [custom]}
    for name, value in reference.items():
        if name == "issued":
            found[name] = [f"{value['year']}/{value.get('month', 0):02}/"]
        elif name in ("author", "editor"):
            parts = [who.parts() for who in value]  # given, family, two particles, suffix
            found[name] = [" ".join(filter(None, (each[0], *each[2:4], each[1]))) for each in parts]
        else:
            found[name] = [str(value)]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lists", type=Path, nargs="+")
    parser.add_argument("--missing", action="store_true", help="name the entries whose fields did not come back")
    options = parser.parse_args()
    counts = Counts()
    for path in options.lists:
        counts.add(path.read_bytes(), path.name)
    print(counts.table())
    if options.missing:
        print("\n".join(counts.missing))


class Counts:
    """How often each field was there, and how often each program found it again."""

    def __init__(self) -> None:
        self.there: Counter[str] = Counter()
        self.back: Counter[tuple[str, str]] = Counter()
        self.missing: list[str] = []
        self.papers = self.rejected = self.dated = self.years = 0

    def add(self, content: bytes, name: str) -> None:
        works, rejected = read(content, name)
        by_key = {work.citation_key: work for work in works}
        self.papers += len(works)
        self.rejected += len(rejected)
        for key, entry in source_entries(content.decode()).items():
            if key in by_key:
                self.compare(by_key[key], entry)

    def compare(self, work: Work, entry: Mapping[str, str]) -> None:
        own = {"own doi": work.cited_doi.lower(), "own arxiv": work.arxiv_id}
        self.years += "year" in entry or "date" in entry
        self.dated += work.date is not None
        found = {"pybtex": by_pybtex(work), "rispy": by_rispy(work), "citeproc-py": by_citeproc(work)}
        for place in PLACES:
            keys = {"pybtex": place.bibtex, "rispy": place.ris, "citeproc-py": place.csl}
            for name in place.names:
                given = entry.get(name, "")
                given = given if name in VERBATIM else decoded(given)
                if not letters(given) or (place.bibtex == ADDRESSES and "://" not in given):  # a file beside the list
                    continue
                field = place.names[0]
                self.there[field] += 1
                for reader in READERS:
                    values = [value for key in keys[reader] for value in found[reader].get(key, [])]
                    if SAME.get(field, same_text)(given, values, {**entry, **own}):
                        self.back[field, reader] += 1
                    else:
                        self.missing.append(
                            f"{reader}: {work.citation_key} {name} = {given[:70]!r}; found {values!r:.90}"
                        )

    def share(self, field: str, reader: str) -> float:
        return self.back[field, reader] / self.there[field]

    def worst(self) -> float:
        return min(self.share(field, reader) for field in self.there for reader in READERS)

    def table(self) -> str:
        rows = [
            f"{self.papers} papers, {self.rejected} rejected; {self.dated} of {self.years} with a year are dated",
            "",
        ]
        rows.append(f"{'field':14}{'entries':>8}" + "".join(f"{reader:>13}" for reader in READERS))
        for field, count in self.there.most_common():
            rows.append(f"{field:14}{count:8}" + "".join(f"{self.share(field, reader):13.3f}" for reader in READERS))
        return "\n".join([*rows, f"worst field: {self.worst():.3f}"])


def source_entries(text: str) -> dict[str, dict[str, str]]:
    """The fields of each entry of a list as pybtex reads them, by key; of a key given twice the first."""
    pybtex.errors.set_strict_mode(False)
    with pybtex.errors.capture():
        entries = pybtex.database.parse_string(text, "bibtex").entries
    found = {}
    for key, entry in entries.items():
        people = {role.lower(): " and ".join(map(str, who)) for role, who in entry.persons.items()}
        found[key] = {name.lower(): value for name, value in entry.fields.items()} | people
    return found


if __name__ == "__main__":
    main()
