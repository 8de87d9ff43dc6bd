"""Fields of a paper that a curator may set: how each is written, what it may be, and the fact that it becomes.

    fact = FIELDS["issued"].read("2019-05")      # raises Invalid with what to write instead
    FIELDS["issued"].written(fact)               # "2019-05"

Facts are those of papers.models.SourceRecord. An empty one says that there is nothing, whatever sources say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from papers.bylines import parse_name
from papers.display.wording import type_name
from papers.field_rules import LONGEST, RULES
from papers.identifiers import ArxivId, InvalidIdentifier
from papers.ingest.checks import InvalidRecord, one_line
from papers.ingest.composition import composed_record
from papers.ingest.records import PaperRecord, SourceFields
from papers.models import Paper, SourceRecord
from papers.publications import KINDS_OF_URL, REPEATED, Details, Url
from papers.publications.details import name_as_json
from papers.publications.pages import page_range
from papers.taxonomy.types import TYPES
from papers.text.control_characters import UNWRITABLE
from papers.text.dates import PartialDate
from profiles.curation.rules import Invalid

Fact = Any  # as JSON has it: a text or a list

LISTED = (*REPEATED, "dois", "doi", "categories")  # fields that answers have as lists
A_DATE = "Write 2019, 2019-05 or 2019-05-03, or leave it empty where it is not known."


@dataclass(frozen=True, slots=True)
class PaperField:
    """A field: its label, how it is to be written, and how long that may be. `lines` is how many it is shown on."""

    name: str
    label: str
    help: str = ""
    lines: int = 1
    longest: int = LONGEST["detail"]
    choices: tuple[str, ...] = ()
    fact: str = ""  # its name among the facts, where it is another
    # How a text is read, and how a fact is written.
    parse: Callable[[str], Fact] = one_line
    write: Callable[[Fact], str] = str

    @property
    def fact_name(self) -> str:
        return self.fact or self.name

    def read(self, given: Any) -> Fact:
        """The fact that a text, or a list as the API answers it, says; raises Invalid."""
        text = given if isinstance(given, str) else self.write(self._checked_list(given))
        if len(text) > self.longest:
            raise Invalid(f"Ensure this field has no more than {self.longest} characters.", self.name)
        if UNWRITABLE.search(text):
            raise Invalid("This has control characters.", self.name)
        try:
            return self.parse(text)
        except InvalidRecord as error:
            raise Invalid(f"{error.reason[0].upper()}{error.reason[1:]}.", self.name) from error
        except ValueError as error:
            raise Invalid(str(error), self.name) from error

    def _checked_list(self, given: Any) -> list[Any]:
        what: type = dict if self.name == "urls" else str
        if self.name == "editors" and isinstance(given, list):
            given = [e["name"] if isinstance(e, dict) and isinstance(e.get("name"), str) else e for e in given]
        if self.name not in LISTED or not isinstance(given, list) or not all(isinstance(e, what) for e in given):
            raise Invalid("Give a text.", self.name)
        if self.name == "urls" and not all(
            e.keys() <= {"url", "kind"} and isinstance(e.get("url"), str) and isinstance(e.get("kind", ""), str)
            for e in given
        ):
            raise Invalid("Each address is an object with url and kind.", self.name)
        try:
            return [parse_editor(each) for each in given] if self.name == "editors" else given
        except ValueError as error:
            raise Invalid(str(error), self.name) from error

    def written(self, fact: Fact) -> str:
        """The fact as a curator writes it."""
        return self.write(fact) if fact else ""

    def named(self, fact: Fact) -> str:
        """The fact as curators read it: as it is written, a type by its name."""
        return type_name(fact) if self.choices and fact else self.written(fact)

    def of(self, paper: Paper) -> Fact:
        """What is shown of the paper now."""
        return shown_facts(paper).get(self.fact_name, "")

    def among(self, facts: Mapping[str, Fact]) -> Fact:
        """What a source's facts say of it, or nothing."""
        return facts.get(self.fact_name) or (facts.get("posted") if self.name == "published" else None) or ""


# --- How they are read ------------------------------------------------------------------------------------------------


def _record(**fields: Any) -> PaperRecord:
    """The fields as a source would have given them, checked; raises InvalidRecord or ValueError for what would be left out."""
    record = PaperRecord.from_source(
        SourceFields(**{"source": SourceRecord.CURATOR, "slug": "a", "title": "a"} | fields)
    )
    if record.warnings:
        name, _colon, reason = record.warnings[0].partition(": ")
        raise InvalidRecord(name, re.sub(r",? and was left out$", "", reason))
    return record


def _title(text: str) -> str:
    if not one_line(text):
        raise ValueError("A paper has a title.")
    return _record(title=text).title


def _abstract(text: str) -> str:
    # A blank line is a paragraph's end here; sources that wrap their lines say it by white space.
    return _record(abstract=text.replace("\r\n", "\n").replace("\n", "\n\n")).abstract


def _authors(text: str) -> str:
    record = _record(authors=text)
    if record.authors_text and not (record.byline.entries or record.byline.collaborations):
        raise ValueError("No name can be read from it. Write names as a paper prints them, with commas between.")
    return record.authors_text


def _categories(text: str) -> list[str]:
    for code in text.split():
        if reason := RULES["category"](code):
            raise ValueError(f"{code!r:.80} {reason}.")
    return list(
        PaperRecord.from_source(
            SourceFields(source=SourceRecord.CURATOR, slug="a", title="a", categories=text)
        ).categories
    )


def _date(text: str) -> str:
    text = text.strip()
    if not text:
        return ""
    try:
        day = PartialDate.from_iso(text)
    except ValueError as error:
        raise ValueError(f"{text!r:.40} is not a date. {A_DATE}") from error
    if reason := RULES["day"](day):
        raise ValueError(f"{reason[0].upper()}{reason[1:]}. {A_DATE}")
    return day.iso()


def _type(text: str) -> str:
    if text.strip() not in ("", *TYPES):
        raise ValueError(f'"{text[:80]}" is not a valid choice.')
    return text.strip()


def _detail(name: str) -> Callable[[str], str]:
    return lambda text: str(getattr(_record(details=Details.from_json({name: text})).details, name))


def _pages(text: str) -> str:
    return _detail("pages")(page_range(text))


def parse_editor(text: str) -> dict[str, str]:
    """An editor's name in its parts; raises ValueError."""
    try:
        return name_as_json(parse_name(" ".join(text.split())))
    except ValueError as error:
        raise ValueError(f"{text.strip()[:80]!r} can't be a person's name.") from error


def _editors(text: str) -> list[dict[str, str]]:
    return [parse_editor(each) for each in text.replace("\n", ";").split(";") if each.strip()]


def _keywords(text: str) -> list[str]:
    words = [each for each in text.replace("\n", ";").split(";") if each.strip()]
    return list(_record(details=Details(keywords=tuple(words))).details.keywords)


def _dois(text: str) -> list[str]:
    return list(_record(dois=text).dois)


def _urls(text: str) -> list[dict[str, str]]:
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        kind, _space, url = line.partition(" ")
        if kind not in KINDS_OF_URL:
            if "://" not in kind or url:
                raise ValueError(
                    f"{line!r:.80}: begin the line with one of {', '.join(KINDS_OF_URL)}, then the address."
                )
            kind, url = "landing", kind
        found.append(Url(url.strip(), kind))
    return [each._asdict() for each in _record(details=Details(urls=tuple(found))).details.urls]


def _text(name: str) -> Callable[[str], str]:
    return lambda text: str(getattr(_record(**{name: text}), name))


def write_urls(urls: list[Mapping[str, str]]) -> str:
    """Addresses with their kinds, one a line."""
    return "\n".join(f"{each.get('kind') or 'landing'} {each['url']}" for each in urls)


FIELDS: dict[str, PaperField] = {
    field.name: field
    for field in (
        PaperField("title", "Title", "TeX is kept as it is written.", 2, LONGEST["title"], parse=_title),
        PaperField(
            "authors",
            "Authors",
            "As the paper prints them: Ada Byron, Charles Babbage. Whose the names are is decided on profiles.",
            3,
            LONGEST["authors"],
            parse=_authors,
        ),
        PaperField("abstract", "Abstract", "", 8, LONGEST["abstract"], parse=_abstract),
        PaperField("published", "First public", "The preprint's day: 2019, 2019-05 or 2019-05-03.", parse=_date),
        PaperField("issued", "Published", "As its publisher says: 2019, 2019-05 or 2019-05-03.", parse=_date),
        PaperField("type", "Type", choices=("", *TYPES), parse=_type),
        PaperField("container", "Journal or book", "Or the conference.", parse=_detail("container")),
        PaperField("volume", "Volume", parse=_detail("volume")),
        PaperField("issue", "Issue", parse=_detail("issue")),
        PaperField("pages", "Pages", "1-10.", parse=_pages),
        PaperField("article_number", "Article number", parse=_detail("article_number")),
        PaperField("publisher", "Publisher", "Of a thesis its school.", parse=_detail("publisher")),
        PaperField("place", "Place", "The publisher's.", parse=_detail("place")),
        PaperField(
            "editors",
            "Editors",
            "Ada Byron; Charles Babbage.",
            parse=_editors,
            write=lambda fact: "; ".join(each["name"] for each in fact),
        ),
        PaperField("edition", "Edition", parse=_detail("edition")),
        PaperField("series", "Series", parse=_detail("series")),
        PaperField("isbn", "ISBN", parse=_detail("isbn")),
        PaperField("issn", "ISSN", parse=_detail("issn")),
        PaperField("language", "Language", parse=_detail("language")),
        PaperField("keywords", "Keywords", "With semicolons between.", 2, parse=_keywords, write="; ".join),
        PaperField(
            "doi",
            "DOI",
            "Of several the publisher's first, with spaces between.",
            longest=LONGEST["dois"],
            fact="dois",
            parse=_dois,
            write=" ".join,
        ),
        PaperField(
            "categories",
            "Categories",
            "Codes, the primary first: cs.DL math.CO.",
            longest=LONGEST["categories"],
            parse=_categories,
            write=" ".join,
        ),
        PaperField(
            "urls",
            "Links",
            f"One a line: its kind ({', '.join(KINDS_OF_URL)}) and the address.",
            4,
            200_000,
            parse=_urls,
            write=write_urls,
        ),
        PaperField(
            "journal_ref", "Journal reference", "In one line.", 2, LONGEST["journal_ref"], parse=_text("journal_ref")
        ),
        PaperField("comments", "Comments", "", 2, LONGEST["comments"], parse=_text("comments")),
        PaperField("license", "Licence", "Its address.", longest=LONGEST["license"], parse=_text("license")),
    )
}
# What a form for a new paper asks, beside its arXiv id.
OF_A_NEW_PAPER = (
    "title",
    "authors",
    "issued",
    "type",
    "container",
    "editors",
    "volume",
    "issue",
    "pages",
    "article_number",
    "publisher",
    "place",
    "edition",
    "series",
    "isbn",
    "doi",
    "abstract",
    "categories",
    "keywords",
    "urls",
)


def shown_facts(paper: Paper) -> dict[str, Fact]:
    """What is shown of a paper, as facts; those that nobody knows are left out. Of a hidden one what would be shown."""
    published, issued = paper.published_date, paper.issued_date
    facts = {
        **paper.details,
        "title": paper.title,
        "abstract": paper.abstract,
        "authors": paper.authors_text,
        "published": published.iso() if published else "",
        "issued": issued.iso() if issued else "",
        "type": paper.type,
        # A hidden paper has no rows of DOIs, by which it could be found.
        "dois": list(composed_record(paper.pk).dois) if paper.is_hidden else [row.doi for row in paper.dois.all()],
        "categories": paper.categories_text.split(),
        "journal_ref": paper.journal_ref,
        "comments": paper.comments,
        "license": paper.license,
    }
    return {name: value for name, value in facts.items() if value}


def arxiv_identifier(text: str) -> str:
    """The arXiv id in its canonical form, "" for none; raises Invalid."""
    try:
        return ArxivId.parse(text).canonical if text.strip() else ""
    except InvalidIdentifier as error:
        raise Invalid(f"{str(error)[0].upper()}{str(error)[1:]}.", "arxiv_id") from error


def new_record(facts: Mapping[str, Fact], identifier: str, arxiv_id: str) -> PaperRecord:
    """A record that says these facts and no more."""
    record = _record(
        authors=facts.get("authors", ""),
        title=facts["title"],
        **{"arxiv_id": arxiv_id, "slug": ""} if arxiv_id else {"slug": identifier},
    )
    return replace(record, type=facts.get("type", "") or record.type)
