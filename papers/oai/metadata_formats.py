"""A paper's metadata as OAI-PMH gives it out: `oai_dc` and arXiv's own `arXiv`.

Names come from `shown_byline` and `shown_details` and nowhere else, so that one which is shown nowhere is not given out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from papers.bylines import Name
from papers.display.appearance import appeared_in
from papers.display.cards import ShownName
from papers.models import Paper
from papers.oai.xml_writer import element, optional, parent
from papers.publications import Details, language_tag
from papers.publications.details import NO_DETAILS
from papers.taxonomy.types import PREPRINT
from papers.text.dates import PartialDate, iso
from papers.text.plain_text import shown_source

WITHDRAWN = "This paper has been withdrawn."
XSI = "http://www.w3.org/2001/XMLSchema-instance"
# As a reader of author strings takes it: that the list goes on beyond the names.
MORE_AUTHORS = "et al."


@dataclass(frozen=True, slots=True)
class Row:
    """A paper with what its formats need of other tables."""

    paper: Paper
    byline: Sequence[ShownName] = ()
    details: Details = NO_DETAILS
    dois: Sequence[str] = ()
    subjects: Sequence[str] = ()  # names of its categories
    url: str = ""

    @property
    def names(self) -> list[ShownName]:
        """Those whom the byline prints; who is on the paper at a place nobody knows is our opinion, no metadata."""
        return [shown for shown in self.byline if shown.position is not None]


@dataclass(frozen=True, slots=True)
class Format:
    """A metadata format: its prefix, schema and namespace, how to write it, and whether papers not of arXiv have it."""

    prefix: str
    schema: str
    namespace: str
    write: Callable[[Row], str]
    only_arxiv: bool = False

    def fits(self, paper: Paper) -> bool:
        return bool(paper.arxiv_id) or not self.only_arxiv


def dublin_core(row: Row) -> str:
    """The paper in fifteen elements, filled as arXiv fills them; of papers of others also how they were published."""
    paper, details = row.paper, row.details
    fields = [
        ("title", [shown_source(paper.title)]),
        ("creator", [*(_inverted(shown) for shown in row.names), *paper.collaborations]),
        ("contributor", [_inverted(editor) for editor in details.editors]),
        ("subject", [*row.subjects, *map(shown_source, details.keywords), paper.msc_class, paper.acm_class]),
        (
            "description",
            [WITHDRAWN if paper.is_withdrawn else "", _paragraphs(shown_source(paper.abstract)), _comment(paper)],
        ),
        ("publisher", [shown_source(details.publisher)]),
        ("date", list(dict.fromkeys(_dates(paper)))),
        ("type", ["text", "preprint" if paper.type == PREPRINT else paper.type]),
        ("identifier", [paper.source_url, row.url, paper.journal_ref, *(f"doi:{doi}" for doi in row.dois)]),
        ("identifier", [*(each.url for each in details.urls), *_numbers(details)]),
        ("source", [appeared_in(paper) if details.container else ""]),
        ("language", [language_tag(details.language) or details.language]),
        ("rights", [paper.license]),
    ]
    return parent(
        "oai_dc:dc",
        (optional(f"dc:{name}", value) for name, values in fields for value in values),
        xmlns__oai_dc=DUBLIN_CORE.namespace,
        xmlns__dc="http://purl.org/dc/elements/1.1/",
        xmlns__xsi=XSI,
        xsi__schemaLocation=f"{DUBLIN_CORE.namespace} {DUBLIN_CORE.schema}",
    )


def _comment(paper: Paper) -> str:
    return f"Comment: {shown_source(paper.comments)}" if paper.comments else ""


def _dates(paper: Paper) -> Iterator[str]:
    """The earliest, the one of publication and the last version's, as far as each is known."""
    for day in (paper.published_date, paper.issued_date):
        if day:
            yield day.iso()
    yield iso(paper.updated)


def _numbers(details: Details) -> Iterator[str]:
    for name, numbers in (("isbn", details.isbn), ("issn", details.issn)):
        if numbers:
            yield f"{name}:{numbers}"


def arxiv(row: Row) -> str:
    """The paper in arXiv's own format: names in parts and, as its schema has them, affiliations."""
    paper = row.paper
    names = [shown_in_parts(shown) for shown in row.names]
    names += [parent("author", [element("keyname", name)]) for name in paper.collaborations]
    if not paper.byline_is_complete:
        names.append(parent("author", [element("keyname", MORE_AUTHORS)]))
    created, comments = posted(paper), paper.comments
    if paper.is_withdrawn and "withdrawn" not in comments.lower():  # the format has no other place to say so
        comments = f"{WITHDRAWN} {comments}".strip()
    return parent(
        "arXiv",
        [
            element("id", paper.arxiv_id or ""),
            optional("created", iso(created)),
            optional("updated", iso(paper.updated) if paper.updated != created else ""),
            parent("authors", names),
            element("title", shown_source(paper.title)),
            element("categories", paper.categories_text or " ".join(paper.categories)),
            optional("comments", comments),
            optional("report-no", paper.report_no),
            optional("msc-class", paper.msc_class),
            optional("acm-class", paper.acm_class),
            optional("journal-ref", paper.journal_ref),
            optional("doi", " ".join(row.dois)),
            optional("license", paper.license),
            element("abstract", _paragraphs(shown_source(paper.abstract))),
        ],
        xmlns=ARXIV.namespace,
        xmlns__xsi=XSI,
        xsi__schemaLocation=f"{ARXIV.namespace} {ARXIV.schema}",
    )


def posted(paper: Paper) -> date | None:
    """The day of the first version, where a day is known that is not the publisher's or a list's."""
    if text := paper.details.get("posted", ""):
        day: PartialDate | None = PartialDate.from_iso(text)
    else:
        day = paper.published_date if paper.published_date != paper.issued_date else None
    return day.first if day and day.precision == "day" else None


def shown_in_parts(shown: ShownName) -> str:
    """An `author` element; a name that has no surname of its own is all keyname."""
    return parent(
        "author",
        [
            element("keyname", shown.surname or shown.name),
            optional("forenames", shown.forenames if shown.surname else ""),
            optional("suffix", shown.suffix if shown.surname else ""),
            *(element("affiliation", place) for place in shown.affiliations),
        ],
    )


def _paragraphs(text: str) -> str:
    """The text with the second and later paragraphs indented, which is how arXiv tells them from wrapped lines."""
    return text.replace("\n", "\n  ")


def _inverted(shown: ShownName | Name) -> str:
    """ "Keyname Suffix, Forenames", as arXiv writes creators."""
    if not shown.surname:
        return shown.name
    keyname = f"{shown.surname} {shown.suffix}" if shown.suffix else shown.surname
    return f"{keyname}, {shown.forenames}" if shown.forenames else keyname


DUBLIN_CORE = Format(
    "oai_dc",
    "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
    "http://www.openarchives.org/OAI/2.0/oai_dc/",
    dublin_core,
)
ARXIV = Format("arXiv", "http://arxiv.org/OAI/arXiv.xsd", "http://arxiv.org/OAI/arXiv/", arxiv, only_arxiv=True)
FORMATS = {each.prefix: each for each in (DUBLIN_CORE, ARXIV)}
