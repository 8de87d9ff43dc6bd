"""A paper as lists and pages show it: its byline joined with the people it belongs to, in one query for a whole list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils.formats import date_format

from papers.display.appearance import appeared_in
from papers.display.rows import PaperRow
from papers.display.wording import type_name
from papers.models import Category, Paper
from papers.people import Person, people
from papers.publications import Details
from papers.text.dates import PartialDate
from papers.text.folding import squeezed
from papers.text.formulas import end_of_formula_at

TEASER_LENGTH = 200  # characters, cut on a word
LONGEST_BYLINE = 12  # names in a list before the rest is folded
SHOWN_WHEN_FOLDED = 10


class ShownName(NamedTuple):
    """One name of a byline; `position` is None for somebody on the paper whose place in the byline is not known.

    A tuple for the reason that Person is one.
    """

    position: int | None
    name: str
    forenames: str = ""
    surname: str = ""
    suffix: str = ""
    affiliations: Sequence[str] = ()
    person: Person | None = None
    is_subject: bool = False
    orcid: str = ""  # as the paper prints it
    other_names: Sequence[str] = ()

    @property
    def url(self) -> str:
        return self.person.url if self.person else ""

    @property
    def basis(self) -> str:
        """How we know, in the visitor's language, with the day where a curator said so."""
        if self.person is None:
            return ""
        label = str(self.person.basis_label or self.person.basis)
        return f"{label}, {date_format(self.person.decided_on)}" if self.person.decided_on else label


class Subject(NamedTuple):
    code: str
    name: str

    @property
    def url(self) -> str:
        return reverse("category", args=[self.code])


class PaperCard(NamedTuple):
    """What a list shows of a paper. `hidden_names` were folded away from `byline`."""

    paper: Paper | PaperRow
    byline: list[ShownName]
    hidden_names: int
    subjects: list[Subject]

    @property
    def url(self) -> str:
        return self.paper.get_absolute_url()

    @property
    def title(self) -> str:
        return self.paper.title

    @property
    def teaser(self) -> str:
        return cut(self.paper.abstract, is_cut=self.paper.abstract_is_cut)

    @property
    def is_complete(self) -> bool:
        return self.paper.byline_is_complete

    @property
    def collaborations(self) -> list[str]:
        return self.paper.collaborations

    @property
    def published(self) -> PartialDate | None:
        return self.paper.published_date

    @property
    def last_version(self) -> date | None:
        """The day of the last version, if it is another than the paper's date."""
        day, published = self.paper.updated, self.paper.published
        return day if day and published and day != published else None

    @property
    def kind(self) -> str:
        """What it is, in words, where no journal or book says so."""
        paper = self.paper
        says_so = paper.type == "document" or paper.journal_ref or paper.details.get("container")
        return "" if says_so else type_name(paper.type)

    @property
    def page_url(self) -> str:
        """Where a source says that it is, for a paper that neither a DOI nor arXiv leads to."""
        if self.paper.doi or self.paper.arxiv_id:
            return ""
        urls = Details.from_json(self.paper.details).urls
        return next((each.url for each in urls if each.kind == "landing"), "")

    @property
    def appeared_in(self) -> str:
        """Where it appeared, as it stands beside its date."""
        return appeared_in(self.paper, self.published)


def cut(text: str, length: int = TEASER_LENGTH, *, is_cut: bool = False) -> str:
    """The text's beginning, cut on a word and never within a formula, with "..." where something is missing.

    An abstract that its source had already cut is shown as it came.
    """
    text = " ".join(text.split())
    if is_cut or len(text) <= length:
        return text
    head = text[: length + 1]
    kept = head.rsplit(" ", 1)[0] if " " in head else text[:length]
    if formula := end_of_formula_at(text, len(kept)):
        begin, end = formula
        # A formula that stands early is kept whole; one that never ends is none.
        kept = text[:begin] if 2 * begin > length else text[:end] if end <= 2 * length else kept
    return kept.rstrip(" ,;:.-") + "..."


def cards(
    papers: Iterable[Paper | PaperRow], *, subject: str = "", fold: bool = True, names: dict[str, str] | None = None
) -> list[PaperCard]:
    """The papers as cards; two queries, whatever their number.

    `subject` is the public id of whose page it is; `names` are those of the categories, for who has them already.
    """
    papers = list(papers)
    known = people().on_papers([paper.pk for paper in papers])
    names = category_names() if names is None else names
    found = []
    for paper in papers:
        byline = shown_byline(paper, known.get(paper.pk, {}), subject)
        hidden = 0
        if fold and len(byline) > LONGEST_BYLINE:
            byline, hidden = folded(byline)
        subjects = [Subject(code, names.get(code, code)) for code in paper.categories]
        found.append(PaperCard(paper, byline, hidden, subjects))
    return found


def shown_byline(paper: Paper | PaperRow, known: dict[int | None, list[Person]], subject: str = "") -> list[ShownName]:
    """The printed names in order, each with its person, and after them those whose place is not known.

    In the place of a name that its person hides stands the preferred one.
    """
    byline = []
    for position, entry in enumerate(paper.byline, 1):
        person = next(iter(known.get(position, ())), None)
        name, parts = entry["name"], (entry["forenames"], entry["surname"], entry.get("suffix", ""))
        others = entry.get("other_names", ())
        if person and person.hides:
            others = [other for other in others if squeezed(other) not in person.hides]
            if squeezed(name) in person.hides:
                name, parts, others = person.name, person.parts, []  # they may be the same in other letters
        if person and not person.is_shown:
            person = None
        is_subject = bool(person and subject == person.public_id)
        places, orcid = entry.get("affiliations", []), entry.get("orcid", "")
        byline.append(ShownName(position, name, *parts, places, person, is_subject, orcid, others))
    byline += [
        ShownName(None, person.name, person=person, is_subject=subject == person.public_id)
        for person in known.get(None, ())
    ]
    return byline


def folded(byline: Sequence[ShownName]) -> tuple[list[ShownName], int]:
    """The first names and the one whose page it is, and how many others there are."""
    kept = list(byline[:SHOWN_WHEN_FOLDED])
    kept += [name for name in byline[SHOWN_WHEN_FOLDED:] if name.is_subject]
    return kept, len(byline) - len(kept)


def category_names() -> dict[str, str]:
    """The name of every category by its code."""
    return dict(Category.objects.values_list("code", "name"))
