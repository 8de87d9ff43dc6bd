"""An author as lists show them."""

from __future__ import annotations

from dataclasses import dataclass

from papers.cards import Subject
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
            author.name, author.get_absolute_url(), author.paper_count if papers is None else papers, active_years(author),
            subjects, author.standing,
        )  # fmt: skip


def active_years(author: Author) -> str:
    """ "2001–2019", or the one year, or nothing."""
    if author.first_year is None:
        return ""
    if author.first_year == author.last_year:
        return str(author.first_year)
    return f"{author.first_year}–{author.last_year}"
