"""The port to the layer above: it may add to printed names whom they belong to. Papers work without it.

`settings.PEOPLE` names an object with these methods; profiles/people.py is the one this site uses.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from papers.bylines import Name
from papers.models import Paper, PaperQuerySet, PaperSuggestion


class Person(NamedTuple):
    """Whom a byline position belongs to, as far as visitors may know.

    `hides` are printed names (papers.text.folding.squeezed) that are shown nowhere: in their place stands the preferred name,
    of which `parts` are forenames, surname and suffix. Of somebody who is not shown only that is told. A tuple, because a page
    may name hundreds, and a frozen dataclass takes four times as long to make.
    """

    public_id: str
    slug: str
    name: str
    url: str
    basis: str
    hides: frozenset[str] = frozenset()
    parts: tuple[str, str, str] = ("", "", "")
    is_shown: bool = True
    decided_on: date | None = None  # by a curator
    basis_label: str = ""  # the basis as pages name it


class UnknownPerson(ValueError):
    """Nobody is known by this name, id or address; the message says so in a sentence."""


class People(Protocol):
    def on_papers(self, paper_ids: Sequence[int]) -> dict[int, dict[int | None, list[Person]]]:
        """For each paper the people by byline position; under None those whose position is not known. One query."""
        ...

    def shown_names(self, paper_ids: Sequence[int]) -> dict[int, dict[str, str]]:
        """For papers that print a name which is shown nowhere: by that name the one to show instead."""
        ...

    def shown_instead(self, names: Collection[str]) -> dict[str, Name | None]:
        """Of these printed names those that are shown nowhere, with the name to show instead; None where there is none.

        For names that belong to no byline, such as those of editors. One query.
        """
        ...

    def changed_at(self, paper_ids: Sequence[int]) -> datetime | None:
        """When what is said about anybody on these papers last changed. One query."""
        ...

    def papers_by(self, papers: PaperQuerySet, who: str) -> PaperQuerySet:
        """Those of the papers that are by this author (address, public id or orcid:…); raises UnknownPerson."""
        ...

    def papers_also_by(self, papers: PaperQuerySet, who: str) -> PaperQuerySet:
        """The same for a second author: the order of the list stays that of the first. Raises UnknownPerson."""
        ...

    def name_of(self, who: str) -> str:
        """The name of this author as visitors see it; raises UnknownPerson."""
        ...

    def papers_by_any(self, who: Sequence[str]) -> QuerySet[Any, Any]:
        """The ids of the papers by any of these authors, as a subquery; raises UnknownPerson."""
        ...

    def records(self, public_ids: Collection[str]) -> dict[str, dict[str, Any]]:
        """The whole records of these people by public id, as the API answers them."""
        ...

    def sees_everything(self, user: Any) -> bool:
        """Whether the user may read names that papers print and pages don't show."""
        ...

    def state(self) -> tuple[Any, ...]:
        """Values that change with everything that visitors see of people; what is a moment says when. One query."""
        ...


class Nobody:
    """Nothing is known of anybody: bylines are printed names."""

    def on_papers(self, paper_ids: Sequence[int]) -> dict[int, dict[int | None, list[Person]]]:
        return {}

    def shown_names(self, paper_ids: Sequence[int]) -> dict[int, dict[str, str]]:
        return {}

    def shown_instead(self, names: Collection[str]) -> dict[str, Name | None]:
        return {}

    def changed_at(self, paper_ids: Sequence[int]) -> datetime | None:
        return None

    def papers_by(self, papers: PaperQuerySet, who: str) -> PaperQuerySet:
        raise UnknownPerson(_("This site has no author records."))

    def papers_also_by(self, papers: PaperQuerySet, who: str) -> PaperQuerySet:
        return self.papers_by(papers, who)

    def name_of(self, who: str) -> str:
        raise UnknownPerson(_("This site has no author records."))

    def papers_by_any(self, who: Sequence[str]) -> QuerySet[Any, Any]:
        raise UnknownPerson(_("This site has no author records."))

    def records(self, public_ids: Collection[str]) -> dict[str, dict[str, Any]]:
        return {}

    def sees_everything(self, user: Any) -> bool:
        return True

    def state(self) -> tuple[Any, ...]:
        return ()


def correct_url(identifier: str) -> str:
    """Where a visitor says what is wrong with this paper; nothing where nobody curates."""
    try:
        return f"{reverse('suggest')}?{urlencode({'paper': identifier})}"
    except NoReverseMatch:
        return ""


MOST_PAIRS = 5  # of papers that may be one, on a curator's page


def curation_links(request: HttpRequest, paper: Paper) -> list[tuple[str, str]]:
    """What a curator who reads the page may decide about the paper, with addresses; nothing for visitors.

    Of a hidden paper it is the page that has its fields and acts. Whoever has no session isn't asked for one: the page is
    then everybody's, and may be kept.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not people().sees_everything(request.user):
        return []
    pairs = PaperSuggestion.objects.open().not_skipped().about(paper.pk).select_related("one", "two").likeliest_first()
    try:
        edit = (_("Edit"), reverse("admin:curation-paper", args=[paper.pk]))
        if paper.is_hidden:
            return [edit]
        queue = reverse("admin:curation-duplicate-papers")
        return [
            edit,
            (_("Links"), reverse("admin:curation-paper-field", args=[paper.pk, "urls"])),
            (_("Merge"), reverse("admin:curation-paper-decide", args=[paper.pk, "merge"])),
            (_("Part"), reverse("admin:curation-paper-decide", args=[paper.pk, "part"])),
            (_("Hide"), reverse("admin:curation-paper-decide", args=[paper.pk, "hide"])),
            *(
                (
                    _("Possibly one paper with %(other)s")
                    % {"other": (pair.two if pair.one_id == paper.pk else pair.one).identifier},
                    f"{queue}?pair={pair.pk}",
                )
                for pair in pairs[:MOST_PAIRS]
            ),
        ]
    except NoReverseMatch:
        return []


def people() -> People:
    """The object that knows, or Nobody."""
    path = getattr(settings, "PEOPLE", "")
    return import_string(path)() if path else Nobody()
