"""The people behind the names on papers, for the papers layer (papers/people.py says what it asks)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from papers.bylines import Name
from papers.database import bulk
from papers.models import PaperQuerySet
from papers.people import Person
from profiles.api.serializers import authors_json
from profiles.linking.printed_forms import shown_instead, shown_names
from profiles.lookup import papers_of, shown_author, shown_authors, unknown_person
from profiles.models import Author, Authorship
from profiles.permissions import is_curator

BASIS_LABELS: dict[str, Any] = dict(Authorship.Basis.choices)

# Each is one look at the end of an index.
STATE = """
SELECT (SELECT max(modified_at) FROM profiles_author), (SELECT max(id) FROM profiles_author),
       (SELECT max(id) FROM profiles_decision),
       (SELECT made_at FROM profiles_decision WHERE id = (SELECT max(id) FROM profiles_decision))
"""


class LinkedName(NamedTuple):
    """A name on a paper with the author it belongs to.

    `hides` are the author's hidden names as text: reading a list for each of hundreds of people, nearly all of them empty,
    would take longest of all.
    """

    paper_id: int
    position: int | None
    basis: str
    decided_at: datetime | None
    merged_into_id: int | None
    hides: str
    public_id: str
    slug: str
    name: str
    is_hidden: bool
    forenames: str
    surname: str
    suffix: str


OF_AUTHOR = ("public_id", "slug", "name", "is_hidden", "forenames", "surname", "suffix")
COLUMNS = {name: f"a.{name}" for name in ("merged_into_id", *OF_AUTHOR)} | {"hides": "CAST(a.hidden_forms AS text)"}
# In SQL because the ORM takes eight times as long as the database.
LINKED_NAMES = f"""
SELECT {", ".join(COLUMNS.get(name, f"s.{name}") for name in LinkedName._fields)}
FROM {Authorship._meta.db_table} s JOIN {Author._meta.db_table} a ON a.id = s.author_id
WHERE s.paper_id IN ({{marks}}) ORDER BY s.position, s.id
"""  # noqa: S608  names of our own


class LinkedPeople:
    """Answers from the author records."""

    def on_papers(self, paper_ids: Sequence[int]) -> dict[int, dict[int | None, list[Person]]]:
        found: dict[int, dict[int | None, list[Person]]] = defaultdict(lambda: defaultdict(list))
        if not paper_ids:
            return found
        with connection.cursor() as cursor:
            cursor.execute(LINKED_NAMES.format(marks=bulk.marks(len(paper_ids))), list(paper_ids))
            linked = list(map(LinkedName._make, cursor.fetchall()))
        # A place on a paper that also has the survivor stays with the one who was merged.
        survivors: dict[int, dict[str, Any]] = {}
        if merged := [pk for pk in {each.merged_into_id for each in linked} if pk]:
            rows = Author.objects.filter(pk__in=merged).values(
                "pk", *OF_AUTHOR, hides=Cast("hidden_forms", TextField())
            )
            survivors = {row.pop("pk"): row for row in rows}
        address = reverse("author", args=["@"]).replace("@", "%s")  # one look-up instead of one a name
        for each in linked:
            if survivors and each.merged_into_id in survivors:
                each = each._replace(**survivors[each.merged_into_id])
            person = Person(
                each.public_id,
                each.slug,
                each.name,
                address % each.slug,
                each.basis,
                basis_label=BASIS_LABELS[each.basis],
            )
            if each.hides != "[]":
                parts = (each.forenames, each.surname, each.suffix)
                person = person._replace(hides=frozenset(json.loads(each.hides)), parts=parts)
            if each.is_hidden:
                if not person.hides or each.position is None:
                    continue
                person = person._replace(is_shown=False)
            if each.decided_at and each.basis == Authorship.Basis.CURATOR:
                person = person._replace(decided_on=each.decided_at.date())
            found[each.paper_id][each.position].append(person)
        return found

    def shown_names(self, paper_ids: Sequence[int]) -> dict[int, dict[str, str]]:
        return shown_names(paper_ids)

    def shown_instead(self, names: Collection[str]) -> dict[str, Name | None]:
        return shown_instead(names)

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
        authors = shown_authors(who)
        for text in who:
            if text not in authors:
                raise unknown_person(text)
        return Authorship.objects.filter(author__in=authors.values()).order_by().values("paper")

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
