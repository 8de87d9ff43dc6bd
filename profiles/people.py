"""Whom the names on papers belong to, for the papers layer (papers/people.py says what it asks)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from papers.models import PaperQuerySet
from papers.people import Person
from profiles.api.serializers import authors_json
from profiles.linking.printed_forms import shown_names
from profiles.lookup import papers_of, shown_author
from profiles.models import Author, Authorship
from profiles.permissions import is_curator

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
        return shown_names(paper_ids)

    def changed_at(self, paper_ids: Sequence[int]) -> datetime | None:
        authors = Author.objects.filter(authorships__paper__in=paper_ids)
        last: datetime | None = authors.aggregate(last=Max("modified_at"))["last"]
        return last

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
            state: tuple[Any, ...] = cursor.fetchone()
        return state
