"""An author as lists show them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import ngettext

from papers.display.cards import Subject
from papers.display.origin import all_are_arxivs
from papers.display.wording import number
from profiles.models import Author


@dataclass(frozen=True, slots=True)
class AuthorRow:
    """An author as lists show them."""

    name: str
    url: str
    papers: int
    years: str
    subjects: list[Subject]
    standing: str

    @classmethod
    def of(cls, author: Author, names: dict[str, str], papers: int | None = None) -> AuthorRow:
        subjects = [
            Subject(code, names.get(code, code)) for code, _count in author.statistics.get("categories", [])[:2]
        ]
        return cls(
            author.name,
            author.get_absolute_url(),
            author.paper_count if papers is None else papers,
            active_years(author),
            subjects,
            author.standing,
        )


def active_years(author: Author) -> str:
    """ "2001–2019", or the one year, or nothing."""
    if author.first_year is None:
        return ""
    if author.first_year == author.last_year:
        return str(author.first_year)
    return f"{author.first_year}–{author.last_year}"


def papers_are_arxivs(author: Author) -> bool:
    """Whether all papers of the author are arXiv's; of one who has none, whether the site's are."""
    return not author.statistics.get("elsewhere") if author.paper_count else all_are_arxivs()


def paper_count_text(author: Author, on_arxiv: bool) -> str:
    """ "21 papers on arXiv", or "21 papers"."""
    if on_arxiv:
        text = ngettext("%(n)s paper on arXiv", "%(n)s papers on arXiv", author.paper_count)
    else:
        text = ngettext("%(n)s paper", "%(n)s papers", author.paper_count)
    return text % {"n": number(author.paper_count)}
