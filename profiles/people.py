"""Whom the names on papers belong to, for the papers layer (papers/people.py says what it asks)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F, Max, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from papers.folding import squeezed
from papers.identifiers import InvalidIdentifier, Orcid
from papers.people import Person, UnknownPerson
from papers.querysets import PaperQuerySet
from profiles.authentication import is_curator
from profiles.models import Author, AuthorIdentifier, AuthorName, Authorship, EarlierSlug
from profiles.serializers import authors_json

BASIS_LABELS: dict[str, Any] = dict(Authorship.Basis.choices)

# Each is one look at the end of an index.
STATE = """
SELECT (SELECT max(modified_at) FROM profiles_author), (SELECT max(id) FROM profiles_author),
       (SELECT max(id) FROM profiles_decision),
       (SELECT made_at FROM profiles_decision WHERE id = (SELECT max(id) FROM profiles_decision))
"""

# Whose the names on some papers are. Hidden names as text: reading a list for each of hundreds of people, nearly all of them
# empty, would take longest of all. In SQL because the ORM takes eight times as long as the database.
CLAIMS = """
SELECT s.paper_id, s.position, s.basis, s.decided_at, a.merged_into_id, CAST(a.hidden_forms AS text),
       a.public_id, a.slug, a.name, a.is_hidden, a.forenames, a.surname, a.suffix
FROM profiles_authorship s JOIN profiles_author a ON a.id = s.author_id
WHERE s.paper_id IN ({marks}) ORDER BY s.position, s.id
"""


class LinkedPeople:
    """Answers from the author records."""

    def on_papers(self, paper_ids: Sequence[int]) -> dict[int, dict[int | None, list[Person]]]:
        found: dict[int, dict[int | None, list[Person]]] = defaultdict(lambda: defaultdict(list))
        if not paper_ids:
            return found
        with connection.cursor() as cursor:
            cursor.execute(CLAIMS.format(marks=", ".join(["%s"] * len(paper_ids))), list(paper_ids))
            rows = cursor.fetchall()
        # A place on a paper that also has the survivor stays with the one who was merged.
        merged = {row[4] for row in rows if row[4]}
        survivors = {}
        if merged:
            columns = ("public_id", "slug", "name", "is_hidden", "forenames", "surname", "suffix")
            kept = Author.objects.filter(pk__in=merged).values_list("pk", Cast("hidden_forms", TextField()), *columns)
            survivors = {pk: values for pk, *values in kept}
        address = reverse("author", args=["slug"]).replace("slug", "%s")  # one look-up instead of one a name
        for paper, position, basis, decided_at, merged_into, *author in rows:
            hides, public_id, slug, name, is_hidden, *parts = survivors.get(merged_into, author)
            person = Person(public_id, slug, name, address % slug, basis, basis_label=BASIS_LABELS[basis])
            if hides != "[]":
                person = person._replace(hides=frozenset(json.loads(hides)), parts=tuple(parts))
            if is_hidden:
                if not person.hides or position is None:
                    continue
                person = person._replace(is_shown=False)
            if decided_at and basis == Authorship.Basis.CURATOR:
                person = person._replace(decided_on=decided_at.date())
            found[paper][position].append(person)
        return found

    def shown_names(self, paper_ids: Sequence[int]) -> dict[int, dict[str, str]]:
        hidden = AuthorName.objects.filter(visibility=AuthorName.Visibility.MATCH_ONLY, shown_as_printed=False)
        authors = set(hidden.values_list("author_id", flat=True))
        if not authors:
            return {}
        found: dict[int, dict[str, str]] = defaultdict(dict)
        rows = (
            Authorship.objects.filter(author__in=authors, paper__in=paper_ids, position__isnull=False)
            .order_by("paper_id", "position")
            .values_list("paper_id", "position", "author__name", "author__hidden_forms", "paper__byline")
        )
        for paper, position, name, hides, byline in rows:
            if position is not None and position <= len(byline) and squeezed(byline[position - 1]["name"]) in hides:
                found[paper][byline[position - 1]["name"]] = name
        return dict(found)

    def changed_at(self, paper_ids: Sequence[int]) -> datetime | None:
        return Author.objects.filter(authorships__paper__in=paper_ids).aggregate(last=Max("modified_at"))["last"]

    @staticmethod
    def hiding() -> set[int]:
        """Ids of the authors in whose place a paper may show another name than it prints, merged ones included."""
        hidden = AuthorName.objects.filter(visibility=AuthorName.Visibility.MATCH_ONLY, shown_as_printed=False)
        authors = set(hidden.values_list("author_id", flat=True))
        return (
            authors | set(Author.objects.filter(merged_into__in=authors).values_list("pk", flat=True))
            if authors
            else authors
        )

    def papers_by(self, papers: PaperQuerySet, who: str) -> PaperQuerySet:
        return papers_of(shown_author(who), papers)

    def papers_also_by(self, papers: PaperQuerySet, who: str) -> PaperQuerySet:
        return papers.filter(pk__in=Authorship.objects.filter(author=shown_author(who)).order_by().values("paper"))

    def name_of(self, who: str) -> str:
        return shown_author(who).name

    def papers_by_any(self, who: Sequence[str]) -> QuerySet[Any, Any]:
        authors = [shown_author(text) for text in who]
        return Authorship.objects.filter(author__in=authors).order_by().values("paper")

    def records(self, public_ids: Collection[str]) -> dict[str, dict[str, Any]]:
        found = authors_json(list(Author.objects.visible().filter(public_id__in=public_ids)))
        return {row["id"]: row for row in found}

    def sees_everything(self, user: Any) -> bool:
        return is_curator(user)

    def state(self) -> tuple[Any, ...]:
        with connection.cursor() as cursor:
            cursor.execute(STATE)
            return cursor.fetchone()


def shown_author(who: str) -> Author:
    """The author, whom visitors may see, with this address, public id or "orcid:…"; raises UnknownPerson."""
    author = find_author(who)
    if author is None or author.is_hidden:
        message = _("There is no author %(who)r. Give the address, the public id or orcid:….")
        raise UnknownPerson(message % {"who": who[:60]})
    return author


def papers_of(author: Author, papers: PaperQuerySet) -> PaperQuerySet:
    """The author's among these papers; ordered by `list_date` and `list_id` it is an index range."""
    return papers.filter(authorships__author=author).annotate(
        list_date=F("authorships__sort_date"), list_id=F("authorships__paper_id")
    )


def find_author(who: str) -> Author | None:
    """The author with this slug, earlier slug, public id or "orcid:…"; a merged one gives the survivor; else None."""
    if who.startswith("orcid:"):
        try:
            orcid = str(Orcid.parse(who.removeprefix("orcid:")))
        except InvalidIdentifier:
            return None
        found = AuthorIdentifier.objects.filter(scheme="orcid", value=orcid).select_related("author").first()
        return survivor(found.author) if found else None
    author = Author.objects.filter(slug=who).first() or Author.objects.filter(public_id=who).first()
    if author is None:
        earlier = EarlierSlug.objects.filter(slug=who, is_retired=False).select_related("author").first()
        author = earlier.author if earlier else None
    return survivor(author) if author else None


def survivor(author: Author) -> Author | None:
    """The author that this one was merged into, or itself; None where merges lead to nobody."""
    into = author.merged_into_id
    return Author.objects.survivors_of([into]).get(into) if into else author
