"""A page of the records that changed in a span of time, wherever in a list of millions it begins.

Beside the papers these are identifiers that papers once had here: records that are gone.

Records are listed in the order of (moment of their change, id), and a page begins behind the last record of the one before.
A record that changes while somebody reads the list moves to its end: it may come twice and is never missed. The moment is
that of our own row, for its datestamp says since when this site gives the record out as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from papers import taxonomy
from papers.filters.papers import BY_CHANGE
from papers.models import Category, EarlierIdentifier, Paper, PaperCategory
from papers.oai.arguments import Span

Key = tuple[datetime, int]
Listed = Paper | EarlierIdentifier
# Earlier identifiers have places of their own before the papers of the same moment.
BEFORE_PAPERS = 2**62


@dataclass(frozen=True, slots=True)
class ListSelection:
    """What a list holds: the span of its datestamps, one set or all (""), and whether only papers of arXiv."""

    span: Span = field(default_factory=Span)
    spec: str = ""
    only_arxiv: bool = False


@dataclass(frozen=True, slots=True)
class ListPart:
    """A part of a list: its records in order, and the place behind it; None at the end."""

    records: list[Listed]
    behind: Key | None


def read_list_part(wanted: ListSelection, after: Key | None, size: int, columns: Sequence[str]) -> ListPart:
    """The next `size` records behind the place; fewer only at the end or where formats leave some out, none only at the end."""
    while True:
        gone = {_key(row): row for row in _moved(wanted, after, size + 1)}
        if wanted.spec:
            keys = sorted([*_keys_in_set(wanted, after, size + 1), *gone])
            found = _unmoved(keys[:size], columns)
        else:
            papers = list(_spanned(Paper.objects.all(), wanted.span, after).only(*columns)[: size + 1])
            found = {_key(paper): paper for paper in papers}
            keys = sorted([*found, *gone])
        after = keys[size - 1] if len(keys) > size else None
        rows = [(found.get(key) or gone.get(key)) for key in keys[:size]]
        records: list[Listed] = [row for row in rows if row and not (wanted.only_arxiv and _is_not_of_arxiv(row))]
        if records or after is None:
            return ListPart(records, after)


def _is_not_of_arxiv(row: Listed) -> bool:
    return isinstance(row, EarlierIdentifier) or not row.arxiv_id


def _key(row: Listed) -> Key:
    return row.modified_at, row.pk - BEFORE_PAPERS if isinstance(row, EarlierIdentifier) else row.pk


def moved_identifiers() -> QuerySet[EarlierIdentifier]:
    """Identifiers that papers had here and no paper has now."""
    again = Paper.objects.filter(identifier=OuterRef("identifier"))
    return EarlierIdentifier.objects.filter(~Exists(again), was_given_out=True)


def _moved(wanted: ListSelection, after: Key | None, limit: int) -> list[EarlierIdentifier]:
    """Earlier identifiers behind the place; in a set those of papers that were filed there."""
    if wanted.only_arxiv:  # what had an arXiv id has kept it
        return []
    codes = set(taxonomy.OAI_SETS[wanted.spec].codes) if wanted.spec else set()
    if after and after[1] >= 0:
        after = (after[0], BEFORE_PAPERS)  # behind all of this moment
    elif after:
        after = (after[0], after[1] + BEFORE_PAPERS)
    found: list[EarlierIdentifier] = []
    while True:
        chunk = list(_spanned(moved_identifiers(), wanted.span, after)[:limit])
        found += [row for row in chunk if not codes or codes.intersection(row.categories)]
        if len(chunk) < limit or len(found) >= limit:
            return found[:limit]
        after = chunk[-1].modified_at, chunk[-1].pk


def _unmoved(keys: Sequence[Key], columns: Sequence[str]) -> dict[Key, Paper]:
    """The papers at these places; one that changed since the places were read comes later in the list."""
    return {
        _key(paper): paper for paper in Paper.objects.filter(pk__in=[pk for _, pk in keys if pk > 0]).only(*columns)
    }


def _spanned(rows: QuerySet[Any], span: Span, after: Key | None) -> QuerySet[Any]:
    if span.first:
        rows = rows.filter(modified_at__gte=span.first)
    if span.end:
        rows = rows.filter(modified_at__lt=span.end)
    if after:
        rows = BY_CHANGE.beyond(rows, after, backwards=False)
    return BY_CHANGE.applied(rows)


def _keys_in_set(wanted: ListSelection, after: Key | None, limit: int) -> list[Key]:
    """Places of papers filed under the set's categories, and of those taken back that once were."""
    codes = taxonomy.OAI_SETS[wanted.spec].codes
    categories = list(Category.objects.filter(code__in=codes).values_list("pk", flat=True))
    live = _keys_in(categories, wanted.span, after, limit)
    last = live[-1] if len(live) == limit else None
    return sorted(live + _taken_back(set(codes), wanted.span, after, last, limit))[:limit]


def _keys_in(categories: Sequence[int], span: Span, after: Key | None, limit: int) -> list[Key]:
    """The first places behind this one of papers in one of the categories: an index range of each, put together."""
    if not categories:
        return []
    where, values = ["category_id = %s"], []
    for condition, value in (("changed_at >= %s", span.first), ("changed_at < %s", span.end)):
        if value:
            where.append(condition)
            values.append(_stored(value))
    if after:
        where.append("(changed_at, paper_id) > (%s, %s)")
        values += [_stored(after[0]), after[1]]
    table = connection.ops.quote_name(PaperCategory._meta.db_table)
    one = (
        f"SELECT * FROM (SELECT changed_at, paper_id FROM {table} WHERE {' AND '.join(where)} "
        "ORDER BY changed_at, paper_id LIMIT %s) AS part"
    )
    parameters: list[Any] = []
    for category in categories:
        parameters += [category, *values, limit]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(categories)), parameters)
        rows = sorted(set(cursor.fetchall()))
    return [(_read(moment), pk) for moment, pk in rows[:limit]]


def _stored(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)


def _read(moment: datetime) -> datetime:
    """The moment as a cursor gives it: without its zone on SQLite."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _taken_back(codes: set[str], span: Span, after: Key | None, last: Key | None, limit: int) -> list[Key]:
    """Places of papers of these categories that their source took back, up to the last place or so many."""
    found: list[Key] = []
    while True:
        chunk = list(
            _spanned(Paper.objects.filter(is_deleted=True), span, after).only("modified_at", "categories")[:limit]
        )
        for paper in chunk:
            if last and _key(paper) > last:
                return found
            if codes.intersection(paper.categories):
                found.append(_key(paper))
        if len(chunk) < limit or len(found) >= limit:
            return found
        after = _key(chunk[-1])


def set_specs(codes: Sequence[str]) -> list[str]:
    """The sets of a paper in these categories, each the most specific; a second name of a category is a set of its own."""
    return list(dict.fromkeys(spec for code in codes for spec in SPECS.get(code, ())))


def _specs() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for subject in taxonomy.ALL.values():
        if subject.kind != "subsumed":
            found.setdefault(subject.canonical or subject.code, []).append(taxonomy.oai_set(subject.code))
    return found


SPECS = _specs()


def earliest() -> datetime:
    """The moment before which nothing has changed here; now, where nothing has."""
    first = Paper.objects.order_by("modified_at", "id").values_list("modified_at", flat=True).first()
    return first or datetime.now(UTC)
